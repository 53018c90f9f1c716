from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from decision_files import make_decision
from envkb.assess.decisions.checks import RiskStanding, evaluate
from envkb.assess.decisions.outcome import AssumptionOutcome, state_of
from envkb.assess.decisions.ratio_lines import RatioLine
from envkb.knowledge.index.evidence import EdgeRow, EvidenceRow, FindingRow
from envkb.model.decision import RatioCheck

ON = date(2026, 11, 22)
DIGEST = "e3" * 32


def row(name: str, *, outcome: Any = "success", edges: Sequence[str] = (), happened: str = "2026-11-01") -> EvidenceRow:
    """Return a record that counts."""
    return EvidenceRow(
        number=1,
        id=name,
        digest=DIGEST,
        path=f"kb/records/2026/{name}.json",
        private=False,
        title="t",
        created="2026-11-20T10:00:00Z",
        observed=happened,
        outcome=outcome,
        host="pi5",
        host_label="pi5",
        manager="uv",
        origin="captured",
        install_outcome=None,
        failed_phase=None,
        request=None,
        cache=None,
        run=None,
        arm=None,
        edges=tuple(EdgeRow(name, None, None) for name in edges),
        findings=(),
    )


class Known:
    """A ground made of lists: the rows by query."""

    def __init__(self, **rows: Sequence[EvidenceRow]) -> None:
        self.queries = rows
        self.package: Mapping[str, str] = {}
        self.risks: Mapping[str, RiskStanding] = {}
        self.lines: Sequence[RatioLine] = ()
        self.compared: list[list[str]] = []

    def rows(self, query: str) -> Sequence[EvidenceRow]:
        return self.queries.get(query, ())

    def versions(self, package: str) -> Mapping[str, str]:
        return self.package if package == "torch" else {}

    def ratio(
        self, check: RatioCheck, baseline: Sequence[EvidenceRow], candidate: Sequence[EvidenceRow]
    ) -> Sequence[RatioLine]:
        assert check.kind == "ratio"
        self.compared = [[row.id for row in side] for side in (baseline, candidate)]
        return self.lines

    def risk(self, slug: str) -> RiskStanding | None:
        return self.risks.get(slug)


def judged(check: dict[str, Any] | None, ground: Known, waivers: Sequence[Any] = (), **more: Any) -> AssumptionOutcome:
    """Evaluate one check on the day."""
    decision = make_decision(
        assumptions=[{"id": "a", "statement": "s", "check": check, **more}], waivers=[*waivers]
    ).decision
    return evaluate(decision.assumptions[0], decision.waivers, ground, on=ON)


def told(check: dict[str, Any] | None, ground: Known, **more: Any) -> tuple[str, str]:
    """Return state and reason."""
    found = judged(check, ground, **more).found
    return found.state, found.reason


SUCCESSES = {"kind": "successes", "where": "uv", "at_least": 0.75, "records": 3}


@pytest.mark.parametrize(
    ("outcomes", "state", "reason"),
    [
        (["success"] * 3 + ["failure"], "holds", "3 of 4 succeeded, 0.75; at least 0.75 assumed"),
        (["success"] * 2 + ["partial"], "violated", "2 of 3 succeeded, 0.667; at least 0.75 assumed"),
        (["success"] * 2, "undetermined", "2 of the 3 records that it takes to tell"),
        (
            ["success", "success", None],
            "undetermined",
            "2 of the 3 records that it takes to tell (1 more say no outcome)",
        ),
        ([], "undetermined", "no record answers 'uv'"),
    ],
)
def test_a_share_of_successes(outcomes: list[str | None], state: str, reason: str) -> None:
    ground = Known(uv=[row(str(number), outcome=outcome) for number, outcome in enumerate(outcomes)])
    assert told(SUCCESSES, ground) == (state, reason)


