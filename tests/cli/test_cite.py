"""`kb cite`."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pybtex.database import parse_string

from envkb.cite.formats import FORMATS
from envkb.cli import main
from envkb.document.codec import decode_record, encode_record
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.record import Claim
from factory import make_bytes, make_link, make_record, make_retraction
from hostile import make_hostile
from sample_records import LOG, sample_records

Run = Callable[..., dict[str, Any]]

PLAIN = make_bytes(1, title="plain")
OLD = make_bytes(2, title="old")
NEW = make_bytes(3, title="new", links=(make_link("amends", OLD, reason="a digit was missing"),))
NEWEST = make_bytes(4, title="newest", links=(make_link("amends", NEW),))
WRONG = make_bytes(5, title="wrong")
RETRACTION = encode_record(make_retraction(WRONG, 6))
HIDDEN = make_bytes(7, title="hidden", links=(make_link("amends", PLAIN),))
CLAIM = encode_record(
    make_record(
        8,
        kind="claim",
        title="claim",
        links=(make_link("based_on", PLAIN),),
        claim=Claim(method="compare", version="1", seed=1, parameters=None, result={"verdict": "faster"}),
    )
)


@pytest.fixture
def ids(base: Path) -> dict[str, str]:
    """A base with amendments, a retraction, a claim and a private amendment; ids by title."""
    knowledge = KnowledgeBase.open(base)
    named = {"plain": PLAIN, "old": OLD, "new": NEW, "newest": NEWEST, "wrong": WRONG, "retraction": RETRACTION}
    ids = {name: knowledge.add(data, {}).id for name, data in (named | {"claim": CLAIM}).items()}
    return ids | {"hidden": knowledge.add(HIDDEN, {}, private=True).id}


def test_a_citation_names_the_file_by_its_digest(base: Path, ids: dict[str, str], kb_json: Run) -> None:
    told = kb_json("cite", ids["plain"].lower())
    (record,) = told["records"]
    assert told["text"] == f"[{ids['plain']}, sha256:{record['digest']}, not logged]\n"
    assert (record["state"], record["warning"]) == ("current", None)
    schema = kb_json("schema", "cited")["json_schema"]
    jsonschema.validate(told, schema)
    assert base.is_dir()


def test_a_superseded_record_is_cited_with_a_warning_and_its_successor(
    ids: dict[str, str], kb_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (record,) = kb_json("cite", ids["old"])["records"]
    assert record["successors"] == [ids["newest"]]
    assert main(["cite", ids["old"]]) == 0
    printed = capsys.readouterr()
    assert f"superseded by {ids['newest']}, sha256:" in printed.out
    assert f"kb: {ids['old']} is superseded by {ids['newest']}" in printed.err


def test_a_retracted_record_is_cited_with_what_retracts_it_and_why(ids: dict[str, str], kb_json: Run) -> None:
    (record,) = kb_json("cite", ids["wrong"])["records"]
    assert record["warning"].startswith(f"retracted by {ids['retraction']}, sha256:")
    assert record["warning"].endswith("(because)")


def test_two_amendments_of_one_record_name_each_other(base: Path, ids: dict[str, str], kb_json: Run) -> None:
    other = KnowledgeBase.open(base).add(make_bytes(9, links=(make_link("amends", NEW),)), {}).id
    (record,) = kb_json("cite", ids["newest"])["records"]
    assert (record["state"], record["successors"]) == ("fork", [other])
    assert sorted(kb_json("cite", ids["old"])["records"][0]["successors"]) == sorted([other, ids["newest"]])


def test_the_citation_of_a_public_record_tells_nothing_of_private_ones(ids: dict[str, str], kb_json: Run) -> None:
    told = kb_json("cite", ids["plain"])
    assert ids["hidden"] not in json.dumps(told)
    assert kb_json("cite", ids["hidden"])["records"][0]["private"] is True


def test_a_measurement_and_a_claim_are_quoted(ids: dict[str, str], kb_json: Run) -> None:
    text = kb_json("cite", f"{ids['plain']}#matmul", ids["claim"])["text"]
    assert "matmul: median duration 12.2 ms, min-max 12.1 to 12.3 ms, n = 3" in text
    assert f"computed by compare 1, seed 1, from {ids['plain']}" in text


def test_a_bibliography_of_all_holds_what_is_public_and_counts(ids: dict[str, str], kb_json: Run) -> None:
    cited = {record["id"] for record in kb_json("cite", "--all", "--format=biblatex")["records"]}
    assert cited == {ids["plain"], ids["newest"], ids["claim"]}


def test_a_bibliography_is_written_to_a_file(
    base: Path, ids: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cite", ids["plain"], ids["claim"], ids["plain"], "--format", "biblatex", "-o", "refs.bib"]) == 0
    assert capsys.readouterr().out == ""
    entries = parse_string((base / "refs.bib").read_text("utf-8"), "bibtex").entries
    assert list(entries) == [ids["plain"], ids["claim"]]


def test_what_a_report_names_is_cited_and_what_is_wrong_with_it_is_reported(
    base: Path, ids: dict[str, str], kb_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = "KB-2026-S8YHC-EXB0NW"
    text = f"\\cite{{{ids['plain']}}}\n{ids['old']}, {ids['wrong']}\nand {unknown} and {unknown[:-1]}X"
    (base / "report.tex").write_text(text)
    told = kb_json("cite", "--used-in=report.tex", code=7)
    assert [record["id"] for record in told["records"]] == [ids["plain"], ids["old"], ids["wrong"]]
    assert [record["state"] for record in told["records"]] == ["current", "superseded", "retracted"]
    assert told["records"][1]["mentioned"] == ["report.tex, line 2"]
    assert [entry["id"] for entry in told["unknown"]] == [unknown, f"{unknown[:-1]}X"]
    assert main(["cite", "--used-in=report.tex"]) == 7
    assert f"report.tex, line 3: there is no record {unknown} here" in capsys.readouterr().err


def test_a_report_that_names_no_record_makes_an_empty_bibliography(base: Path, kb_json: Run) -> None:
    (base / "draft.md").write_text("nothing yet")
    assert kb_json("cite", "--used-in=draft.md", "--format=cff")["text"] == ""


@cache
def hostile_bytes() -> bytes:
    return encode_record(make_hostile(sample_records()[0]))


@pytest.mark.parametrize("name", FORMATS)
def test_a_record_every_text_of_which_is_hostile_is_cited_inertly(base: Path, name: str, kb_json: Run) -> None:
    record = decode_record(hostile_bytes())
    stored = KnowledgeBase.open(base).add(hostile_bytes(), {item.sha256: LOG for item in record.attachments})
    quoted = [f"{stored.id}#{measurement.id}" for measurement in record.measurements]
    text = kb_json("cite", *quoted, f"--format={name}")["text"]
    assert stored.digest in text
    assert not set(text) & set("\x00\x1b\x02\r\u202e\u2066")
    if name in ("markdown", "apa", "ieee", "iso690"):
        assert "<script" not in text.lower()
        assert "<img" not in text.lower()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "nothing to cite"),
        (["--all", "--format=word"], 2, "no citation format 'word'"),
        (["KB-2026-S8YHC-EXB0NW"], 2, "no record"),
        (["../../etc/passwd"], 2, "not a record id"),
        (["KB-2026-WERC8-GMRZGX"], 2, "typing error"),
        (["--used-in=missing.tex"], 1, "missing.tex: no such file"),
        (["--used-in=kb"], 1, "kb: "),
        (["--all", "-o", "missing/refs.bib"], 1, "missing/refs.bib: no such file or folder"),
    ],
)
def test_what_cannot_be_cited_is_said_in_one_line(
    ids: dict[str, str], kb_json: Run, arguments: list[str], code: int, message: str
) -> None:
    assert message in kb_json("cite", *arguments, code=code)["error"]["message"]
    assert ids


def test_a_measurement_that_is_not_there_is_an_error(ids: dict[str, str], kb_json: Run) -> None:
    assert "no measurement 'x'" in kb_json("cite", f"{ids['plain']}#x", code=2)["error"]["message"]


def test_a_text_that_never_ends_is_refused(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cite", "--used-in", "/dev/zero", "--root", str(base)]) == 3
    assert "more than 256 MiB" in capsys.readouterr().err
