import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from envkb import errors
from envkb.cli import COMMANDS, main


def test_every_kind_of_error_has_its_own_exit_code() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.KbError)]
    codes = sorted(kind.exit_code for kind in kinds)
    assert codes == [1, 2, 3, 4, 5, 6, 7]


def _commands() -> list[tuple[str, ...]]:
    groups = {name: getattr(import_module(f"envkb.cli.{name}_command"), "group", None) for name in COMMANDS}
    below = [
        (name, str(command.name)) for name, group in groups.items() if group for command in group.registered_commands
    ]
    return below + [(name,) for name, group in groups.items() if not group]


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    printed = capsys.readouterr()
    assert "Example" in printed.out
    assert "--root" in printed.out or command[0] in ("init", "schema")
    assert printed.err == ""


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out
    assert all(f"  {name} " in listed for name in COMMANDS)


def test_no_command_prints_the_help_and_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().out


def test_an_unknown_command_is_one_line_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recrod"]) == 2
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 2
    assert "kb --help" in error[1]


def test_an_error_is_one_json_document_where_json_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--json", "nonsense"]) == 2
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {"schema", "error"}
    assert set(printed["error"]) == {"message", "hint", "exit_code"}
    assert printed["error"]["exit_code"] == 2


def test_help_imports_no_command_and_nothing_heavy() -> None:
    program = (
        "import sys; from envkb.cli import main; main(['--help']);"
        "heavy = {'pydantic', 'rich', 'mkdocs', 'yaml', 'sqlite3', 'archspec', 'pynvml', 'torch', 'numpy'};"
        "found = heavy & set(sys.modules); sys.exit(f'imported {found}' if found else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def run_kb(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `kb` is the command under test."""
    shell = f'kb() {{ "{sys.executable}" -m envkb "$@"; }}; {command}'
    env = {**os.environ, **environment}
    return subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False, env=env)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["kb schema record", "kb --help", "kb schema record --json", "kb show x --json"])
def test_an_answer_that_finds_no_room_is_one_line_and_a_hint(command: str) -> None:
    done = run_kb(f"{command} >/dev/full")
    assert done.returncode in (1, 2)
    assert len(done.stderr.splitlines()) == 2
    assert done.stderr.startswith("kb: ")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams_do_no_harm(closed: str) -> None:
    assert run_kb(f"kb schema {closed}").returncode == 0


def test_a_reader_that_has_seen_enough_ends_the_command_quietly() -> None:
    done = run_kb("(kb schema record; echo $? >&2) | head -c 1")
    assert done.stderr == "0\n"


def test_a_terminal_that_lacks_a_letter_gets_an_escape() -> None:
    done = run_kb("kb show é; kb show é --json", PYTHONIOENCODING="ascii")
    assert "kb: " in done.stderr
    assert "\\xe9" in done.stderr
    assert "é" in json.loads(done.stdout)["error"]["message"]


def test_a_working_directory_that_is_gone_is_told(tmp_path: Path) -> None:
    done = run_kb(f"mkdir {tmp_path}/x && cd {tmp_path}/x && rmdir {tmp_path}/x && kb list")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "kb: the folder you are in is no longer there")


def test_a_choice_that_is_none_is_told_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--ci", "gitlab"]) == 2
    assert "Value error" not in capsys.readouterr().err


def test_a_mistake_in_kb_is_one_line_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing that kb does is known to fail so; a broken installation can.
    monkeypatch.setitem(sys.modules, "envkb.cli.list_command", ModuleType("envkb.cli.list_command"))
    assert main(["list", "--json"]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["error"]["exit_code"] == 1
    assert printed.err.startswith("kb: unexpected AttributeError")
    monkeypatch.setenv("KB_TRACEBACK", "1")
    with pytest.raises(AttributeError):
        main(["list"])


@pytest.mark.parametrize("name", ["log", "risk", "decision", "adr"])
def test_a_command_that_needs_another_one_names_them(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name]) == 2
    first, hint = capsys.readouterr().err.splitlines()
    assert first.startswith(f"kb: `kb {name}` needs one of ")
    assert hint.strip() == f"see `kb {name} --help`"
