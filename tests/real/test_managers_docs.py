"""The example of the page on managers, run as it stands with the real uv."""

import os
from pathlib import Path

import pytest

from envkb.managers import MANAGERS, look_for
from envkb.process import run
from manager_jobs import make_wheel

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api" / "managers.md"
FOUND = look_for(MANAGERS["uv"], run, os.environ)

pytestmark = [pytest.mark.real, pytest.mark.skipif(FOUND.tool is None, reason=str(FOUND.reason))]


def test_the_example_resolves_installs_and_locks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = make_wheel(tmp_path / "wheels", "demo", "1.0")
    monkeypatch.chdir(tmp_path)
    _, example, *_ = PAGE.read_text("utf-8").split("```")
    exec(compile(example.removeprefix("python\n"), PAGE.name, "exec"), {})
    first, *phases, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"would install demo 1.0 {wheel.as_uri()} ")
    assert {"resolve", "link"} <= {line.partition(" ")[0] for line in phases}
    assert last == "pylock.toml"
    assert list((tmp_path / "lab" / "env").rglob("demo/__init__.py"))
