from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from decision_files import make_decision, write_decision
from envkb.knowledge.decisions import edits
from envkb.knowledge.decisions.checked import Known
from envkb.knowledge.decisions.files import DecisionFile, Shelf, parse_decision, read_decisions
from envkb.knowledge.decisions.lint import lint
from envkb.knowledge.index.rows import Standing

ON = date(2026, 11, 22)
ID, DIGEST = "KB-2026-WERC8-GMRZGT", "e3" * 32
KNOWN = Known(risks={"cuda-not-seen"}, benchmarks={"torch/matmul"}, classes={"wsl-libcuda", "other"})


def _lint(*files: DecisionFile, records: Mapping[str, Standing] | None = None) -> list[tuple[str, str, str]]:
    problems = lint(Shelf(files, ()), records or {}, KNOWN, on=ON)
    return [(problem.level, problem.path.rpartition("/")[2], problem.message) for problem in problems]


def _messages(*files: DecisionFile, records: Mapping[str, Standing] | None = None) -> list[str]:
    return [f"{level}: {message}" for level, _, message in _lint(*files, records=records)]


def test_nothing_is_wrong_with_a_proposed_decision_that_names_its_options() -> None:
    assert _lint(make_decision()) == []


def test_two_decisions_with_one_number_are_told_at_the_later_one() -> None:
    found = _lint(make_decision("0001-use-uv"), make_decision("0001-use-conda", date="2026-11-02"))
    assert found == [("error", "0001-use-conda.md", "use-uv has the number 0001, too")]


def test_two_decisions_with_one_slug_are_told_at_both() -> None:
    found = _lint(make_decision("0001-use-uv"), make_decision("0002-use-uv"))
    assert [(level, name) for level, name, _ in found] == [("error", "0001-use-uv.md"), ("error", "0002-use-uv.md")]


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ({"relates_to": ["use-pip"]}, "error: there is no decision use-pip"),
        ({"relates_to": ["use-conda"]}, "error: use-conda does not name this one under relates_to"),
        ({"supersedes": ["use-conda"]}, "error: use-conda does not name this one under superseded_by"),
        ({"status": "superseded"}, "error: superseded, and nothing says by what"),
        ({"review": "2026-11-21", "status": "accepted"}, "warning: its review was due on 2026-11-21"),
        ({"status": "accepted"}, "warning: accepted, and no digest holds its text"),
    ],
)
def test_what_does_not_fit_together_is_told(front: dict[str, Any], message: str) -> None:
    assert message in _messages(make_decision(**front), make_decision("0002-use-conda", "Use conda"))


def test_a_decision_that_is_superseded_and_still_accepted_is_out_of_step() -> None:
    old = make_decision(superseded_by=["use-conda"], status="accepted")
    new = make_decision("0002-use-conda", supersedes=["use-uv"])
    assert "error: superseded by use-conda, and still accepted" in _messages(old, new)


def test_a_circle_of_supersession_is_told_once() -> None:
    circle = {"status": "superseded"}
    files = [
        make_decision(f"000{number}-{slug}", supersedes=[before], superseded_by=[after], **circle)
        for number, slug, before, after in ((1, "a", "c", "b"), (2, "b", "a", "c"), (3, "c", "b", "a"))
    ]
    found = _lint(*files)
    assert [(level, name) for level, name, _ in found] == [("error", "0001-a.md")]
    assert found[0][2].startswith("a circle of supersession: a -> b -> c -> a")


def test_an_edit_of_accepted_text_is_told_but_not_one_of_its_status(tmp_path: Path) -> None:
    path = write_decision(tmp_path, "0001-use-uv")
    file = edits.accept(tmp_path, read_decisions(tmp_path).find("1"), deciders=(), day=ON)
    assert _lint(file) == []
    path.write_bytes(file.data.replace(b"status: accepted", b"status: deprecated"))
    assert _lint(*read_decisions(tmp_path).files) == []
    path.write_bytes(file.data.replace(b"* conda", b"* pixi"))
    assert _messages(*read_decisions(tmp_path).files) == ["error: the accepted text was edited"]


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (None, f"error: there is no record {ID}"),
        (Standing("00" * 32, "current", private=False), f"error: {ID} has another digest, {'00' * 32}"),
        (Standing(DIGEST, "current", private=True), f"error: {ID} is private, and decisions are public"),
        (Standing(DIGEST, "retracted", private=False), f"warning: {ID} is retracted since it was cited"),
        (Standing(DIGEST, "superseded", private=False), f"warning: {ID} is superseded since it was cited"),
        (
            Standing(DIGEST, "fork", private=False),
            f"warning: {ID} is amended twice since it was cited, and neither amendment counts",
        ),
        (Standing(DIGEST, "current", private=False), None),
    ],
)
def test_evidence_is_looked_at(standing: Standing | None, told: str | None) -> None:
    file = make_decision(evidence=[{"id": ID, "digest": DIGEST}])
    assert _messages(file, records={ID: standing} if standing else {}) == ([told] if told else [])


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (None, "warning: the assumption a has no check"),
        (
            {
                "kind": "ratio",
                "benchmark": "torch/matmull",
                "baseline": "arm = a",
                "candidate": "arm = b",
                "within": 0.1,
            },
            "warning: a: nothing measured torch/matmull so far",
        ),
        ({"kind": "risk", "risk": "cuda-not-sen", "at_most": "low"}, "error: a: there is no risk cuda-not-sen"),
        (
            {"kind": "edge", "class": "wsl-cuda", "where": "arm = a", "expect": "absent"},
            "error: a: there is no edge-case class wsl-cuda",
        ),
        (
            {"kind": "version", "package": "torch", "versions": "2.13", "where": "arm = a"},
            "error: a: '2.13' are no versions",
        ),
        (
            {"kind": "successes", "where": "colour = red", "at_least": 1},
            "error: a: query, column 1: there is no field 'colour'",
        ),
        ({"kind": "review_by", "date": "2020-01-01"}, None),
    ],
)
def test_a_check_that_cannot_be_evaluated_is_told(check: dict[str, Any] | None, told: str | None) -> None:
    file = make_decision(assumptions=[{"id": "a", "statement": "s", "check": check}])
    assert _messages(file) == ([told] if told else [])


def test_a_name_that_nothing_has_comes_with_the_nearest_and_its_line() -> None:
    check = {"kind": "risk", "risk": "cuda-not-sen", "at_most": "low"}
    file = make_decision(assumptions=[{"id": "a", "statement": "s", "check": check}])
    (problem,) = lint(Shelf((file,), ()), {}, KNOWN, on=ON)
    assert (problem.place, problem.hint) == ("line 5", "did you mean cuda-not-seen?")


def test_a_decision_without_options_and_a_waiver_that_ended_are_told() -> None:
    waiver = {"assumption": "a", "name": "Ada", "reason": "r", "until": "2026-11-21"}
    check = {"kind": "review_by", "date": "2020-01-01"}
    file = make_decision(assumptions=[{"id": "a", "statement": "s", "check": check}], waivers=[waiver])
    assert _messages(file) == ["warning: the waiver of a by Ada ended on 2026-11-21"]
    bare = make_decision()
    data = bare.data.replace(b"## Considered options", b"## More")

    assert _messages(parse_decision(data, bare.path)) == ["warning: no options are named"]
