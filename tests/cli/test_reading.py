"""`kb init`, `list`, `search`, `show`, `schema`: what reads and what begins."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markdown import markdown

from envkb.cli import main
from envkb.document.identity import digest_of
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.edge_case import EdgeCase
from envkb.model.value import Origin
from factory import make_bytes

Run = Callable[..., dict[str, Any]]
HOSTILE = "<script>alert(1)</script> | `x` {{ y }} \u202egnp.exe \x1b[31mred"


@pytest.fixture
def filled(base: Path) -> KnowledgeBase:
    """A base with a plain record and one whose every text is hostile."""
    knowledge = KnowledgeBase.open(base)
    edge = EdgeCase(
        origin=Origin.STATED,
        class_="other",
        symptom=f"undefined symbol: cudnnGetVersion {HOSTILE}",
        severity=None,
        phase=None,
        package=None,
        workaround=None,
        worked=None,
        link=None,
        fingerprint=None,
    )
    for record in (
        make_bytes(1, title="torch by uv", tags=("gpu",), outcome="success"),
        make_bytes(2, title=HOSTILE, outcome="failure", edge_cases=(edge,)),
    ):
        knowledge.add(record, {})
    return knowledge


def test_a_new_base_is_valid_and_made_only_once(base: Path, kb_json: Run) -> None:
    before = (base / "kb" / "kb.toml").read_bytes()
    (base / ".gitignore").write_text("mine\n")
    told = kb_json("init", str(base), "--ci=github")
    assert (base / "kb" / "kb.toml").read_bytes() == before
    made = {file["path"] for file in told["files"] if file["made"]}
    assert ".github/workflows/check.yml" in made
    assert "kb/kb.toml" not in made
    ignored = next(file for file in told["files"] if file["path"] == ".gitignore")
    assert {".kb/", "kb/private/"} <= {line.strip("/") + "/" for line in ignored["missing"]}


def test_a_list_tells_id_digest_path_title_and_date(filled: KnowledgeBase, kb_json: Run) -> None:
    told = kb_json("list", "--outcome=success")
    assert [row["title"] for row in told["records"]] == ["torch by uv"]
    row = told["records"][0]
    assert digest_of((filled.root / row["path"]).read_bytes()) == row["digest"]
    assert kb_json("list", "--limit=1")["total"] == 2
    assert kb_json("list", "--fields=tags", "--tag=gpu")["records"][0]["fields"] == {"tags": ["gpu"]}


def test_the_search_finds_words_of_a_symptom(filled: KnowledgeBase, kb_json: Run) -> None:
    found = kb_json("search", "undefined symbol")["records"]
    assert len(found) == 1
    assert "[undefined]" in found[0]["excerpt"]
    assert kb_json("search", "nothinglikeit")["records"] == []
    assert filled.root.is_dir()


def test_a_terminal_is_never_told_what_to_do_by_a_record(
    filled: KnowledgeBase, kb_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    record_id = kb_json("list", "--outcome=failure")["records"][0]["id"]
    for arguments in (["list"], ["search", "undefined"], ["show", record_id], ["show", record_id, "--facts"]):
        assert main(arguments) == 0
        printed = capsys.readouterr().out
        assert "\x1b" not in printed
        assert "\u202e" not in printed
        assert "<script>alert(1)</script>" in printed.replace("\n", "")
    assert filled.root.is_dir()


def test_a_summary_for_a_bug_tracker_holds_nothing_that_is_markup(
    filled: KnowledgeBase, kb_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    record_id = kb_json("list", "--outcome=failure")["records"][0]["id"]
    assert main(["show", record_id, "--markdown"]) == 0
    html = markdown(capsys.readouterr().out, extensions=["tables", "fenced_code"])
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert filled.root.is_dir()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["list", "--where=colour = red"], "colour"),
        (["list", "--where=gpu ~"], "column"),
        (["list", "--fields=colour"], "colour"),
        (["list", "--package=torch>>1"], "torch"),
        (["list", "--since=soon"], "soon"),
        (["search", "???"], "word"),
        (["show", "KB-2026-WERC8-GMRZGT"], "kb list"),
        (["show", "KB-2026-WERC8-GMRZGX"], "check character"),
        (["show", "../../etc/passwd"], "KB-2026"),
        (["schema", "nothing"], "record"),
        (["import", "missing.kbz"], "missing.kbz"),
    ],
)
def test_a_wrong_question_is_a_usage_error_that_says_what_is_right(
    filled: KnowledgeBase, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err
    assert filled.root.is_dir()


def test_without_a_knowledge_base_the_way_to_one_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 2
    assert "kb init" in capsys.readouterr().err


def test_every_json_document_fits_its_published_schema(
    filled: KnowledgeBase, kb_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    record_id = kb_json("list")["records"][0]["id"]
    outputs = [
        kb_json("list"),
        kb_json("search", "torch"),
        kb_json("show", record_id),
        kb_json("show", "nonsense", code=2),
        kb_json("record", "--no-input", "--dry-run"),
        kb_json("init", str(filled.root)),
        kb_json("check"),
    ]
    for document in outputs:
        name = document["schema"].removeprefix("envkb.").partition("/")[0]
        assert main(["schema", name]) == 0
        schema = json.loads(capsys.readouterr().out)
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(document, schema)


def test_an_empty_answer_is_told_apart_from_an_empty_knowledge_base(
    base: Path, kb_json: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert base.is_dir()
    main(["list", "--tag", "x"])
    assert "no records yet" in capsys.readouterr().err
    kb_json("record", "--no-input", "--title", "one")
    main(["list", "--tag", "x"])
    assert capsys.readouterr().err == "no record answers that\n"


def test_an_outcome_that_is_none_is_a_usage_error(base: Path, kb_json: Callable[..., dict[str, Any]]) -> None:
    assert base.is_dir()
    assert kb_json("list", "--outcome", "great", code=2)["error"]["hint"] == "known: success, partial, failure"
