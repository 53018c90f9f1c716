"""What holds for every manager, with nothing started."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, UsageError
from envkb.managers import MANAGERS, Call, Job, LockText, Manager, Sources, perform
from envkb.model.edge_case import Phase
from manager_jobs import VERSIONS, Replay, ended, make_job

SOURCES = Sources(indexes={"pytorch": "https://torch.example/whl"}, channels={"forge": "https://channel.example/forge"})
OPERATIONS: dict[str, Callable[[Manager, Job], Call[object]]] = {
    "resolve": lambda manager, job: manager.resolve(job),
    "create": lambda manager, job: manager.create(job),
    "install": lambda manager, job: manager.install(job),
    "make": lambda manager, job: manager.make(job),
    "lock": lambda manager, job: manager.lock(job),
    "packages": lambda manager, job: manager.packages(job),
    "restore": lambda manager, job: manager.restore(
        job, LockText(manager.lock_formats[-1], "demo==1 --hash=sha256:00\n")
    ),
}

managers = pytest.mark.parametrize("name", MANAGERS)
operations = pytest.mark.parametrize("operation", OPERATIONS)


def job_for(name: str, root: Path, **changes: object) -> Job:
    return make_job(name, "numpy>=2", root=root, base=Path("/usr/bin/python3.11"), sources=SOURCES, **changes)


def call_of(name: str, operation: str, root: Path, **changes: object) -> Call[object]:
    return OPERATIONS[operation](MANAGERS[name], job_for(name, root, **changes))


@managers
def test_it_has_a_name_and_formats_of_locks_and_a_reason_when_it_is_missing(name: str) -> None:
    manager = MANAGERS[name]
    assert manager.name == name
    assert manager.lock_formats
    assert name in manager.missing
    assert manager.unusable(VERSIONS[name]) is None
    assert name in str(manager.unusable("0.0.1"))


@managers
@operations
def test_building_commands_starts_and_writes_nothing(name: str, operation: str, tmp_path: Path) -> None:
    call = call_of(name, operation, tmp_path / "lab")
    assert call.steps
    assert not (tmp_path / "lab").exists()
    assert call_of(name, operation, tmp_path / "lab").steps[0].args == call.steps[0].args


@managers
@operations
def test_everything_it_writes_lies_in_the_folders_of_the_job(name: str, operation: str, tmp_path: Path) -> None:
    call = call_of(name, operation, tmp_path)
    for step in call.steps:
        assert step.cwd == tmp_path / "scratch"
        assert step.env["TMPDIR"] == str(tmp_path / "scratch")
        assert all(path.is_relative_to(tmp_path) for path in step.files)
    assert all(path.is_relative_to(tmp_path) for path in call.outputs)


@managers
@operations
def test_the_cache_is_the_runs_own(name: str, operation: str, tmp_path: Path) -> None:
    own = str(tmp_path / "cache" / name)
    steps = [step for step in call_of(name, operation, tmp_path).steps if step.args[0] == f"/usr/bin/{name}"]
    assert all(own in {*step.args, *step.env.values()} for step in steps)


@managers
@pytest.mark.parametrize("operation", ["install", "make"])
def test_the_request_and_its_extra_flags_reach_the_command(name: str, operation: str, tmp_path: Path) -> None:
    step = call_of(name, operation, tmp_path, flags={name: ["--extra-flag"], "other": ["--not-this"]}).steps[-1]
    said = " ".join([*step.args, *step.files.values()])
    assert "numpy" in said
    assert "--extra-flag" in step.args
    assert "--not-this" not in step.args


@managers
def test_a_failed_step_is_an_outcome_not_an_exception(name: str, tmp_path: Path) -> None:
    run = Replay(ended(stderr="error: No space left on device (os error 28)\n", exit_code=1))
    outcome = perform(MANAGERS[name].make(job_for(name, tmp_path)), run, environ={})
    assert outcome.failure is not None
    assert (outcome.failure.manager, outcome.failure.kind) == (name, "disk-full")
    assert (outcome.value, len(outcome.completed)) == (None, 1)


@managers
def test_another_platform_can_be_resolved_and_never_installed(name: str, tmp_path: Path) -> None:
    assert MANAGERS[name].resolve(job_for(name, tmp_path, platform="linux-aarch64")).steps
    for operation in ("install", "make"):
        with pytest.raises(UsageError, match="nothing can be installed for linux-aarch64 on linux-64"):
            call_of(name, operation, tmp_path, platform="linux-aarch64")


@managers
def test_every_way_of_choosing_a_torch_is_understood_or_refused_in_one_line(name: str, tmp_path: Path) -> None:
    for backend in ("cpu", "cu126"):
        assert MANAGERS[name].make(
            make_job(name, "torch", root=tmp_path, torch_backend=backend, sources=SOURCES, base=tmp_path)
        )
    with pytest.raises(UsageError):
        MANAGERS[name].make(make_job(name, "torch", root=tmp_path, torch_backend="gpu", sources=SOURCES, base=tmp_path))


@managers
def test_a_lock_that_it_does_not_read_is_a_usage_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"{name} cannot restore a poetry"):
        MANAGERS[name].restore(job_for(name, tmp_path), LockText("poetry.lock", ""))


@managers
def test_garbage_in_place_of_a_list_is_invalid_data(name: str, tmp_path: Path) -> None:
    stdout = json.dumps({"ok": True, "packages": [{"nonsense": 1}]})
    with pytest.raises(InvalidDataError):
        perform(MANAGERS[name].packages(job_for(name, tmp_path)), Replay(ended(stdout=stdout)), environ={})


@managers
@operations
def test_a_failure_that_tells_no_phase_has_the_phase_of_its_step(name: str, operation: str, tmp_path: Path) -> None:
    phases = {step.phase for step in call_of(name, operation, tmp_path).steps}
    assert phases <= {Phase.RESOLVE, Phase.INSTALL, Phase.RUN}
    if operation in {"create", "install", "make", "restore"}:
        assert phases == {Phase.INSTALL}


@managers
def test_the_environment_lies_within_the_prefix(name: str, tmp_path: Path) -> None:
    assert MANAGERS[name].environment(tmp_path / "env").is_relative_to(tmp_path / "env")
