"""What is installed, where it came from, and what is wrong with it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from environment_snapshots import SITE, conda_package, conda_told, distribution, told
from envkb.capture.probes.environment_distributions import installed, normalized
from envkb.capture.probes.environment_libraries import native_libraries
from envkb.model.environment import Distribution


def settled(environment: dict[str, Any]) -> list[Distribution]:
    return [entry.settled() for entry in installed(environment)]


def only(environment: dict[str, Any]) -> Distribution:
    rows = settled(environment)
    assert len(rows) == 1
    return rows[0]


ORIGINS: list[tuple[str, dict[str, Any], str | None, str | None]] = [
    ("pip without a direct URL installs from an index", {}, "index", None),
    ("so does uv", {"installer": "uv"}, "index", None),
    ("so does poetry, which writes its version", {"installer": "Poetry 2.2.1"}, "index", None),
    ("an installer that nobody knows tells nothing", {"installer": "apt-wheel"}, None, None),
    ("nor does none", {"installer": None}, None, None),
    ("conda installs from conda", {"installer": "conda"}, "conda", None),
    (
        "a wheel at an address",
        {"direct_url": {"url": "https://w.example/six.whl", "archive_info": {"hash": "sha256=ab"}}},
        "url",
        "https://w.example/six.whl",
    ),
    (
        "a repository with its commit",
        {"direct_url": {"url": "https://git.example/six", "vcs_info": {"vcs": "git", "commit_id": "a1b2"}}},
        "vcs",
        "git+https://git.example/six@a1b2",
    ),
    (
        "a folder of a repository",
        {
            "direct_url": {
                "url": "https://git.example/mono",
                "subdirectory": "six",
                "vcs_info": {"vcs": "git", "requested_revision": "main"},
            }
        },
        "vcs",
        "git+https://git.example/mono#subdirectory=six@main",
    ),
    (
        "a folder",
        {"direct_url": {"url": "file:///home/ada/six", "dir_info": {}}},
        "local",
        "file:///home/ada/six",
    ),
    (
        "a wheel in a folder",
        {"direct_url": {"url": "file:///home/ada/six.whl", "archive_info": {}}},
        "local",
        "file:///home/ada/six.whl",
    ),
    (
        "an editable folder",
        {"direct_url": {"url": "file:///home/ada/six", "dir_info": {"editable": True}}},
        "editable",
        "file:///home/ada/six",
    ),
    ("a link of setup.py develop", {"installer": None, "egg_link": "/home/ada/six\n../"}, "editable", "/home/ada/six"),
]


@pytest.mark.parametrize(("changes", "kind", "detail"), [row[1:] for row in ORIGINS], ids=[row[0] for row in ORIGINS])
def test_a_distribution_tells_where_it_came_from(changes: dict[str, Any], kind: str | None, detail: str | None) -> None:
    row = only(told(distributions=[distribution("six", **changes)]))
    assert (row.origin, row.origin_detail, row.problem) == (kind, detail, None)


@pytest.mark.parametrize("direct_url", ["no JSON", {}, [], {"url": 5}])
def test_a_direct_url_that_cannot_be_read_is_a_problem_and_leaves_the_origin_open(direct_url: Any) -> None:
    row = only(told(distributions=[distribution("six", direct_url=direct_url)]))
    assert (row.origin, row.problem) == (None, "its direct_url.json cannot be read")


def test_a_distribution_is_told_whole() -> None:
    row = only(told(distributions=[distribution("Ruamel_yaml.Clib", "0.2", requested=True)]))
    assert row == Distribution(
        name="ruamel-yaml-clib",
        version="0.2",
        kind="python",
        installer="pip",
        origin="index",
        origin_detail=None,
        requested=True,
        wheel_tags=("py3-none-any",),
        conda_build=None,
        size_bytes=1000,
        content_sha256="ab" * 32,
        problem=None,
    )


@pytest.mark.parametrize(
    ("changes", "requested"),
    [
        ({}, False),
        ({"requested": True}, True),
        ({"installer": "uv"}, None),
        ({"installer": "uv", "requested": True}, None),
        ({"installer": "other"}, None),
        ({"installer": "other", "requested": True}, True),
    ],
)
def test_a_mark_of_a_request_tells_what_its_installer_means_by_it(
    changes: dict[str, Any],
    requested: bool | None,  # noqa: FBT001 - a table's column
) -> None:
    assert only(told(distributions=[distribution("six", **changes)])).requested is requested


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    (
        "no version",
        {"version": None, "version_of_dir": "1.0", "problem": "its metadata has no name or no version"},
        "its metadata has no name or no version; its folder says 1.0",
    ),
    ("no METADATA", {"version": None, "problem": "it has no METADATA"}, "it has no METADATA"),
    ("unreadable", {"problem": "cannot be read: permission denied"}, "cannot be read: permission denied"),
    ("no version, and nobody says why", {"version": None}, "its metadata has no version"),
    ("a leftover", {"dir": "~ix-1.0.dist-info"}, "left over from an interrupted uninstall (~ix-1.0.dist-info)"),
]


@pytest.mark.parametrize(("changes", "problem"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_broken_metadata_is_a_problem_and_never_loses_the_row(changes: dict[str, Any], problem: str) -> None:
    row = only(told(distributions=[distribution("six", **changes)]))
    assert (row.name, row.problem) == ("six", problem)


def test_two_versions_in_one_folder_are_both_listed_and_each_tells_of_the_other() -> None:
    rows = settled(told(distributions=[distribution("six", "1.17"), distribution("Six", "1.16")]))
    assert [(row.version, row.problem) for row in rows] == [
        ("1.16", "another one of this name lies beside it: 1.17 (six-1.17.dist-info)"),
        ("1.17", "another one of this name lies beside it: 1.16 (Six-1.16.dist-info)"),
    ]


def test_a_version_in_a_later_folder_is_hidden_by_the_one_found_first() -> None:
    sites = [{"path": SITE, "role": "own"}, {"path": "/usr/lib/python3/dist-packages", "role": "base"}]
    rows = settled(told(sites=sites, distributions=[distribution("six", "1.17"), distribution("six", "1.16", site=1)]))
    assert [(row.version, row.problem) for row in rows] == [
        ("1.16", "hidden by 1.17 (six-1.17.dist-info), which is found first"),
        ("1.17", None),
    ]


def test_without_a_virtual_environment_the_users_own_folder_is_looked_into_first() -> None:
    sites = [{"path": "/usr/lib/python3/dist-packages", "role": "own"}, {"path": "/home/ada/.local/l", "role": "user"}]
    rows = settled(
        told(
            pyvenv_cfg=None,
            sites=sites,
            distributions=[distribution("six", "1.16"), distribution("six", "1.17", site=1)],
        )
    )
    assert [(row.version, row.problem is None) for row in rows] == [("1.16", False), ("1.17", True)]


def test_a_path_that_is_gone_is_a_problem_of_the_editable_distribution() -> None:
    editable = {"direct_url": {"url": "file:///home/ada/tool", "dir_info": {"editable": True}}}
    lines = [{"path": "/home/ada/tool/src", "exists": False}, {"path": "/home/ada/ok", "exists": True}]
    files = [{"site": 0, "file": "__editable__.my_tool-1.0.pth", "paths": lines, "imports": 0}]
    rows = settled(told(distributions=[distribution("my-tool", **editable), distribution("six")], path_files=files))
    assert [(row.name, row.problem) for row in rows] == [
        ("my-tool", "/home/ada/tool/src does not exist (__editable__.my_tool-1.0.pth)"),
        ("six", None),
    ]


NUMPY = conda_package("numpy", "2.4.6", distributions=["numpy-2.4.6.dist-info"], requested_spec="numpy")


def test_a_python_distribution_that_conda_brought_is_one_row_of_both() -> None:
    row = only(conda_told(NUMPY, distributions=[distribution("numpy", "2.4.6", installer="conda")]))
    assert (row.kind, row.installer, row.origin, row.origin_detail) == (
        "python",
        "conda",
        "conda",
        "conda-forge/linux-64",
    )
    assert (row.conda_build, row.size_bytes, row.requested) == ("py312_0", 1000, True)


def test_the_files_of_a_conda_package_pair_it_with_a_distribution_of_another_name() -> None:
    package = conda_package("pytorch", "2.13.0", distributions=["torch-2.13.0.dist-info"])
    row = only(conda_told(package, distributions=[distribution("torch", "2.13.0", installer="conda")]))
    assert (row.name, row.conda_build) == ("torch", "py312_0")


def test_without_a_list_of_files_name_and_version_pair_them() -> None:
    row = only(conda_told(conda_package("Foo_Bar"), distributions=[distribution("foo-bar", installer="conda")]))
    assert (row.kind, row.conda_build) == ("python", "py312_0")


def test_a_conda_package_without_a_distribution_is_a_row_of_its_own() -> None:
    row = only(conda_told(conda_package("cuda-cudart", "12.9", build="0", subdir="noarch")))
    assert (row.kind, row.name, row.version, row.installer) == ("conda", "cuda-cudart", "12.9", "conda")
    assert (row.origin_detail, row.size_bytes, row.content_sha256) == ("conda-forge/noarch", 5000, None)


def test_a_distribution_that_replaced_condas_is_told_beside_it() -> None:
    rows = settled(conda_told(NUMPY, distributions=[distribution("numpy", "2.5.0", installer="uv")]))
    assert [(row.kind, row.version, row.installer, row.problem) for row in rows] == [
        ("conda", "2.4.6", "conda", "what it brought was replaced or removed: numpy-2.4.6.dist-info is not there"),
        ("python", "2.5.0", "uv", None),
    ]


@pytest.mark.parametrize(
    ("channel", "subdir", "detail"),
    [
        ("conda-forge", "linux-64", "conda-forge/linux-64"),
        ("https://conda.example/conda-forge/linux-64", "linux-64", "conda-forge/linux-64"),
        ("https://conda.example/t/ad-12345/team/private/noarch/", "noarch", "team/private/noarch"),
        ("https://ada:pass@conda.example/pkgs/main", "linux-64", "pkgs/main/linux-64"),
        ("file:///home/ada/channel", "noarch", "file:///home/ada/channel/noarch"),
        (None, "noarch", "noarch"),
        ("conda-forge", None, "conda-forge"),
    ],
)
def test_a_channel_is_told_by_its_name(channel: str | None, subdir: str | None, detail: str) -> None:
    assert only(conda_told(conda_package("x", channel=channel, subdir=subdir))).origin_detail == detail


@pytest.mark.parametrize(
    ("changes", "requested"),
    [
        ({"requested_spec": "None"}, False),
        ({"requested_spec": "x >=1"}, True),
        ({"requested_specs": []}, False),
        ({"requested_specs": ["x"]}, True),
    ],
)
def test_a_conda_package_tells_whether_it_was_asked_for(changes: dict[str, Any], requested: bool) -> None:  # noqa: FBT001 - a table's column
    assert only(conda_told(conda_package("x", **changes))).requested is requested


def test_a_record_of_conda_that_cannot_be_read_is_a_row_with_its_problem() -> None:
    row = only(conda_told({"file": "mkl-2026.0-h1.json", "problem": "cannot be read: ValueError"}))
    assert (row.name, row.version, row.requested, row.problem) == ("mkl", None, None, "cannot be read: ValueError")


def test_libraries_name_the_distribution_that_brought_them() -> None:
    wheel = distribution(
        "nvidia-cudnn-cu12", "9.1", notable=["nvidia/cudnn/lib/libcudnn.so.9", "../../../lib/libomp.so"]
    )
    found = installed(told(distributions=[wheel]))
    assert [(row.name, row.path, row.provider) for row in native_libraries(found, "/home/ada/p/.venv")] == [
        ("libomp.so", "<prefix>/lib/libomp.so", "nvidia-cudnn-cu12 9.1"),
        (
            "libcudnn.so.9",
            "<prefix>/lib/python3.12/site-packages/nvidia/cudnn/lib/libcudnn.so.9",
            "nvidia-cudnn-cu12 9.1",
        ),
    ]


def test_a_library_of_two_providers_names_both_and_one_outside_keeps_its_path() -> None:
    cuda = conda_package("cuda-cudart", "12.9", notable=["lib/libcudart.so.12"])
    other = conda_package("other", None, notable=["lib/libcudart.so.12"])
    user = distribution("torch", site=1, notable=["torch/lib/libtorch.so"])
    sites = [{"path": "/home/ada/conda/envs/ml/l", "role": "own"}, {"path": "/home/ada/.local/l", "role": "user"}]
    found = installed(conda_told(cuda, other, sites=sites, distributions=[user]))
    assert [(row.path, row.provider) for row in native_libraries(found, "/home/ada/conda/envs/ml")] == [
        ("/home/ada/.local/l/torch/lib/libtorch.so", "torch 1.0"),
        ("<prefix>/lib/libcudart.so.12", "cuda-cudart 12.9, other"),
    ]


@given(st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?", fullmatch=True))
def test_names_are_compared_as_packaging_does(name: str) -> None:
    assert normalized(name) == canonicalize_name(name)
