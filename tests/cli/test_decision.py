"""`kb decision`."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from decision_files import write_decision
from envkb.cite.decisions import FORMATS_OF_DECISIONS
from envkb.cli import main
from envkb.document.codec import encode_record
from envkb.knowledge.folder import KnowledgeBase
from experiments import interleaved_run, store
from factory import make_bytes, make_edge_case, make_link, make_retraction

Run = Callable[..., dict[str, Any]]
Capture = pytest.CaptureFixture[str]

WORKS = {"kind": "successes", "where": "manager = uv", "at_least": 0.9}
RATIO = {"kind": "ratio", "benchmark": "numpy/matmul", "baseline": "arm = pip", "candidate": "arm = uv"}


def _assumption(check: dict[str, Any] | None, **more: Any) -> list[dict[str, Any]]:
    return [{"id": "a", "statement": "uv works", "check": check, **more}]


def _add(base: Path, data: bytes, *, private: bool = False) -> dict[str, str]:
    stored = KnowledgeBase.open(base).add(data, {}, private=private)
    return {"id": stored.id, "digest": stored.digest}


def test_a_decision_is_begun_accepted_and_listed(base: Path, kb_json: Run) -> None:
    begun = kb_json("decision", "new", "Use uv for CPU-only environments!")
    (reference,) = begun["decisions"]
    assert reference["path"] == "kb/decisions/0001-use-uv-for-cpu-only-environments.md"
    assert reference["status"] == "draft"
    accepted = kb_json("decision", "accept", "1", "--by", "Ada Example")
    assert accepted["decisions"][0]["status"] == "accepted"
    assert kb_json("decision", "list", "--status", "accepted")["decisions"] == accepted["decisions"]
    assert kb_json("decision", "list", "--status", "draft")["decisions"] == []
    text = (base / reference["path"]).read_text("utf-8")
    assert "deciders:\n  - Ada Example\n" in text


def test_adr_is_another_name_that_the_help_leaves_out(base: Path, kb_json: Run, capsys: Capture) -> None:
    write_decision(base, "0001-use-uv")
    assert kb_json("adr", "list") == kb_json("decision", "list")
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert "decision" in printed
    assert "adr" not in printed


def test_nobody_decides_but_the_authors_of_the_knowledge_base_may(base: Path, kb_json: Run) -> None:
    write_decision(base, "0001-use-uv", deciders=[])
    assert "nobody is named" in kb_json("decision", "accept", "use-uv", code=2)["error"]["message"]
    with (base / "kb/kb.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[authors]]\nname = "Grace Example"\n')
    kb_json("decision", "accept", "use-uv")
    assert kb_json("decision", "show", "use-uv")["front_matter"]["deciders"] == ["Grace Example"]


def test_a_violated_assumption_of_an_accepted_decision_exits_with_4(base: Path, kb_json: Run) -> None:
    good = _add(base, make_bytes(1))
    path = write_decision(base, "0001-use-uv", assumptions=_assumption(WORKS))
    kb_json("decision", "accept", "use-uv")
    (decision,) = kb_json("decision", "check")["decisions"]
    assert (decision["state"], decision["violated"]) == ("holds", False)
    bad = _add(base, make_bytes(2, outcome="failure"))
    document = kb_json("decision", "check", code=4)
    (decision,) = document["decisions"]
    (assumption,) = decision["assumptions"]
    assert decision["violated"] is True
    assert (assumption["supporting"], assumption["opposing"]) == ([good["id"]], [bad["id"]])
    assert assumption["reason"] == "1 of 2 succeeded, 0.5; at least 0.9 assumed"
    assert document["records"] == 2
    schema = kb_json("schema", "decisions-checked")["json_schema"]
    jsonschema.validate(document, schema)
    waiver = [{"assumption": "a", "name": "Ada", "reason": "mended upstream", "until": "2099-01-01"}]
    path.write_text(path.read_text("utf-8").replace("\n---\n", f"\nwaivers: {json.dumps(waiver)}\n---\n", 1), "utf-8")
    assert kb_json("decision", "check")["decisions"][0]["state"] == "waived"
    assert kb_json("decision", "check", "--on-day", "2099-01-02", code=4)["decisions"][0]["state"] == "violated"


@pytest.mark.parametrize("status", ["draft", "proposed", "rejected", "deprecated"])
def test_what_is_not_in_force_is_judged_but_violates_nothing(base: Path, kb_json: Run, status: str) -> None:
    _add(base, make_bytes(1, outcome="failure"))
    write_decision(base, "0001-use-uv", status=status, assumptions=_assumption(WORKS))
    (decision,) = kb_json("decision", "check")["decisions"]
    assert (decision["state"], decision["violated"]) == ("violated", False)


def test_only_public_records_that_count_count(base: Path, kb_json: Run) -> None:
    write_decision(base, "0001-use-uv", assumptions=_assumption(WORKS))
    first = make_bytes(1)
    for data in (
        first,
        make_bytes(2, outcome="failure", links=(make_link("amends", first),)),
        make_bytes(3, outcome="failure", links=(make_link("amends", first),)),
    ):
        _add(base, data)
    wrong = make_bytes(4, outcome="failure")
    _add(base, wrong)
    _add(base, encode_record(make_retraction(wrong, 5)))
    _add(base, make_bytes(6, outcome="failure"), private=True)
    document = kb_json("decision", "check")
    assert document["records"] == 0
    (assumption,) = document["decisions"][0]["assumptions"]
    assert (assumption["state"], assumption["reason"]) == ("undetermined", "no record answers 'manager = uv'")


def test_a_private_amendment_changes_nothing_that_is_public(base: Path, kb_json: Run) -> None:
    first = make_bytes(1)
    _add(base, first)
    _add(base, make_bytes(2, outcome="failure", links=(make_link("amends", first),)), private=True)
    write_decision(base, "0001-use-uv", assumptions=_assumption(WORKS))
    assert kb_json("decision", "check")["decisions"][0]["state"] == "holds"


def test_evidence_that_is_retracted_after_it_was_cited_is_told(base: Path, kb_json: Run, capsys: Capture) -> None:
    data = make_bytes(1)
    cited = _add(base, data)
    write_decision(base, "0001-use-uv", evidence=[cited])
    kb_json("decision", "accept", "use-uv")
    assert kb_json("decision", "check")["problems"] == []
    _add(base, encode_record(make_retraction(data, 2)))
    document = kb_json("decision", "check")
    (problem,) = document["problems"]
    assert problem["message"] == f"{cited['id']} is retracted since it was cited"
    assert document["decisions"][0]["evidence"] == [cited | {"state": "retracted"}]
    assert main(["decision", "show", "use-uv", "--report"]) == 0
    assert f"* {cited['id']}, sha256:{cited['digest']} (**retracted**)" in capsys.readouterr().out


def test_a_decision_that_rests_on_a_private_record_is_refused(base: Path, kb_json: Run) -> None:
    cited = _add(base, make_bytes(1), private=True)
    write_decision(base, "0001-use-uv")
    assert "is private" in kb_json("decision", "link", "use-uv", cited["id"], code=2)["error"]["message"]
    write_decision(base, "0001-use-uv", evidence=[cited])
    (problem,) = kb_json("decision", "check", code=3)["problems"]
    assert problem["message"] == f"{cited['id']} is private, and decisions are public"


def test_edited_text_and_unreadable_files_exit_with_3(base: Path, kb_json: Run, capsys: Capture) -> None:
    path = write_decision(base, "0001-use-uv")
    kb_json("decision", "accept", "use-uv")
    path.write_text(path.read_text("utf-8").replace("* conda", "* pixi"), "utf-8")
    (base / "kb/decisions/0002-latin.md").write_bytes(b"---\nstatus: draft\n---\n# F\xfcr uv\n")
    problems = kb_json("decision", "check", code=3)["problems"]
    assert [(problem["path"][13:], problem["message"]) for problem in problems] == [
        ("0001-use-uv.md", "the accepted text was edited"),
        ("0002-latin.md", "not UTF-8"),
    ]
    assert problems[1]["place"] == "line 4"
    assert main(["decision", "check"]) == 3
    printed = capsys.readouterr()
    assert "error: kb/decisions/0002-latin.md, line 4: not UTF-8" in printed.out
    assert "1 decisions, 0 violated, 2 errors, 0 warnings" in printed.err


def test_a_check_that_names_what_is_not_there_is_told_and_the_rest_is_judged(base: Path, kb_json: Run) -> None:
    checks = [
        {"kind": "risk", "risk": "cuda-not-seen", "at_most": "low"},
        RATIO | {"within": 0.05},
        {"kind": "successes", "where": "colour = red", "at_least": 1},
        {"kind": "review_by", "date": "2099-01-01"},
    ]
    named = [{"id": f"a{number}", "statement": "s", "check": check} for number, check in enumerate(checks)]
    write_decision(base, "0001-use-uv", assumptions=named)
    document = kb_json("decision", "check", code=3)
    assert [(problem["level"], problem["message"]) for problem in document["problems"]] == [
        ("error", "a0: there is no risk cuda-not-seen"),
        ("error", "a2: query, column 1: there is no field 'colour'"),
        ("warning", "a1: nothing measured numpy/matmul so far"),
    ]
    states = [assumption["state"] for assumption in document["decisions"][0]["assumptions"]]
    assert states == ["undetermined", "undetermined", "undetermined", "holds"]


def test_two_decisions_with_one_number_are_told_and_renumbered(base: Path, kb_json: Run) -> None:
    write_decision(base, "0001-use-uv", date="2026-11-01")
    write_decision(base, "0001-use-conda", date="2026-11-02")
    assert "0001, too" in kb_json("decision", "check", code=3)["problems"][0]["message"]
    kb_json("decision", "show", "1", code=2)
    (moved,) = kb_json("decision", "link", "--renumber")["decisions"]
    assert (moved["id"], moved["number"]) == ("use-conda", 2)
    assert kb_json("decision", "check")["problems"] == []


def test_a_slug_is_taken_for_ever(base: Path, kb_json: Run) -> None:
    write_decision(base, "0001-use-uv")
    write_decision(base, "0002-broken", status="agreed")
    for title in ("Use uv", "broken"):
        message = kb_json("decision", "new", title, code=2)["error"]["message"]
        assert message == f"there is a decision {title.lower().replace(' ', '-')} already"
    assert kb_json("decision", "new", "Use uv", "--slug", "use-uv-again")["decisions"][0]["number"] == 3


@pytest.mark.parametrize("title", ["two\nlines", "", "Use uv #", "<!-- hidden -->"])
def test_what_cannot_be_a_title_is_refused_and_nothing_is_written(base: Path, kb_json: Run, title: str) -> None:
    kb_json("decision", "new", title, "--slug", "a", code=3)
    assert [path.name for path in (base / "kb/decisions").iterdir()] == [".gitkeep"]


def test_supersession_keeps_both_files_in_step_and_the_graph_shows_it(
    base: Path, kb_json: Run, capsys: Capture
) -> None:
    for number, slug in enumerate(("use-conda", "use-uv", "use-pip"), 1):
        write_decision(base, f"000{number}-{slug}", slug)
        kb_json("decision", "accept", slug)
    kb_json("decision", "supersede", "use-conda", "use-uv")
    kb_json("decision", "link", "use-pip", "use-uv")
    kb_json("decision", "deprecate", "use-pip")
    assert kb_json("decision", "check")["problems"] == []
    assert kb_json("decision", "graph")["links"] == [
        {"source": "use-uv", "relation": "supersedes", "target": "use-conda"},
        {"source": "use-pip", "relation": "relates_to", "target": "use-uv"},
    ]
    assert main(["decision", "graph"]) == 0
    assert "    supersedes 0001 use-conda (superseded)\n" in capsys.readouterr().out
    kb_json("decision", "supersede", "use-uv", "use-conda", code=2)


def test_a_decision_is_drafted_from_a_run_and_its_own_records_bear_it_out(base: Path, kb_json: Run) -> None:
    knowledge = KnowledgeBase.open(base)
    pip, uv = interleaved_run(0.5, changes={"pip": {"edge_cases": (make_edge_case("slow"),)}})
    ids = [store(knowledge, record) for record in (pip, uv)]
    (begun,) = kb_json("decision", "new", "Use uv", "--from", "run-1")["decisions"]
    shown = kb_json("decision", "show", "use-uv")
    front = shown["front_matter"]
    assert [each["id"] for each in front["evidence"]] == ids
    assert [each["check"]["kind"] for each in front["assumptions"]] == ["successes", "successes", "edge", "ratio"]
    assert [each["state"] for each in shown["assumptions"]] == ["holds"] * 4
    assert f"* uv: success ({ids[1]})" in shown["text"]
    ratio = shown["assumptions"][3]
    assert (ratio["check"]["at_most"], ratio["check"]["parameters"]) == (1, {"n": 512})
    assert ratio["ratios"][0]["basis"] == "interleaved"
    assert begun["status"] == "draft"
    (kept,) = json.loads((base / ".kb/ratios.json").read_bytes()).values()
    assert kept == ratio["ratios"]
    assert kb_json("decision", "show", "use-uv") == shown


def test_a_cache_of_ratios_that_cannot_be_used_is_made_anew(base: Path, kb_json: Run) -> None:
    knowledge = KnowledgeBase.open(base)
    for record in interleaved_run(0.5):
        store(knowledge, record)
    write_decision(base, "0001-use-uv", assumptions=_assumption(RATIO | {"at_most": 0.8}))
    shown = kb_json("decision", "show", "1")
    cache = base / ".kb/ratios.json"
    whole = cache.read_text("utf-8")
    for text in ("", "[]", "{", whole.replace('"low"', '"lowest"'), whole.replace("[{", '["', 1) + " "):
        cache.write_text(text, "utf-8")
        assert kb_json("decision", "show", "1") == shown


def test_a_decision_is_drafted_from_one_record(base: Path, kb_json: Run) -> None:
    cited = _add(base, make_bytes(1))
    kb_json("decision", "new", "Use uv", "--from", cited["id"].lower())
    front = kb_json("decision", "show", "1")["front_matter"]
    assert front["evidence"] == [cited]
    hidden = _add(base, make_bytes(2), private=True)
    message = kb_json("decision", "new", "Use pip", "--from", hidden["id"], code=2)["error"]["message"]
    assert message == f"{hidden['id']} is no public experiment that counts"
    kb_json("decision", "new", "Use pip", "--from", "no-run", code=2)


def test_show_prints_the_decision_or_one_page_for_a_lead(base: Path, kb_json: Run, capsys: Capture) -> None:
    good = _add(base, make_bytes(1))
    write_decision(base, "0001-use-uv", assumptions=_assumption(WORKS), review="2027-01-01")
    assert main(["decision", "show", "use-uv"]) == 0
    printed = capsys.readouterr()
    assert "0001 use-uv: proposed on 2026-11-01 by Ada Example; assumptions: holds" in printed.out
    assert "## Considered options" in printed.out
    assert "from 1 records" in printed.err
    report = kb_json("decision", "show", "use-uv", "--report")["report"]
    assert report.startswith("# Use uv\n\nDecision 0001, `use-uv`: **proposed** on 2026-11-01 by Ada Example.\n")
    for text in ("## Outcome\n\nChosen: **uv**.", "* uv\n* conda", f"for: {good['id']}", "again by 2027-01-01"):
        assert text in report


def test_an_empty_knowledge_base_has_no_decisions(base: Path, kb_json: Run, capsys: Capture) -> None:
    assert base.is_dir()
    for command in ("list", "graph", "check"):
        assert kb_json("decision", command)["decisions"] == []
        assert main(["decision", command]) == 0
        assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "words",
    [
        ("show", "nothing"),
        ("check", "nothing"),
        ("check", "--on-day", "tomorrow"),
        ("list", "--status", "agreed"),
        ("link",),
        ("link", "use-uv"),
        ("link", "use-uv", "--renumber"),
        ("link", "use-uv", "nothing"),
        ("link", "use-uv", "KB-2026-WERC8-GMRZGT"),
    ],
)
def test_what_a_command_cannot_mean_exits_with_2(base: Path, kb_json: Run, words: tuple[str, ...]) -> None:
    write_decision(base, "0001-use-uv")
    kb_json("decision", *words, code=2)


@pytest.mark.parametrize("name", FORMATS_OF_DECISIONS)
def test_a_decision_is_cited_with_its_state_today(base: Path, kb_json: Run, name: str) -> None:
    _add(base, make_bytes(1))
    path = write_decision(base, "0001-use-uv", assumptions=_assumption(WORKS))
    cited = kb_json("cite", "decision", "use-uv", "--format", name)
    jsonschema.validate(cited, kb_json("schema", "decisions-cited")["json_schema"])
    assert cited["decisions"][0]["state"] == "holds"
    for told in ("Use uv", hashlib.sha256(path.read_bytes()).hexdigest(), "proposed"):
        assert told in cited["text"] or (name == "short" and told == "Use uv")
    assert f"on {cited['on']}, from 1 records" in cited["text"]


def test_a_decision_is_cited_with_the_day_on_which_the_log_took_in_what_was_accepted(base: Path, kb_json: Run) -> None:
    write_decision(base, "0001-use-uv")
    kb_json("decision", "accept", "use-uv")
    kb_json("log", "init", "--unsigned", "--origin", "lab.example/kb/log")
    kb_json("log", "seal")
    assert "not logged" in kb_json("cite", "decision", "use-uv")["text"]
    kb_json("log", "seal", "--checkpoint")
    assert "(the text as accepted)]" in kb_json("cite", "decision", "use-uv")["text"]


def test_a_citation_of_no_decision_is_refused_and_one_goes_to_a_file(base: Path, kb_json: Run) -> None:
    write_decision(base, "0001-use-uv")
    kb_json("cite", "decision", code=2)
    kb_json("cite", "decision", "nothing", code=2)
    kb_json("cite", "decision", "use-uv", "--format", "datacite", code=2)
    text = kb_json("cite", "decision", "1", "-o", "cited.txt")["text"]
    assert (base / "cited.txt").read_text("utf-8") == text
