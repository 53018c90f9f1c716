"""`kb risk`: what a person and a program see of risks."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from envkb.cli import main
from envkb.cli.risk_printing import stacked
from envkb.cli.schema_command import schema
from envkb.experiment.intervals import MOST, kept_intervals
from envkb.knowledge.folder import KnowledgeBase
from risks import JUDGED, experiment, write_risk

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def filled(base: Path) -> KnowledgeBase:
    """A base with a computed risk, a judged one, and records of two hosts."""
    knowledge = KnowledgeBase.open(base)
    write_risk(base)
    write_risk(base, "team-adoption", content=JUDGED, impact=2)
    knowledge.add(experiment(1, host="pi5", failed=True), {})
    knowledge.add(experiment(2, host="mini-m4"), {})
    return knowledge


def test_a_new_risk_is_made_listed_and_checked(base: Path, kb_json: Run) -> None:
    made = kb_json("risk", "new", "no-gpu", "torch cannot use the GPU", "--owner", "Ada")
    (risk,) = made["risks"]
    assert (risk["id"], risk["path"], risk["title"]) == ("no-gpu", "kb/risks/no-gpu.md", "torch cannot use the GPU")
    assert (base / risk["path"]).is_file()
    (listed,) = kb_json("risk", "list")["risks"]
    assert (listed["id"], listed["status"], listed["owner"]) == ("no-gpu", "insufficient evidence", "Ada")
    (problem,) = kb_json("risk", "check")["problems"]
    assert (problem["level"], problem["message"]) == ("warning", "no record is in its scope")


@pytest.mark.parametrize("command", ["list", "matrix", "check", "show"])
def test_every_document_keeps_its_schema(filled: KnowledgeBase, kb_json: Run, command: str) -> None:
    given = ["cuda-not-seen"] if command == "show" else []
    document = kb_json("risk", command, *given, "--root", str(filled.root))
    name = document["schema"].removeprefix("envkb.").partition("/")[0]
    jsonschema.validate(document, schema(name))
    for risk in document["risks"]:
        assert {"id", "path", "title", "status", "date"} <= risk.keys()


def test_the_schema_of_a_risk_can_be_printed(kb_json: Run) -> None:
    properties = kb_json("schema", "risk")["json_schema"]["properties"]
    assert {"statement", "scope", "event", "prior", "impact", "judgement"} <= properties.keys()


def test_the_matrix_puts_each_risk_into_its_cell(filled: KnowledgeBase, kb_json: Run) -> None:
    document = kb_json("risk", "matrix", "--root", str(filled.root))
    cells = {name: (cell["band"], cell["impact"]) for cell in document["cells"] for name in cell["risks"]}
    assert cells == {"cuda-not-seen": (2, 4), "team-adoption": (3, 2)}
    assert document["records"] == 2


def test_filters_restrict_the_evidence(filled: KnowledgeBase, kb_json: Run) -> None:
    def risk(*options: str) -> dict[str, Any]:
        document = kb_json("risk", "matrix", "--root", str(filled.root), *options)
        return next(each for each in document["risks"] if each["id"] == "cuda-not-seen")

    assert len(risk("--host", "pi5")["records_for"]) == 1
    assert risk("--host", "mini-m4")["records_for"] == []
    assert risk("--manager", "pip")["weight"] == 0
    assert risk("--where", "outcome = failure")["records_against"] == []


def test_the_terminal_shows_the_map_the_table_and_where_each_risk_is(
    filled: KnowledgeBase, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["risk", "matrix", "--root", str(filled.root)]) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0].split() == ["likelihood", *(f"impact {number}" for number in range(1, 6))] or "impact 5" in lines[0]
    assert any(line.startswith("20 % to 50 %") and "M 1" in line for line in lines)
    assert any(line.startswith("50 % to 80 %") and "M (2)" in line for line in lines)
    assert "from 2 records" in printed.err
    assert "\x1b" not in printed.out


def test_one_risk_shows_prior_and_posterior_and_every_record(
    filled: KnowledgeBase, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["risk", "show", "cuda-not-seen", "--root", str(filled.root)]) == 0
    printed = capsys.readouterr().out
    assert "prior" in printed
    assert "with evidence" in printed
    for stored in filled.records():
        assert stored.id in printed


def test_a_narrow_terminal_gets_each_risk_in_lines_of_its_own() -> None:
    rows = [
        ("cuda", "(high)", "60 % (2 % to > 99 %)", "60 %", "40 %", "4", "1", "insufficient evidence, mostly prior"),
        ("team", "medium", "60 %", "", "40 %", "3", "", "judged by Ada"),
    ]
    lines = "\n".join(stacked(rows, 40)).split("\n")
    assert lines[0] == "cuda: (high)"
    assert max(map(len, lines)) <= 40
    told = " ".join(line.strip() for line in lines)
    assert "prior 60 %, works 40 %, impact 4, 1 record, insufficient evidence, mostly prior" in told
    assert told.endswith("team: medium 60 %, works 40 %, impact 3, judged by Ada")


@pytest.mark.parametrize(("count", "ending"), [(1, ""), (3, ""), (5, " and 2 more")])
def test_records_that_do_not_tell_are_counted_and_some_named(
    base: Path, capsys: pytest.CaptureFixture[str], count: int, ending: str
) -> None:
    knowledge = KnowledgeBase.open(base)
    write_risk(base)
    silent = sorted(knowledge.add(experiment(number, outcome=None), {}).id for number in range(count))
    assert main(["risk", "show", "cuda-not-seen"]) == 0
    subject = "1 record in scope does not tell" if count == 1 else f"{count} records in scope do not tell"
    assert f"silent      {subject}: {', '.join(silent[:3])}{ending}\n" in capsys.readouterr().out


def test_private_records_count_only_where_asked_for_and_that_is_said(
    filled: KnowledgeBase, kb_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    private = filled.add(experiment(3, host="secret", failed=True), {}, private=True)
    root = ("--root", str(filled.root))
    for command in (("list",), ("matrix",), ("show", "cuda-not-seen")):
        assert private.id not in str(kb_json("risk", *command, *root))
        document = kb_json("risk", *command, *root, "--private")
        assert document["private"]
        assert private.id in str(document)
    assert main(["risk", "list", *root, "--private"]) == 0
    printed = capsys.readouterr()
    assert "counts private records" in printed.out
    assert "for you alone" in printed.err


def test_a_risk_that_cannot_be_read_is_an_error_of_check_and_left_out_elsewhere(
    filled: KnowledgeBase, kb_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    write_risk(filled.root, "broken", impact=6)
    root = ("--root", str(filled.root))
    assert [each["path"] for each in kb_json("risk", "check", *root, code=3)["problems"]] == ["kb/risks/broken.md"]
    assert len(kb_json("risk", "list", *root)["risks"]) == 2
    assert main(["risk", "list", *root]) == 0
    assert "left out, because unreadable: kb/risks/broken.md" in capsys.readouterr().err
    error = kb_json("risk", "show", "broken", *root, code=3)["error"]
    assert "impact: should be less than or equal to 5" in error["message"]
    assert kb_json("risk", "show", "brokne", *root, code=2)["error"]["hint"].startswith("did you mean")


def test_an_unknown_edge_case_class_is_an_error(filled: KnowledgeBase, kb_json: Run) -> None:
    write_risk(filled.root, event={"edges": ["wsl-libcudda"]})
    (problem,) = kb_json("risk", "check", "--root", str(filled.root), code=3)["problems"]
    assert (problem["level"], problem["hint"]) == ("error", "did you mean wsl-libcuda?")


def test_texts_of_a_risk_cannot_drive_the_terminal(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_risk(base, statement="red \x1b[31m \u202etxet", owner="\x1b]0;x\x07")
    for command in (["list"], ["matrix"], ["show", "cuda-not-seen"], ["check"]):
        main(["risk", *command])
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err
    assert "\u202e" not in printed.out


def test_intervals_are_kept_and_made_anew_where_they_cannot_be_used(filled: KnowledgeBase, kb_json: Run) -> None:
    shown = kb_json("risk", "matrix", "--root", str(filled.root))
    kept = filled.root / ".kb/intervals.json"
    whole = kept.read_text("utf-8")
    (risk,) = (each for each in shown["risks"] if each["posterior"])
    posterior = risk["posterior"]
    assert json.loads(whole)[f"{posterior['alpha']!r} {posterior['beta']!r}"] == [posterior["low"], posterior["high"]]
    for text in ("", "[]", "{", whole.replace("[", '["', 1), whole.replace("[0.", "[7.")):
        kept.write_text(text, "utf-8")
        assert kb_json("risk", "matrix", "--root", str(filled.root)) == shown


def test_kept_intervals_do_not_grow_for_ever(base: Path) -> None:
    with kept_intervals(base) as intervals:
        for number in range(MOST):
            intervals.new[f"{number} 1"] = (0.0, 1.0)
    with kept_intervals(base) as intervals:
        assert intervals.ends(2.0, 2.0) == pytest.approx((0.1353504, 0.8646496), abs=1e-6)
    assert list(json.loads((base / ".kb/intervals.json").read_bytes())) == ["2.0 2.0"]


def test_without_scipy_it_says_what_to_install(filled: KnowledgeBase) -> None:
    code = "import sys; sys.modules['scipy'] = None; from envkb.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "risk", "list", "--root", str(filled.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 5
    assert "envkb[stats]" in done.stderr


def test_the_risks_of_this_repository_can_be_read(kb_json: Run) -> None:
    root = Path(__file__).parents[2]
    if not (root / "kb/risks").is_dir():
        pytest.skip("the knowledge base of the repository is not here")
    assert {problem["level"] for problem in kb_json("risk", "check", "--root", str(root))["problems"]} <= {"warning"}
