from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkb.cli import main

KbJson = Callable[..., dict[str, Any]]


def test_a_folder_comes_in_and_is_listed(base: Path, kb_json: KbJson, tmp_path: Path) -> None:
    folder = tmp_path / "adr"
    folder.mkdir()
    (folder / "0002-new.md").write_text("# New\n\n## Status\n\nAccepted\n\nSupersedes [Old](0001-old.md)\n")
    (folder / "0001-old.md").write_text("# Old\n\n## Status\n\nAccepted\n")
    tried = kb_json("decision", "import", str(folder), "--dry-run")
    assert (tried["dry_run"], [each["new"] for each in tried["decisions"]]) == (True, [True, True])
    assert not (base / "kb/decisions/0001-old.md").exists()
    done = kb_json("decision", "import", str(folder))
    assert [(each["id"], each["status"], each["superseded_by"]) for each in done["decisions"]] == [
        ("old", "superseded", ["new"]),
        ("new", "accepted", []),
    ]
    assert [each["title"] for each in kb_json("decision", "list")["decisions"]] == ["Old", "New"]
    assert kb_json("decision", "check")["problems"] == []


def test_what_is_refused_is_one_line_each_and_the_rest_is_done(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "adr"
    folder.mkdir()
    (folder / "0001-good.md").write_text("# Good\n")
    (folder / "0002-bad.md").write_bytes("# Bär\n".encode("latin-1"))
    assert main(["decision", "import", str(folder)]) == 3
    printed = capsys.readouterr()
    assert f"kb: {folder}/0002-bad.md: line 1: not UTF-8\n" in printed.err
    assert "kb/decisions/0001-good.md  draft  added  from 0001-good.md\n" in printed.out
    assert (base / "kb/decisions/0001-good.md").is_file()
