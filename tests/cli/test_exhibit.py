"""`kb exhibit`: one file that stands alone."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from envkb.cli import main
from envkb.document.codec import encode_record
from envkb.document.identity import record_id
from envkb.knowledge.folder import KnowledgeBase
from factory import make_attachment, make_bytes, make_link, make_retraction
from small_disk import small_disk

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


def test_what_took_its_place_stands_above_a_record(base: Path, kb_json: Run) -> None:
    knowledge, first = KnowledgeBase.open(base), make_bytes(1)
    second = make_bytes(2, links=(make_link("amends", first),))
    old, new = knowledge.add(first, {}).id, knowledge.add(second, {}).id
    kb_json("exhibit", old, "-o", "exhibit.html")
    assert f"<strong>A newer record took its place: {new}.</strong>" in (base / "exhibit.html").read_text("utf-8")
    knowledge.add(encode_record(make_retraction(second, 3)), {})
    told = kb_json("exhibit", new, new.lower(), "-o", "exhibit.html")
    assert [record["id"] for record in told["records"]] == [new, old], "what it amends comes along, and each once"
    assert re.search("<strong>It was retracted: KB-[0-9A-Z-]+[.]</strong>", (base / "exhibit.html").read_text("utf-8"))


def test_the_three_times_are_three_rows_also_where_there_is_none(name: str, base: Path, kb_json: Run) -> None:
    kb_json("exhibit", name, "-o", "exhibit.html")
    page = (base / "exhibit.html").read_text("utf-8")
    for time, value in {
        "claimed": "2026-11-22T10:00:00Z, by",
        "logged": "not logged<",
        "stamped": "not stamped<",
    }.items():
        assert f'<th scope="row">Time {time}</th><td>{value}' in page
    custody = page.split("What the files show", 1)[1]
    assert [text in custody for text in ("<td>not logged</td>", "<td>not stamped</td>", "claimed in it")] == [True] * 3


def test_an_older_exhibit_is_replaced_at_once_or_stays(name: str, base: Path, kb_json: Run) -> None:
    (base / "exhibit.zip").write_bytes(b"older")
    kb_json("exhibit", name, "-o", "exhibit.zip")
    first = (base / "exhibit.zip").read_bytes()
    kb_json("exhibit", name, "-o", "exhibit.zip")
    assert (base / "exhibit.zip").read_bytes() == first
    (base / "folder.zip").mkdir()
    assert kb_json("exhibit", name, "-o", "folder.zip", code=1)["error"]["message"].startswith("folder.zip")
    assert [path.name for path in base.iterdir() if "exhibit" in path.name or path.name.startswith(".f")] == [
        "exhibit.zip"
    ]


def test_a_full_disk_leaves_nothing_half_written(name: str, base: Path, kb_json: Run) -> None:
    with small_disk(base / "full", 8) as disk:
        if disk is None:
            pytest.skip("no disk can be mounted here")
        assert "exhibit.zip" in kb_json("exhibit", name, "-o", "full/exhibit.zip", code=1)["error"]["message"]
        assert list(disk.iterdir()) == []


def test_many_and_large_records_are_one_exhibit(base: Path, kb_json: Run) -> None:
    knowledge = KnowledgeBase.open(base)
    content = bytes(range(256)) * 40_000
    entry = make_attachment(content)
    names = [knowledge.add(make_bytes(number), {}).id for number in range(40)]
    names.append(knowledge.add(make_bytes(99, attachments=(entry,)), {entry.sha256: content}).id)
    told = kb_json("exhibit", *names, "-o", "exhibit.zip")
    assert len(told["records"]) == 41
    with zipfile.ZipFile(base / "exhibit.zip") as archive:
        assert archive.read(f"attachments/{entry.sha256}") == content
