import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from envkb.errors import ToolMissingError, UsageError
from envkb.managers import MANAGERS, Places, base_python, look_for, manager_named
from envkb.process import run
from manager_jobs import Replay, ended

Program = Callable[[str, str], Path]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Makes a program that prints something, in a folder."""

    def make(path: str, script: str) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        file.chmod(0o755)
        return file

    return make


def places(root: Path) -> Places:
    return Places(str(root / "path"), root / "own" / "python")


def test_a_manager_on_path_comes_before_one_beside_kb(tmp_path: Path, program: Program) -> None:
    program("own/uv", "echo uv 0.9.0")
    assert look_for(MANAGERS["uv"], run, {}, places(tmp_path)).required().version == "0.9.0"
    found = program("path/uv", "echo uv 0.13.9")
    tool = look_for(MANAGERS["uv"], run, {}, places(tmp_path)).required()
    assert (tool.args, tool.version) == ((str(found),), "0.13.9")


def test_a_shim_that_leads_nowhere_is_passed_over(tmp_path: Path, program: Program) -> None:
    program("path/uv", "echo 'shim: uv: command not found' >&2; exit 127")
    program("own/uv", "echo uv 0.13.9")
    assert look_for(MANAGERS["uv"], run, {}, places(tmp_path)).tool is not None


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'shim: uv: command not found' >&2; exit 127", "uv does not run: shim: uv: command not found"),
        ("exit 3", "uv does not run: exit status 3"),
        ("echo hello", "uv does not run: uv did not say its version but 'hello\\n'"),
        ("echo uv 0.5.1", "uv 0.5.1 is too old, 0.7 is needed"),
    ],
)
def test_a_manager_that_cannot_be_used_says_why(tmp_path: Path, program: Program, script: str, reason: str) -> None:
    program("path/uv", script)
    found = look_for(MANAGERS["uv"], run, {}, places(tmp_path))
    assert (found.tool, found.reason) == (None, reason)


@pytest.mark.parametrize("name", [name for name in MANAGERS if name != "rattler"])
def test_a_manager_that_is_nowhere_is_missing_with_a_reason(tmp_path: Path, name: str) -> None:
    found = look_for(MANAGERS[name], run, {}, places(tmp_path))
    assert found.reason == f"{name} is neither on PATH nor beside kb's own Python"
    with pytest.raises(ToolMissingError, match="neither on PATH") as caught:
        found.required()
    assert caught.value.hint == f"install {name}, or leave it out"


def test_path_is_taken_from_the_callers_environment(tmp_path: Path, program: Program) -> None:
    program("path/pixi", "echo pixi 0.77.0")
    environ = {"PATH": str(tmp_path / "path")}
    assert look_for(MANAGERS["pixi"], run, environ).required().version == "0.77.0"


def test_an_unknown_manager_is_a_usage_error_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="there is no manager 'poetry'") as caught:
        manager_named("poetry")
    assert caught.value.hint == "it is one of uv, pip, conda, mamba, micromamba, rattler, pixi"


def test_environments_are_based_on_a_python_that_is_in_none() -> None:
    found = base_python(None, run, {}, Places("", Path(sys.executable)))
    assert found is not None
    assert (found.parent.parent / "pyvenv.cfg").exists() is False


@pytest.mark.parametrize(
    ("wanted", "found"), [("3.12", "/opt/3.12/python"), ("3.12.4", "/opt/3.12/python"), ("3.12.5", None), ("3.1", None)]
)
def test_a_version_is_looked_for_by_name_and_asked(
    tmp_path: Path, program: Program, wanted: str, found: str | None
) -> None:
    program("path/python3.12", "echo 3.12.4; echo /opt/3.12/python")
    program("own/python", "echo 3.11.7; echo /opt/3.11/python")
    assert base_python(wanted, run, {}, places(tmp_path)) == (None if found is None else Path(found))


def test_kbs_own_python_counts_where_its_version_fits(tmp_path: Path, program: Program) -> None:
    program("own/python", "echo 3.11.7; echo /opt/3.11/python")
    assert base_python("3.11", run, {}, places(tmp_path)) == Path("/opt/3.11/python")


def test_a_python_that_does_not_answer_is_none() -> None:
    assert base_python(None, Replay(ended(exit_code=127)), {}, Places("", Path("/nowhere/python"))) is None
    assert base_python(None, run, {}, Places("", Path("/nowhere/python"))) is None
