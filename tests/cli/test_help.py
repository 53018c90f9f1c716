"""What `--help` says."""

import re
from pathlib import Path

import pytest

from envkb.cli import COMMANDS, main


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_what_is_wanted_and_no_type_of_python(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    told = capsys.readouterr().out
    assert "Example" in told or "Commands" in told
    assert not re.search(r"<(list\[|str|int|float|Path|path)", told)


@pytest.mark.parametrize(("on_path", "told"), [(True, "kb show KB-"), (False, ".venv/bin/kb show KB-")])
def test_the_next_command_is_one_that_the_shell_finds(
    base: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], told: str, *, on_path: bool
) -> None:
    tools = base.parent / "tools"
    tools.mkdir()
    if on_path:
        (tools / "kb").write_text("#!/bin/sh\n", "utf-8")
        (tools / "kb").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setattr("sys.argv", [".venv/bin/kb"])
    assert main(["record", "--no-input", "--host-facts", "none"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("next")]
    assert line.removeprefix("next").strip().startswith(told)
