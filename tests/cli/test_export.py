"""`kb export`, and `kb import` of what it wrote."""

import base64
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from envkb.cli import main
from envkb.knowledge.folder import KnowledgeBase
from factory import make_bytes
from planted import LEAKS, PLANTED, SECRETS
from sample_records import make_base

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another knowledge base, with records."""
    root = tmp_path / "other"
    root.mkdir()
    make_base(root)
    return root


def _rewrite(crate: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    with zipfile.ZipFile(crate) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(crate, "w") as archive:
        for name, data in members.items():
            changed = change(name, data)
            if changed is not None:
                archive.writestr(name, changed)


def test_a_crate_brings_records_to_another_knowledge_base_byte_for_byte(
    base: Path, other: Path, kb_json: Run, tmp_path: Path
) -> None:
    crate = tmp_path / "evidence.zip"
    told = kb_json("export", "--root", str(other), "--all", "-o", str(crate))
    jsonschema.validate(told, kb_json("schema", "exported")["json_schema"])
    assert told["format"] == "crate"
    added = kb_json("import", str(crate))
    assert {row["id"] for row in added["records"]} == {row["id"] for row in told["records"]}
    assert all(row["new"] for row in added["records"])
    here, there = KnowledgeBase.open(base), KnowledgeBase.open(other)
    assert {stored.digest for stored in here.records()} == {stored.digest for stored in there.records()}
    assert main(["check"]) == 0
    assert not any(row["new"] for row in kb_json("import", str(crate))["records"])


def test_a_crate_that_was_unzipped_and_zipped_again_by_hand_is_taken(
    base: Path, other: Path, kb_json: Run, tmp_path: Path
) -> None:
    crate = tmp_path / "evidence.zip"
    kb_json("export", "--root", str(other), "-o", str(crate))
    shutil.unpack_archive(crate, tmp_path / "folder")
    again = Path(shutil.make_archive(str(tmp_path / "again"), "zip", tmp_path / "folder"))
    assert kb_json("import", str(again))["records"]
    assert base.is_dir()


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("a record goes", "is described, and is not there"),
        ("a record changes", "is not the file that is described"),
        ("the description goes bad", "the description of the crate cannot be read"),
        ("the description says nothing", "the description of the crate has no @graph"),
    ],
)
def test_a_crate_that_does_not_hold_what_it_describes_is_refused(
    base: Path, other: Path, kb_json: Run, tmp_path: Path, what: str, message: str
) -> None:
    crate = tmp_path / "evidence.zip"
    first = kb_json("export", "--root", str(other), "-o", str(crate))["records"][0]["id"]

    def change(name: str, data: bytes) -> bytes | None:
        if name == f"records/{first}.json" and what.startswith("a record"):
            return None if what == "a record goes" else data.replace(b"a", b"b", 1)
        if name == "ro-crate-metadata.json" and what.startswith("the description"):
            return b"{" if what == "the description goes bad" else b"[]"
        return data

    _rewrite(crate, change)
    refused = kb_json("import", str(crate), code=3)["refused"]
    assert message in refused[0]["error"]["message"]
    assert not list(base.glob("kb/records/*/*.json"))


def test_texts_go_to_standard_output_and_nothing_else_does(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = KnowledgeBase.open(base).add(make_bytes(1), {}).id
    assert main(["export", "--format", "jsonl"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["id"] == name
    for arguments in (["--format", "crate"], ["--format", "csv", "--json"], []):
        assert main(["export", *arguments]) == 2


def test_private_records_need_to_be_asked_for_and_are_told(
    base: Path, kb_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    KnowledgeBase.open(base).add(make_bytes(1), {}, private=True)
    assert kb_json("export", "-o", "x.csv", code=2)["error"]["message"] == "no record answers that"
    assert main(["export", "-o", "x.csv", "--private"]) == 0
    assert "1 of them are private" in capsys.readouterr().err


def test_a_private_record_does_not_get_public_by_way_of_a_crate(base: Path, other: Path, kb_json: Run) -> None:
    name = KnowledgeBase.open(other).add(make_bytes(96), {}, private=True).id
    kb_json("export", "--root", str(other), "--private", "-o", "all.zip")

    refused = kb_json("import", "all.zip", code=2)["refused"]
    assert f"{name} was private" in refused[0]["error"]["message"]
    assert not list((base / "kb/records").rglob("KB-*"))
    kb_json("import", "all.zip", "--private")
    assert KnowledgeBase.open(base).read(name).private
    kb_json("disclose", name)
    assert not any(row["new"] for row in kb_json("import", "all.zip")["records"] if row["id"] == name)


def test_a_bare_record_file_is_told_for_what_it_is(base: Path, kb_json: Run) -> None:
    name = KnowledgeBase.open(base).add(make_bytes(1), {}).id
    (refused,) = kb_json("import", f"kb/records/2026/{name}.json", code=3)["refused"]
    assert f"the file of the record {name} by itself, not a bundle" in refused["error"]["message"]
    assert f"copy it to kb/records/2026/{name}.json" in refused["error"]["hint"]
    Path("other.json").write_text('{"a": 1}\n', "utf-8")
    (refused,) = kb_json("import", "other.json", code=3)["refused"]
    assert "a JSON file, and no record in it can be read" in refused["error"]["message"]


def test_32_no_secret_is_in_an_export_or_a_page(base: Path, machine: Path, kb_json: Run) -> None:
    Path("note.md").write_text(PLANTED, "utf-8")
    encoded = base64.b64encode(SECRETS["DEPLOY_TOKEN"].encode()).decode()
    said = [f"--title={PLANTED}", f"--summary={PLANTED} {encoded}", f"--edge=symptom={PLANTED}", "--note=note.md"]
    told = kb_json("record", "--no-input", *said)
    kb_json("amend", told["id"], f"--title=again {PLANTED}", f"--reason={PLANTED}")
    kb_json("export", "--all", "-o", "out.zip")
    for name in ("out.jsonl", "out.csv"):
        kb_json("export", "--all", "-o", name)
    assert main(["render", "--root", str(base)]) == 0
    with zipfile.ZipFile("out.zip") as archive:
        texts = [archive.read(name) for name in archive.namelist()]
    places = [
        Path("out.jsonl"),
        Path("out.csv"),
        *(p for f in ("kb", "docs/kb") for p in Path(f).rglob("*") if p.is_file()),
    ]
    texts += [place.read_bytes() for place in places]
    written = b"\n".join(texts).decode("utf-8", "replace")
    assert [leak for leak in (*LEAKS, str(machine), encoded) if leak in written] == []
