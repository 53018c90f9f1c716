"""`kb exhibit`: one file that stands alone."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from envkb.cli import main
from envkb.document.identity import record_id
from envkb.knowledge.folder import KnowledgeBase
from factory import make_bytes

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def name(base: Path) -> str:
    return KnowledgeBase.open(base).add(make_bytes(), {}).id


def test_a_zip_and_a_page_are_written(name: str, base: Path, kb_json: Run) -> None:
    told = kb_json("exhibit", name.lower(), "-o", "exhibit.zip")
    assert [record["id"] for record in told["records"]] == [name]
    jsonschema.validate(told, kb_json("schema", "exhibit")["json_schema"])
    with zipfile.ZipFile(base / "exhibit.zip") as archive:
        assert f"records/{name}.json" in archive.namelist()
    kb_json("exhibit", name, "-o", "exhibit.html")
    assert name in (base / "exhibit.html").read_text("utf-8")


def test_a_private_record_is_exhibited_with_a_warning(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = KnowledgeBase.open(base).add(make_bytes(), {}, private=True).id
    assert main(["exhibit", name, "-o", "exhibit.zip"]) == 0
    assert f"private records: {name}" in capsys.readouterr().err


def test_what_cannot_be_is_one_line(name: str, kb_json: Run, base: Path) -> None:
    assert ".zip" in kb_json("exhibit", name, "-o", "exhibit.docx", code=2)["error"]["message"]
    assert "no record" in kb_json("exhibit", record_id("f" * 64, 2026), "-o", "e.zip", code=2)["error"]["message"]
    (base / "taken").mkdir()
    assert kb_json("exhibit", name, "-o", "taken/no/exhibit.zip", code=1)["error"]["message"].startswith("taken/no")
    assert not (base / "e.zip").exists()


def test_a_damaged_record_is_not_exhibited(name: str, base: Path, kb_json: Run) -> None:
    path = base / KnowledgeBase.open(base).read(name).path
    path.write_bytes(path.read_bytes().replace(b"2.13.0", b"2.13.1"))
    assert kb_json("exhibit", name, "-o", "exhibit.zip", code=3)["error"]["hint"]
    assert not (base / "exhibit.zip").exists()
