import json
from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, UsageError
from envkb.managers import MANAGERS, Answer, LockText, Sources
from manager_jobs import ended, make_job

CONDA, MAMBA, MICROMAMBA = MANAGERS["conda"], MANAGERS["mamba"], MANAGERS["micromamba"]
CHANNEL = "https://channel.example/forge"

# conda lists what it links without sizes, and what it fetches with them.
CONDA_SAYS = {
    "success": True,
    "dry_run": True,
    "actions": {
        "FETCH": [
            {
                "name": "numpy",
                "version": "2.4.6",
                "build": "py311_0",
                "size": 149,
                "sha256": "e7",
                "url": f"{CHANNEL}/n",
            }
        ],
        "LINK": [
            {"name": "python", "version": "3.11.7", "build_string": "h0", "channel": "forge", "platform": "linux-64"},
            {
                "name": "numpy",
                "version": "2.4.6",
                "build_string": "py311_0",
                "channel": "forge",
                "platform": "linux-64",
            },
        ],
    },
}
# mamba lists everything of both.
MAMBA_SAYS = {
    "success": True,
    "actions": {
        "PREFIX": "/lab/env",
        "FETCH": [{"name": "numpy", "version": "2.4.6", "build": "py311_0", "size": 149, "url": f"{CHANNEL}/n"}],
        "LINK": [
            {"name": "numpy", "version": "2.4.6", "build": "py311_0", "size": 149, "url": f"{CHANNEL}/n"},
            {"name": "python", "version": "3.11.7", "build": "h0", "size": 173, "url": f"{CHANNEL}/p", "sha256": "cf"},
        ],
    },
}


def test_making_an_environment_is_one_conda_create() -> None:
    (step,) = CONDA.make(make_job("conda", "numpy>=2", python="3.11", channels=(CHANNEL,))).steps
    assert step.args == (
        *("/usr/bin/conda", "create", "--json", "--quiet", "--no-default-packages", "--yes", "--prefix", "/lab/env"),
        *("--override-channels", "--channel", CHANNEL, "python=3.11", "numpy>=2"),
    )


def test_mamba_answers_in_words_where_it_changes_something() -> None:
    (step,) = MAMBA.install(make_job("mamba", "numpy")).steps
    assert step.args == ("/usr/bin/mamba", "install", "--yes", "--prefix", "/lab/env", "python", "numpy")


@pytest.mark.parametrize(
    ("channels", "options"),
    [
        ((), ()),
        (("default",), ()),
        (("forge",), ("--override-channels", "--channel", CHANNEL)),
        (("conda-forge",), ("--override-channels", "--channel", "conda-forge")),
        (("forge", "default"), ("--channel", CHANNEL)),
    ],
)
def test_named_channels_replace_the_configured_ones(channels: tuple[str, ...], options: tuple[str, ...]) -> None:
    job = make_job("micromamba", "numpy", channels=channels, sources=Sources(channels={"forge": CHANNEL}))
    (step,) = MICROMAMBA.make(job).steps
    assert step.args[5:-2] == options


def test_a_dry_run_has_a_prefix_of_its_own_since_conda_refuses_one_that_exists() -> None:
    (step,) = CONDA.resolve(make_job("conda", "numpy", platform="osx-arm64")).steps
    assert step.args == (
        *("/usr/bin/conda", "create", "--dry-run", "--json", "--no-default-packages", "--platform", "osx-arm64"),
        *("--yes", "--prefix", "/lab/scratch/resolution", "python", "numpy"),
    )


@pytest.mark.parametrize(("manager", "said"), [("conda", CONDA_SAYS), ("micromamba", MAMBA_SAYS)])
def test_a_dry_run_tells_what_is_cached_and_what_is_to_be_fetched(manager: str, said: object) -> None:
    call = MANAGERS[manager].resolve(make_job(manager, "numpy"))
    resolution = call.read(Answer((ended(stdout=json.dumps(said)),), {}))
    assert [(row.name, row.version, row.build, row.cached) for row in resolution.packages] == [
        ("numpy", "2.4.6", "py311_0", False),
        ("python", "3.11.7", "h0", True),
    ]
    assert resolution.download_bytes == 149


@pytest.mark.parametrize("stdout", ["", "not json", "[]", '{"success": false}', "{}"])
def test_an_answer_without_success_is_an_error(stdout: str) -> None:
    with pytest.raises(InvalidDataError):
        CONDA.resolve(make_job("conda", "numpy")).read(Answer((ended(stdout=stdout),), {}))


def test_nothing_to_do_is_success() -> None:
    stdout = json.dumps({"success": True, "message": "All requested packages already installed."})
    assert CONDA.install(make_job("conda", "numpy")).read(Answer((ended(stdout=stdout),), {})).packages == ()


