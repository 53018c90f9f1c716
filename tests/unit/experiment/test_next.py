"""Small knowledge bases, and what is to be tried next in them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from decision_files import write_decision
from envkb.assess.next.ranking import Suggestion
from envkb.experiment.next import Wanted, overdue, suggest
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.measurement import Benchmark
from factory import make_fact, make_measurement
from risks import TODAY, experiment, write_risk

TORCH = "manager = uv and package torch"


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    """An empty knowledge base."""
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb/kb.toml").write_text('id = "demo"\ntitle = "Demo"\n', "utf-8")
    return KnowledgeBase.open(tmp_path)


def found(base: KnowledgeBase, **wanted: Any) -> list[Suggestion]:
    return [each for each, _ in suggest(base, Wanted(**wanted), on=TODAY)]


def places(suggestions: list[Suggestion]) -> list[tuple[str | None, str, tuple[tuple[str, str], ...]]]:
    return [
        (each.cell.host.label if each.cell.host else None, each.cell.manager, each.cell.stack) for each in suggestions
    ]


def test_only_what_was_not_tried_is_suggested(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="pi5"), {})
    base.add(experiment(2, host="lab", manager="pip"), {})
    write_risk(base.root, scope="manager = uv or manager = pip")
    assert sorted(places(found(base))) == [("lab", "uv", ()), ("pi5", "pip", ())]


def test_a_stack_is_tried_in_the_newest_version_that_fits(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="pi5", torch="2.12.0"), {})
    base.add(experiment(2, host="lab", manager="pip", torch="2.13.1+cpu"), {})
    write_risk(base.root, scope="manager = uv and package torch >= 2.12")
    assert sorted(places(found(base))) == [
        ("lab", "uv", (("torch", "2.13.1"),)),
        ("pi5", "uv", (("torch", "2.13.1"),)),
    ]


def test_hosts_outside_the_scope_are_left_out(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="pi5", manager="pip", facts=(make_fact("cpu", "model", "Cortex-A76"),)), {})
    base.add(experiment(2, host="lab", manager="pip", facts=(make_fact("cpu", "model", "EPYC 7763"),)), {})
    write_risk(base.root, scope="manager = uv and cpu ~ Cortex")
    assert places(found(base)) == [("pi5", "uv", ())]


def test_a_host_that_nobody_has_is_asked_for_by_its_query(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="lab"), {})
    write_risk(base.root, scope="manager = uv and gpu ~ Apple")
    (each,) = found(base)
    assert (each.cell.host, each.needs) == (None, "manager = uv and gpu ~ Apple")
    assert found(base, hosts=("lab",)) == []


def test_an_undetermined_assumption_comes_before_a_risk_that_nothing_rests_on(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="lab", manager="conda"), {})
    write_risk(base.root, "lonely", scope="manager = pip")
    base.add(experiment(2, host="pi5", manager="pip"), {})
    check = {"kind": "successes", "where": "manager = uv", "at_least": 0.9}
    write_decision(
        base.root,
        "0001-use-uv",
        assumptions=[{"id": "works", "statement": "It works", "check": check}],
        status="proposed",
    )
    first = found(base)[0]
    assert first.cell.manager == "uv"
    assert [(stake.decision, stake.assumption, stake.chance) for stake in first.stakes] == [("use-uv", "works", 1.0)]


def test_what_one_failure_would_overturn_is_at_stake_and_what_is_settled_is_not(base: KnowledgeBase) -> None:
    for number in range(1, 4):
        base.add(experiment(number, host=f"h{number}"), {})

    def decide(name: str, at_least: float) -> None:
        check = {"kind": "successes", "where": "manager = uv", "at_least": at_least}
        write_decision(base.root, name, assumptions=[{"id": "works", "statement": "It works", "check": check}])

    decide("0001-strict", 0.9)
    decide("0002-lax", 0.5)
    stakes = {(stake.decision, stake.reason) for each in found(base) for stake in each.stakes}
    assert stakes == {("strict", "one more failure would overturn it")}


def test_a_decision_that_rests_on_a_risk_is_at_stake_with_it(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="lab", manager="pip"), {})
    write_risk(base.root)
    check = {"kind": "risk", "risk": "cuda-not-seen", "at_most": "low"}
    write_decision(base.root, "0001-use-uv", assumptions=[{"id": "bearable", "statement": "It is", "check": check}])
    (each,) = found(base)
    assert each.decisions == ("use-uv",)
    assert each.narrowing > 0


def test_what_is_compared_is_run_side_by_side(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="lab", manager="pip"), {})
    check = {
        "kind": "ratio",
        "benchmark": "numpy/matmul",
        "baseline": "manager = pip",
        "candidate": "manager = uv",
        "within": 0.1,
    }
    write_decision(base.root, "0001-use-uv", assumptions=[{"id": "fast", "statement": "As fast", "check": check}])
    (each,) = found(base)
    assert ({each.cell.manager, *each.beside}, each.suites) == ({"pip", "uv"}, ("numpy",))


def test_decisions_that_are_no_longer_in_force_have_nothing_at_stake(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="lab", manager="pip"), {})
    check = {"kind": "successes", "where": "manager = uv", "at_least": 0.9}
    write_decision(
        base.root, "0001-use-uv", status="rejected", assumptions=[{"id": "w", "statement": "W", "check": check}]
    )
    assert found(base) == []


def test_a_release_is_tried_again_where_its_package_is_asked_about(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="pi5", torch="2.13.0"), {})
    write_risk(base.root, "about-torch", scope=TORCH)
    write_risk(base.root, "about-all", scope="manager = uv")
    (each,) = found(base, package=("torch", "2.15.0"))
    assert (places([each])[0], [told.question for told in each.told]) == (
        ("pi5", "uv", (("torch", "2.15.0"),)),
        ["about-torch"],
    )


def test_filters_keep_to_hosts_and_managers(base: KnowledgeBase) -> None:
    for number, host in enumerate(("pi5", "lab"), 1):
        base.add(experiment(number, host=host, manager="conda"), {})
    write_risk(base.root, scope="manager = uv or manager = pip")
    assert len(found(base)) == 4
    assert places(found(base, hosts=("pi5",), managers=("uv",))) == [("pi5", "uv", ())]


def test_private_records_tell_nothing(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="secret", manager="pip"), {}, private=True)
    write_risk(base.root)
    assert [each.cell.host for each in found(base)] == [None]


def test_an_empty_knowledge_base_has_nothing_to_try(base: KnowledgeBase) -> None:
    assert found(base) == []
    assert overdue(base, Wanted(), on=TODAY) == []


def test_old_evidence_is_due_after_two_half_lives(base: KnowledgeBase) -> None:
    old = base.add(experiment(1, host="pi5", created="2024-11-01T10:00:00Z"), {})
    base.add(experiment(2, host="lab", created="2025-11-01T10:00:00Z"), {})
    write_risk(base.root)
    (each,) = overdue(base, Wanted(), on=TODAY)
    assert (each.kind, each.subject, each.host, each.record) == ("aged", "cuda-not-seen", "pi5", old.id)
    assert each.narrowing > 0


def test_a_driver_that_changed_makes_evidence_due(base: KnowledgeBase) -> None:
    def driver(version: str) -> tuple[Any, ...]:
        return (make_fact("nvidia", "driver_version", version),)

    base.add(experiment(1, host="lab", facts=driver("550.54.14"), created="2026-10-01T10:00:00Z"), {})
    base.add(experiment(2, host="lab", facts=driver("580.82.07"), manager="pip"), {})
    write_risk(base.root)
    dues = overdue(base, Wanted(), on=TODAY)
    if not dues:
        pytest.fail("nothing is due")
    assert (dues[0].kind, dues[0].reason) == (
        "driver",
        "the host has driver 580.82.07 now, the evidence is of 550.54.14",
    )


def test_days_that_passed_are_due(base: KnowledgeBase) -> None:
    write_risk(base.root, review="2026-01-01")
    check = {"kind": "review_by", "date": "2026-02-01"}
    write_decision(
        base.root,
        "0001-use-uv",
        review="2026-03-01",
        assumptions=[{"id": "given", "statement": "Given", "check": check}],
    )
    dues = overdue(base, Wanted(), on=TODAY)
    assert [(each.kind, each.subject, each.reason) for each in dues] == [
        ("review", "cuda-not-seen", "to be reviewed by 2026-01-01"),
        ("review", "use-uv", "given was taken as given until 2026-02-01"),
        ("review", "use-uv", "to be reviewed by 2026-03-01"),
    ]


def test_records_past_what_an_assumption_takes_as_fresh_are_due(base: KnowledgeBase) -> None:
    old = base.add(experiment(1, created="2026-01-01T10:00:00Z"), {})
    check = {"kind": "successes", "where": "manager = uv", "at_least": 0.9}
    assumption = {"id": "works", "statement": "It works", "check": check, "fresh_days": 90}
    write_decision(base.root, "0001-use-uv", assumptions=[assumption])
    (each,) = overdue(base, Wanted(), on=date(2026, 11, 22))
    assert (each.kind, each.subject, each.record) == ("aged", "use-uv", old.id)


def test_costs_come_from_what_installs_took_here_else_elsewhere(base: KnowledgeBase) -> None:
    def took(seconds: float) -> tuple[Any, ...]:
        benchmark = Benchmark(suite="install", name="install.wall", version="1", parameters=())
        return (make_measurement("install.wall", benchmark=benchmark, unit="s", samples=(seconds,) * 6),)

    base.add(experiment(1, host="pi5", manager="pip", measurements=took(40.0)), {})
    base.add(experiment(2, host="lab", manager="uv", measurements=took(5.0)), {})
    write_risk(base.root, scope="manager = uv or manager = pip")
    costs = {(each.cell.manager, each.cost.seconds, each.cost.reason) for each in found(base) if each.cost}
    assert costs == {
        ("uv", 30.0, "what 1 earlier install by uv on other hosts took, without benchmarks"),
        ("pip", 240.0, "what 1 earlier install by pip on other hosts took, without benchmarks"),
    }
    assert found(base)[0].cell.manager == "uv"


def test_an_experiment_that_names_a_package_tells_also_what_any_would(base: KnowledgeBase) -> None:
    base.add(experiment(1, host="lab", manager="pip"), {})
    write_risk(base.root, "any", scope="manager = uv")
    write_risk(base.root, "torch", scope="manager = uv and package torch")
    (each,) = found(base)
    assert {told.question for told in each.told} == {"any", "torch"}
    assert each.cell.stack == (("torch", "2.13.0"),)
