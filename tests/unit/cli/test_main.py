import json
import subprocess
import sys

import pytest

from envkb import errors
from envkb.cli import COMMANDS, main


def test_every_kind_of_error_has_its_own_exit_code() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.KbError)]
    codes = sorted(kind.exit_code for kind in kinds)
    assert codes == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    printed = capsys.readouterr()
    assert "Example" in printed.out
    assert "--root" in printed.out or name in ("init", "schema")
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