def test_the_records_for_and_against_are_named() -> None:
    ground = Known(uv=[row("a"), row("b", outcome="failure"), row("c"), row("d"), row("e", outcome=None)])
    found = judged(SUCCESSES, ground).found
    assert (found.supporting, found.opposing) == (("a", "c", "d"), ("b",))


@pytest.mark.parametrize(
    ("expect", "edges", "records", "state"),
    [
        ("absent", [[], []], 2, "holds"),
        ("absent", [[], []], 3, "undetermined"),
        ("absent", [[], ["wsl-libcuda"]], 9, "violated"),
        ("absent", [["other"], []], 1, "holds"),
        ("present", [[], ["wsl-libcuda"]], 9, "holds"),
        ("present", [[], []], 2, "violated"),
        ("present", [[], []], 3, "undetermined"),
        ("present", [], 1, "undetermined"),
    ],
)
def test_an_edge_case_is_there_or_not(expect: str, edges: list[list[str]], records: int, state: str) -> None:
    check = {"kind": "edge", "class": "wsl-libcuda", "where": "uv", "expect": expect, "records": records}
    ground = Known(uv=[row(str(number), edges=own) for number, own in enumerate(edges)])
    assert told(check, ground)[0] == state


def test_an_edge_case_that_a_rule_found_counts_too() -> None:
    found = FindingRow("wsl-libcuda", "problem", "wsl-libcuda", None)
    rows = [row("a")._replace(findings=(found,)), row("b")._replace(findings=(found._replace(status="unknown"),))]
    check = {"kind": "edge", "class": "wsl-libcuda", "where": "uv", "expect": "absent"}
    outcome = judged(check, Known(uv=rows)).found
    assert (outcome.state, outcome.opposing, outcome.supporting) == ("violated", ("a",), ("b",))


VERSION = {"kind": "version", "package": "torch", "versions": ">=2.13,<3", "where": "uv"}


@pytest.mark.parametrize(
    ("versions", "state", "reason"),
    [
        ({"a": "2.13.0", "b": "2.14.1+cu126"}, "holds", "torch >=2.13,<3 in 2 of 2 environments that have it"),
        (
            {"a": "2.13.0", "b": "2.12.0"},
            "violated",
            "torch >=2.13,<3 in 1 of 2 environments that have it, 2.12.0 in the others",
        ),
        (
            {"b": "2.13.0rc1"},
            "violated",
            "torch >=2.13,<3 in 0 of 1 environments that have it, 2.13.0rc1 in the others",
        ),
        ({"elsewhere": "2.13.0"}, "undetermined", "none of 2 records has torch"),
        ({"a": "built by hand"}, "violated", None),
    ],
)
def test_a_range_of_versions(versions: dict[str, str], state: str, reason: str | None) -> None:
    ground = Known(uv=[row("a"), row("b")])
    ground.package = versions
    found = told(VERSION, ground)
    assert found == (state, reason or found[1])


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (RiskStanding("low", "0.10 (0.05 to 0.20)", ("a",)), "holds"),
        (RiskStanding("medium", "0.40", ("a",)), "holds"),
        (RiskStanding("high", "0.90", ("a",)), "violated"),
        (RiskStanding(None, "insufficient evidence", ("a",)), "undetermined"),
        (None, "undetermined"),
    ],
)
def test_the_level_of_a_risk(standing: RiskStanding | None, state: str) -> None:
    ground = Known()
    ground.risks = {"cuda-not-seen": standing} if standing else {}
    assert told({"kind": "risk", "risk": "cuda-not-seen", "at_most": "medium"}, ground)[0] == state


@pytest.mark.parametrize(("until", "state"), [("2026-11-22", "holds"), ("2026-11-21", "violated")])
def test_a_day_to_review_by_holds_through_that_day(until: str, state: str) -> None:
    assert told({"kind": "review_by", "date": until}, Known())[0] == state


def test_what_nothing_checks_is_undetermined() -> None:
    assert told(None, Known()) == ("undetermined", "nothing checks it")


