"""What the tests of the command line share: a machine with planted names, and knowledge bases to write to."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkb.cli import main
from planted import SECRETS


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user called adalovelace with her own home and secret variables; returns the home."""
    home = tmp_path / "home" / "adalovelace"
    home.mkdir(parents=True)
    for name, value in {"HOME": str(home), "USER": "adalovelace", "LOGNAME": "adalovelace", **SECRETS}.items():
        monkeypatch.setenv(name, value)
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def base(tmp_path: Path, machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """An empty knowledge base, which is also the working directory."""
    assert machine.is_dir()
    root = tmp_path / "base"
    assert main(["init", str(root)]) == 0
    capsys.readouterr()
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def kb_json(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Run a command with `--json`, insist on its exit code, and return the one document it printed."""

    def run(*arguments: str, code: int = 0) -> dict[str, Any]:
        returned = main([*arguments, "--json"])
        printed = capsys.readouterr()
        assert returned == code, printed.err
        document: dict[str, Any] = json.loads(printed.out)
        assert document["schema"].startswith("envkb.")
        return document

    return run
