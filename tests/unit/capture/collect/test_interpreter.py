import json
import sys
from pathlib import Path

import pytest

from envkb.capture.collect.interpreter import MARK, Interpreter
from envkb.capture.collect.rows import UnreadableError
from envkb.capture.collect.target import Target
from machine_tree import MachineTree


def interpreter(tree: MachineTree, python: str | Path) -> Interpreter:
    return Interpreter(tree.machine(), Target(str(python), str(python), "/guess", "python", ""))


def refusal(tree: MachineTree, python: str | Path) -> tuple[str, str]:
    asked = interpreter(tree, python)
    with pytest.raises(UnreadableError) as caught:
        asked.facts()
    assert asked.prefix() == "/guess"
    return caught.value.status, caught.value.reason


def test_our_own_interpreter_tells_of_itself(tree: MachineTree) -> None:
    facts = interpreter(tree, sys.executable).facts()
    assert facts["version"] == ".".join(map(str, sys.version_info[:3]))
    assert facts["prefix"] == sys.prefix
    assert facts["base_prefix"] == sys.base_prefix
    assert facts["cache_tag"] == sys.implementation.cache_tag
    assert any(Path(site).is_dir() for site in facts["sites"])


def test_its_answer_is_asked_for_once(tree: MachineTree, tmp_path: Path) -> None:
    python = tree.program("python3", f'echo x >> {tmp_path}/starts; exec {sys.executable} "$@"')
    asked = interpreter(tree, python)
    assert asked.facts() is asked.facts()
    assert (tmp_path / "starts").read_text() == "x\n"


def test_a_prefix_without_an_interpreter_is_a_reason(tree: MachineTree) -> None:
    assert refusal(tree, "") == ("absent", "/guess has no interpreter")


def test_a_missing_interpreter_is_a_reason(tree: MachineTree) -> None:
    assert refusal(tree, "/nowhere/python") == ("failed", "no interpreter at /nowhere/python")


def test_a_link_to_a_removed_interpreter_is_told_apart(tree: MachineTree, tmp_path: Path) -> None:
    link = tmp_path / "python"
    link.symlink_to("/removed/python3.11")
    assert refusal(tree, link) == ("failed", f"the interpreter {link} is a link to nothing")


@pytest.mark.parametrize("version", ["2.7.18", "3.7.16"])
def test_an_old_python_is_named_with_its_version(tree: MachineTree, version: str) -> None:
    python = tree.program("python", f"echo '{MARK}{json.dumps({'version': version})}'")
    assert refusal(tree, python) == ("failed", f"{python} is Python {version}; Python 3.8 or later is needed")


@pytest.mark.parametrize("script", ["exit 0", "echo hello", f"echo '{MARK}not json'", f"echo '{MARK}{{}}'"])
def test_another_program_is_no_python(tree: MachineTree, script: str) -> None:
    python = tree.program("python", script)
    assert refusal(tree, python) == ("failed", f"{python} is not a Python interpreter")


def test_a_broken_python_says_what_it_said(tree: MachineTree) -> None:
    python = tree.program("python", "echo 'No module named encodings' >&2; exit 1")
    assert refusal(tree, python) == (
        "failed",
        f"the interpreter {python} does not work: exit code 1: No module named encodings",
    )


def test_a_file_that_cannot_run_is_a_reason(tree: MachineTree) -> None:
    python = tree.bin / "python"
    python.write_text("rubbish")
    assert refusal(tree, python) == (
        "denied",
        f"the interpreter {python} does not work: cannot start: permission denied",
    )


def test_a_module_that_lies_in_the_project_is_not_imported(tree: MachineTree) -> None:
    (tree.project / "json.py").write_text("raise SystemExit('shadowed')")
    assert interpreter(tree, sys.executable).facts()["version"]