EDGE = {"kind": "edge", "class": "wsl-libcuda", "where": "uv", "expect": "absent"}


@pytest.mark.parametrize(
    ("more", "fresh", "stale"),
    [
        ({}, ("a", "b", "c", "d"), ()),
        ({"fresh_days": 21}, ("c", "d"), ("a", "b")),
        ({"fresh_days": 20}, ("d",), ("a", "b", "c")),
        ({"fresh_until": "2026-11-22"}, ("a", "b", "c", "d"), ()),
        ({"fresh_until": "2026-11-01"}, ("d",), ("a", "b", "c")),
        ({"fresh_until": "2026-11-01", "fresh_days": 400}, ("d",), ("a", "b", "c")),
    ],
)
def test_evidence_that_is_too_old_does_not_count_and_is_named(
    more: dict[str, Any], fresh: tuple[str, ...], stale: tuple[str, ...]
) -> None:
    moments = {"a": "2026", "b": "2026-10", "c": "2026-11-01", "d": "2026-11-02T10:00:00Z"}
    found = judged(EDGE, Known(uv=[row(name, happened=when) for name, when in moments.items()]), **more).found
    assert (found.state, found.supporting, found.stale) == ("holds", fresh, stale)
    assert ("too old to count" in found.reason) == bool(stale)


def test_where_all_evidence_is_too_old_nothing_can_be_told() -> None:
    ground = Known(uv=[row("a", happened="2020-01-01")])
    assert told(EDGE, ground, fresh_days=30) == (
        "undetermined",
        "no record answers 'uv' that is fresh enough; 1 are too old",
    )


RATIO = {"kind": "ratio", "benchmark": "torch/matmul", "baseline": "conda", "candidate": "uv", "within": 0.05}


def test_a_ratio_needs_records_on_both_sides_and_none_on_both() -> None:
    assert told(RATIO, Known(uv=[row("a")])) == ("undetermined", "no record answers 'conda'")
    assert told(RATIO, Known(conda=[row("a")])) == ("undetermined", "no record answers 'uv'")
    twice = Known(uv=[row("a")], conda=[row("a"), row("b")])
    assert told(RATIO, twice) == ("undetermined", "1 records answer both queries, a first: narrow them")


def test_a_ratio_is_taken_of_what_is_fresh() -> None:
    ground = Known(uv=[row("a", happened="2025-01-01"), row("b")], conda=[row("c")])
    found = judged(RATIO, ground, fresh_days=60).found
    assert ground.compared == [["c"], ["b"]]
    assert found.stale == ("a",)
    assert found.state == "undetermined"
    assert found.reason.startswith("no two records measured it on one host")


def _waiver(until: str) -> dict[str, str]:
    return {"assumption": "a", "name": "Ada", "reason": "r", "until": until}


@pytest.mark.parametrize(
    ("untils", "waived", "state"),
    [
        ([], False, "violated"),
        (["2026-11-22"], True, "waived"),
        (["2026-11-21"], False, "violated"),
        (["2026-11-21", "2026-12-01"], True, "waived"),
    ],
)
def test_a_waiver_counts_through_its_last_day(untils: list[str], waived: bool, state: str) -> None:  # noqa: FBT001 - a table's column
    outcome = judged({"kind": "review_by", "date": "2020-01-01"}, Known(), [*map(_waiver, untils)])
    assert outcome.waived is waived
    assert state_of([outcome]) == state


def test_a_decision_is_what_the_worst_of_its_assumptions_says() -> None:
    holds = judged({"kind": "review_by", "date": "2027-01-01"}, Known())
    open_ = judged(None, Known())
    bad = judged({"kind": "review_by", "date": "2020-01-01"}, Known())
    assert [state_of(each) for each in ([], [holds], [holds, open_], [holds, open_, bad])] == [
        *("unchecked", "holds", "undetermined", "violated")
    ]
