from pathlib import Path
from types import MappingProxyType

import pytest

from envkb.errors import ToolFailedError, UsageError
from envkb.managers import MANAGERS, ErrorKind, claim_prefix, perform
from manager_jobs import Replay, ended, make_job

OLD_PYTHON = Path("/usr/bin/python3.11")


def test_steps_run_in_order_with_their_files_written(tmp_path: Path) -> None:
    job = make_job("uv", "numpy", root=tmp_path, constraints=("numpy<3",))
    run = Replay(ended(stderr=" + numpy==2.2.0\n"))
    outcome = perform(MANAGERS["uv"].make(job), run, environ={})
    assert [args[1] for args in run.asked] == ["venv", "pip"]
    assert (tmp_path / "scratch" / "constraints.txt").read_text("utf-8") == "numpy<3\n"
    assert [package.name for package in outcome.required().packages or ()] == ["numpy"]


def test_the_first_step_that_fails_is_the_last(tmp_path: Path) -> None:
    run = Replay(ended(stderr="error: No interpreter found for Python 3.99\n", exit_code=2))
    outcome = perform(MANAGERS["uv"].make(make_job("uv", "numpy", root=tmp_path)), run, environ={})
    assert (len(run.asked), len(outcome.steps), outcome.value) == (1, 1, None)
    assert outcome.failure is not None
    assert (outcome.failure.manager, outcome.failure.kind) == ("uv", ErrorKind.PYTHON_VERSION_UNSUPPORTED)
    with pytest.raises(
        ToolFailedError, match=r"uv failed \(python-version-unsupported\): error: No interpreter"
    ) as caught:
        outcome.required()
    assert caught.value.hint == "ask for another Python or another version of the package"


def test_the_callers_environment_does_not_lead_anywhere_else(tmp_path: Path) -> None:
    environ = {
        "PATH": "/usr/bin",
        "VIRTUAL_ENV": "/home/ada/.venv",
        "PIP_TARGET": "/x",
        "UV_CACHE_DIR": "/home/ada/.cache/uv",
    }
    run = Replay(ended())
    perform(MANAGERS["uv"].create(make_job("uv", root=tmp_path)), run, environ=MappingProxyType(environ))
    (seen,) = run.environments
    assert seen["PATH"] == "/usr/bin"
    assert {"VIRTUAL_ENV", "PIP_TARGET"}.isdisjoint(seen)
    assert seen["UV_CACHE_DIR"] == str(tmp_path / "cache" / "uv")
    assert seen["TMPDIR"] == str(tmp_path / "scratch")


def test_files_that_a_manager_wrote_are_read(tmp_path: Path) -> None:
    call = MANAGERS["pip"].lock(make_job("pip", "numpy", root=tmp_path, base=OLD_PYTHON))
    run = Replay(ended(), files={call.outputs[0]: "lock-version = '1.0'\n"})
    assert perform(call, run, environ={}).required().text == "lock-version = '1.0'\n"


def test_a_report_that_was_not_written_is_an_error_not_a_crash(tmp_path: Path) -> None:
    call = MANAGERS["pip"].lock(make_job("pip", "numpy", root=tmp_path, base=OLD_PYTHON))
    with pytest.raises(ToolFailedError, match=r"pip did not write .*pylock\.toml"):
        perform(call, Replay(ended()), environ={})


def test_what_an_earlier_call_left_is_not_taken_for_an_answer(tmp_path: Path) -> None:
    call = MANAGERS["pip"].lock(make_job("pip", "numpy", root=tmp_path, base=OLD_PYTHON))
    call.outputs[0].parent.mkdir()
    call.outputs[0].write_text("old", "utf-8")
    with pytest.raises(ToolFailedError, match="did not write"):
        perform(call, Replay(ended()), environ={})


def test_a_prefix_that_holds_something_is_never_taken(tmp_path: Path) -> None:
    claim_prefix(tmp_path / "new")
    claim_prefix(tmp_path)
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for taken in (tmp_path, tmp_path / "file", tmp_path / "link"):
        with pytest.raises(UsageError, match="is not empty"):
            claim_prefix(taken)
