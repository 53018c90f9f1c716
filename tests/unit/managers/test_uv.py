from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, UsageError
from envkb.managers import MANAGERS, Answer, LockText, PhaseTime, Sources
from manager_jobs import ended, make_job

UV = MANAGERS["uv"]
SAID = """\
Using Python 3.11.7 environment at: env
Resolved 3 packages in 115ms
   Building demo @ file:///home/ada/demo
Prepared 2 packages in 1.25s
Installed 2 packages in 8ms
Bytecode compiled 60 files in 1m 02.5s
 + demo==1.0 (from file:///home/ada/demo)
 + numpy==2.2.0
 - old==0.9
"""


def test_an_installation_is_a_virtual_environment_and_then_pip_install() -> None:
    job = make_job("uv", "numpy>=2", base=Path("/usr/bin/python3.11"))
    venv, install = UV.make(job).steps
    assert venv.args == ("/usr/bin/uv", "venv", "--no-project", "--python", "/usr/bin/python3.11", "/lab/env")
    assert install.args == ("/usr/bin/uv", "pip", "install", "--python", "/lab/env/bin/python", "--", "numpy>=2")


@pytest.mark.parametrize(
    ("indexes", "options"),
    [
        ((), ()),
        (("default",), ()),
        (("https://one.example/simple",), ("--default-index", "https://one.example/simple")),
        (
            ("https://one.example/simple", "two"),
            ("--index", "https://one.example/simple", "--default-index", "https://two.example/simple"),
        ),
        (("two", "default"), ("--index", "https://two.example/simple")),
    ],
)
def test_earlier_indexes_win_and_the_last_replaces_the_default(
    indexes: tuple[str, ...], options: tuple[str, ...]
) -> None:
    sources = Sources(indexes={"two": "https://two.example/simple"})
    (step,) = UV.install(make_job("uv", "numpy", indexes=indexes, sources=sources)).steps
    assert step.args[5:-2] == options


def test_the_rest_of_a_request_has_its_options() -> None:
    job = make_job(
        "uv",
        "torch",
        "numpy",
        constraints=("numpy<2.3",),
        torch_backend="cu126",
        compile_bytecode=True,
        flags={"uv": ["--no-build"], "pip": ["--no-deps"]},
    )
    (step,) = UV.install(job).steps
    assert step.args[5:] == (
        *("--compile-bytecode", "--torch-backend", "cu126", "--constraints", "/lab/scratch/constraints.txt"),
        *("--no-build", "--", "torch", "numpy"),
    )
    assert step.files[Path("/lab/scratch/constraints.txt")] == "numpy<2.3\n"


def test_another_platform_is_resolved_but_never_installed() -> None:
    job = make_job("uv", "numpy", platform="linux-aarch64")
    (step,) = UV.resolve(job).steps
    assert step.args[step.args.index("--python-platform") + 1] == "aarch64-unknown-linux-gnu"
    with pytest.raises(UsageError, match="nothing can be installed for linux-aarch64 on linux-64"):
        UV.install(job)


def test_the_platform_of_the_machine_itself_needs_no_option() -> None:
    (step,) = UV.resolve(make_job("uv", "numpy", platform="linux-64")).steps
    assert "--python-platform" not in step.args


def test_an_unknown_platform_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="uv knows no platform 'amiga'") as caught:
        UV.resolve(make_job("uv", "numpy", platform="amiga"))
    assert "osx-arm64" in caught.value.hint


def test_what_it_did_is_read_with_the_phases_that_it_timed() -> None:
    installed = UV.install(make_job("uv", "numpy")).read(Answer((ended(stderr=SAID),), {}))
    assert installed.packages is not None
    assert [(package.name, package.version, package.url) for package in installed.packages] == [
        ("demo", "1.0", "file:///home/ada/demo"),
        ("numpy", "2.2.0", None),
    ]
    assert installed.phases == (
        PhaseTime("resolve", 0.115),
        PhaseTime("download", 1.25),
        PhaseTime("link", 0.008),
        PhaseTime("bytecode", 62.5),
    )


def test_a_lock_in_a_foreign_format_is_refused() -> None:
    with pytest.raises(UsageError, match=r"uv cannot restore a pixi\.lock"):
        UV.restore(make_job("uv"), LockText("pixi.lock", ""))


def test_requirements_with_digests_are_restored_with_their_digests_required() -> None:
    job = make_job("uv")
    *_, sync = UV.restore(job, LockText("requirements", "numpy==2.2.0 --hash=sha256:00\n")).steps
    assert sync.args[-2:] == ("--require-hashes", "/lab/scratch/locked.txt")
    assert sync.files[Path("/lab/scratch/locked.txt")] == "numpy==2.2.0 --hash=sha256:00\n"


@pytest.mark.parametrize(("version", "reason"), [("0.7.0", None), ("0.6.14", "uv 0.6.14 is too old, 0.7 is needed")])
def test_an_old_uv_is_refused_with_a_reason(version: str, reason: str | None) -> None:
    assert UV.unusable(version) == reason


def test_a_version_that_is_none_is_an_error() -> None:
    with pytest.raises(InvalidDataError, match="did not say its version"):
        UV.read_version("uv: command not found")


def test_settings_of_a_project_around_the_run_are_kept_out() -> None:
    for call in (UV.make(make_job("uv", "numpy")), UV.resolve(make_job("uv", "numpy")), UV.packages(make_job("uv"))):
        for step in call.steps:
            assert step.files[step.cwd / "uv.toml"] == ""