def test_a_list_tells_distributions_of_indexes_from_conda_packages() -> None:
    rows = [
        {"name": "torch", "version": "2.13.0", "channel": "pypi", "build_string": "pypi_0", "platform": "pypi"},
        {"name": "numpy", "version": "2.4.6", "channel": "forge", "build_string": "py311_0", "platform": "linux-64"},
    ]
    packages = CONDA.packages(make_job("conda")).read(Answer((ended(stdout=json.dumps(rows)),), {}))
    assert packages == MAMBA.packages(make_job("mamba")).read(
        Answer((ended(stdout=json.dumps({"packages": rows})),), {})
    )
    assert [(row.name, row.kind, row.build) for row in packages] == [
        ("numpy", "conda", "py311_0"),
        ("torch", "python", None),
    ]


def test_a_list_that_is_none_is_an_error() -> None:
    with pytest.raises(InvalidDataError, match="list of packages of mamba cannot be read"):
        MAMBA.packages(make_job("mamba")).read(Answer((ended(stdout='{"error": "no environment"}'),), {}))


@pytest.mark.parametrize(
    ("manager", "args"),
    [
        ("conda", ("list", "--explicit", "--md5")),
        ("mamba", ("env", "export", "--explicit")),
        ("micromamba", ("env", "export", "--explicit")),
    ],
)
def test_a_lock_lists_the_exact_archives(manager: str, args: tuple[str, ...]) -> None:
    call = MANAGERS[manager].lock(make_job(manager))
    (step,) = call.steps
    assert step.args[1 : 1 + len(args)] == args
    assert call.read(Answer((ended(stdout="@EXPLICIT\n"),), {})) == LockText("conda-explicit", "@EXPLICIT\n")


def test_a_lock_is_restored_from_a_file() -> None:
    call = CONDA.restore(make_job("conda"), LockText("conda-explicit", "@EXPLICIT\n"))
    (step,) = call.steps
    assert step.args[-2:] == ("--file", "/lab/scratch/explicit.txt")
    assert step.files == {Path("/lab/scratch/explicit.txt"): "@EXPLICIT\n"}
    assert call.read(Answer((ended(),), {})).packages is None
    with pytest.raises(UsageError, match=r"conda cannot restore a pylock\.toml"):
        CONDA.restore(make_job("conda"), LockText("pylock.toml", ""))


def test_terms_of_service_are_never_accepted_and_nothing_is_reported_home() -> None:
    (step,) = CONDA.make(make_job("conda", "numpy")).steps
    assert step.env["CONDA_PLUGINS_AUTO_ACCEPT_TOS"] == "false"
    assert step.env["CI"] == "false", "conda accepts by itself where it believes to be on a CI server"
    assert step.env["CONDA_REPORT_ERRORS"] == "false"
    assert step.env["CONDA_REGISTER_ENVS"] == "false"


def test_constraints_are_pins_in_each_programs_spelling() -> None:
    constraints = ("scipy<2,>=1", "mkl<2026")
    conda, mamba = (
        MANAGERS[name].make(make_job(name, constraints=constraints)).steps[0] for name in ("conda", "mamba")
    )
    assert conda.env["CONDA_PINNED_PACKAGES"] == "scipy>=1,<2&mkl<2026"
    assert mamba.env["MAMBA_PINNED_PACKAGES"] == '"scipy>=1,<2", "mkl<2026"'


def test_what_a_user_wants_in_every_new_environment_of_conda_is_left_out() -> None:
    job = make_job("conda", "numpy")
    for call in (CONDA.create(job), CONDA.make(job), CONDA.restore(job, LockText("conda-explicit", "@EXPLICIT\n"))):
        assert "--no-default-packages" in call.steps[0].args
    assert "--no-default-packages" not in CONDA.install(job).steps[0].args
    assert "--no-default-packages" not in MAMBA.make(make_job("mamba", "numpy")).steps[0].args


def test_micromamba_has_its_root_in_the_cache_of_the_run() -> None:
    (step,) = MICROMAMBA.make(make_job("micromamba", "numpy")).steps
    assert step.env["MAMBA_ROOT_PREFIX"] == "/lab/cache/micromamba/root"


def test_bytecode_is_compiled_by_the_new_python() -> None:
    *_, step = CONDA.make(make_job("conda", "numpy", compile_bytecode=True)).steps
    assert step.args[:3] == ("/lab/env/bin/python", "-I", "-c")


@pytest.mark.parametrize(
    ("manager", "stdout", "version"),
    [
        ("conda", "conda 26.7.3\n", "26.7.3"),
        ("conda", "conda 25.1.0rc1\n", "25.1.0rc1"),
        ("mamba", "2.8.1\n", "2.8.1"),
        ("mamba", "mamba 1.5.8\nconda 24.1.2\n", "1.5.8"),
        ("micromamba", "2.8.1\n", "2.8.1"),
    ],
)
def test_each_says_its_version_in_its_own_way(manager: str, stdout: str, version: str) -> None:
    assert MANAGERS[manager].read_version(stdout) == version


def test_the_first_mamba_is_another_program() -> None:
    assert MAMBA.unusable("1.5.8") == "mamba 1.5.8 is too old, 2.0 is needed"
    assert MAMBA.unusable("2.0.5") is None


def test_a_version_that_is_none_is_an_error() -> None:
    with pytest.raises(InvalidDataError, match="conda did not say its version"):
        CONDA.read_version("CondaError: Run 'conda init'")
