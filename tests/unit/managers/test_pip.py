from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, ToolMissingError, UsageError
from envkb.managers import MANAGERS, Answer, LockText, Sources
from envkb.managers.pip_report import lock_of_report
from manager_jobs import ended, make_job, make_report

PIP = MANAGERS["pip"]
PYTHON = Path("/usr/bin/python3.11")
TORCH = Sources(indexes={"pytorch": "https://torch.example/whl/"})


def test_an_installation_is_a_bare_virtual_environment_and_pip_from_outside() -> None:
    venv, install = PIP.make(make_job("pip", "numpy>=2", base=PYTHON)).steps
    assert venv.args == ("/usr/bin/python3.11", "-m", "venv", "--without-pip", "/lab/env")
    assert install.args == (
        *("/usr/bin/pip", "--python", "/lab/env/bin/python", "install"),
        *("--report", "/lab/scratch/installed.json", "--", "numpy>=2"),
    )


def test_without_a_python_there_is_nothing_to_base_an_environment_on() -> None:
    with pytest.raises(ToolMissingError, match=r"pip needs Python 3\.13"):
        PIP.create(make_job("pip", python="3.13"))


@pytest.mark.parametrize(
    ("indexes", "options"),
    [
        ((), ()),
        (("https://one.example",), ("--index-url", "https://one.example")),
        (
            ("https://one.example", "https://two.example"),
            ("--index-url", "https://one.example", "--extra-index-url", "https://two.example"),
        ),
        (("https://one.example", "default"), ("--extra-index-url", "https://one.example")),
    ],
)
def test_the_first_index_replaces_the_default_one(indexes: tuple[str, ...], options: tuple[str, ...]) -> None:
    (step,) = PIP.install(make_job("pip", "numpy", indexes=indexes)).steps
    assert step.args[6:-2] == options


@pytest.mark.parametrize(
    ("requirements", "options"),
    [
        (("torch==2.13.0", "torchvision"), ("--index-url", "https://torch.example/whl/cu126")),
        (("torch", "transformers"), ("--extra-index-url", "https://torch.example/whl/cu126")),
        (("torch", "./wheels/mine.whl"), ("--extra-index-url", "https://torch.example/whl/cu126")),
    ],
)
def test_a_torch_backend_is_an_index_of_its_own(requirements: tuple[str, ...], options: tuple[str, ...]) -> None:
    (step,) = PIP.install(make_job("pip", *requirements, torch_backend="cu126", sources=TORCH)).steps
    assert step.args[6 : 6 + len(options)] == options


def test_a_torch_backend_without_a_configured_index_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no address is known for the package index 'pytorch'") as caught:
        PIP.install(make_job("pip", "torch", torch_backend="cu126"))
    assert "--index NAME=URL" in caught.value.hint


def test_pip_cannot_choose_a_backend_by_itself() -> None:
    with pytest.raises(UsageError, match="pip cannot choose a torch backend by itself"):
        PIP.install(make_job("pip", "torch", torch_backend="auto", sources=TORCH))


def test_another_platform_is_resolved_from_wheels_alone() -> None:
    job = make_job("pip", "numpy", platform="osx-arm64", base=PYTHON)
    (step,) = PIP.resolve(job).steps
    assert step.args[8:12] == ("--only-binary", ":all:", "--platform", "macosx_14_0_arm64")
    assert step.args[-4:] == ("--target", str(job.scratch / "foreign"), "--", "numpy")
    with pytest.raises(UsageError):
        PIP.make(job)


def test_a_resolution_knows_no_sizes_and_says_so() -> None:
    call = PIP.resolve(make_job("pip", "numpy", base=PYTHON))
    text = make_report(("scipy", "1.18.0", "b1"), ("numpy", "2.2.0", "a1"))
    resolution = call.read(Answer((ended(),), {call.outputs[0]: text}))
    assert [(row.name, row.version, row.sha256) for row in resolution.packages] == [
        ("numpy", "2.2.0", "a1"),
        ("scipy", "1.18.0", "b1"),
    ]
    assert resolution.download_bytes is None


@pytest.mark.parametrize("text", ["", "{}", '{"install": [{}]}', '{"install": 3}', '{"install": [7]}'])
def test_a_report_that_is_none_is_an_error(text: str) -> None:
    call = PIP.resolve(make_job("pip", "numpy", base=PYTHON))
    with pytest.raises(InvalidDataError, match="pip's report cannot be read"):
        call.read(Answer((ended(),), {call.outputs[0]: text}))


def test_a_new_pip_writes_its_own_lock() -> None:
    call = PIP.lock(make_job("pip", "numpy", base=PYTHON))
    (step,) = call.steps
    assert step.args[1:6] == ("--python", "/usr/bin/python3.11", "lock", "--output", "/lab/scratch/pylock.toml")
    assert call.read(Answer((ended(),), {call.outputs[0]: "text"})) == LockText("pylock.toml", "text")


def test_an_old_pip_locks_by_the_report_of_a_dry_run() -> None:
    call = PIP.lock(make_job("pip", "numpy", base=PYTHON, version="23.2.1"))
    text = make_report(("numpy", "2.2.0", "a1"))
    assert "--dry-run" in call.steps[0].args
    assert call.read(Answer((ended(),), {call.outputs[0]: text})) == lock_of_report(text)


def test_what_an_installation_reported_is_its_lock() -> None:
    call = PIP.make(make_job("pip", "numpy", base=PYTHON))
    text = make_report(("numpy", "2.2.0", "a1"))
    installed = call.read(Answer((ended(), ended()), {call.outputs[0]: text}))
    assert installed.lock == lock_of_report(text)


def test_an_installation_that_reported_too_little_has_no_lock_and_is_one_all_the_same() -> None:
    call = PIP.make(make_job("pip", "./mine", base=PYTHON))
    installed = call.read(Answer((ended(), ended()), {call.outputs[0]: make_report(("mine", "1.0", None))}))
    assert ([row.name for row in installed.packages or ()], installed.lock) == (["mine"], None)


def test_a_lock_is_restored_with_digests_and_nothing_else() -> None:
    lock = LockText("requirements", "numpy==2.2.0 --hash=sha256:a1\n")
    _, install = PIP.restore(make_job("pip", base=PYTHON, compile_bytecode=True), lock).steps
    assert {"--compile", "--no-deps", "--require-hashes"} <= set(install.args)
    with pytest.raises(UsageError, match="pip cannot restore a conda-explicit"):
        PIP.restore(make_job("pip", base=PYTHON), LockText("conda-explicit", ""))


def test_constraints_and_flags_are_given_on() -> None:
    job = make_job("pip", "numpy", constraints=("numpy<2.3",), flags={"pip": ["--pre"], "uv": ["--no-build"]})
    (step,) = PIP.install(job).steps
    assert step.args[6:] == ("--constraint", "/lab/scratch/constraints.txt", "--pre", "--", "numpy")
    assert step.files == {Path("/lab/scratch/constraints.txt"): "numpy<2.3\n"}


@pytest.mark.parametrize("version", ["22.2.2", "9.0.1"])
def test_a_pip_that_cannot_work_from_outside_is_refused(version: str) -> None:
    assert PIP.unusable(version) == f"pip {version} is too old, 22.3 is needed"
    assert PIP.unusable("22.3") is None


def test_a_version_that_is_none_is_an_error() -> None:
    with pytest.raises(InvalidDataError):
        PIP.read_version("pyenv: pip: command not found")
