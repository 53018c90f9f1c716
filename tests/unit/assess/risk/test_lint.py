from datetime import date
from typing import Any

import pytest

from envkb.assess.risk.lint import Names, risk_problems
from envkb.knowledge.folder import KnowledgeBase
from risks import JUDGED, TODAY, assess_one, experiment, write_risk

NAMES = Names(classes={"own-class": "x"}, rules=("torch-build",), benchmarks=("install/wall",))


def _told(base: KnowledgeBase, today: date = TODAY) -> list[tuple[str, str, str]]:
    problems = risk_problems(assess_one(base, today=today), NAMES)
    return [(problem.level, problem.message, problem.hint) for problem in problems]


@pytest.mark.parametrize(
    ("event", "level", "message", "hint"),
    [
        (
            {"edges": ["wsl-libcudda"]},
            "error",
            "there is no edge-case class 'wsl-libcudda'",
            "did you mean wsl-libcuda?",
        ),
        (
            {"findings": ["torch-buidl"]},
            "warning",
            "no record has a finding of 'torch-buidl'",
            "did you mean torch-build?",
        ),
        (
            {"measurement": {"benchmark": "install/wal", "op": ">", "value": 1, "unit": "s"}},
            "warning",
            "no record has measured 'install/wal'",
            "did you mean install/wall?",
        ),
        (
            {"ratio": {"benchmark": "x/y", "baseline": "manager = pip", "op": ">", "value": 1}},
            "warning",
            "no record has measured 'x/y'",
            "until one has, it counts for nothing",
        ),
    ],
)
def test_names_that_nothing_has_are_found_with_the_nearest_one(
    base: KnowledgeBase, event: dict[str, Any], level: str, message: str, hint: str
) -> None:
    write_risk(base.root, event=event)
    assert (level, message, hint) in _told(base)


def test_classes_of_the_knowledge_base_are_known(base: KnowledgeBase) -> None:
    write_risk(base.root, event={"edges": ["own-class", "nccl"]})
    base.add(experiment(1), {})
    assert _told(base) == []


def test_a_scope_that_matches_nothing_is_a_warning_and_silence_another(base: KnowledgeBase) -> None:
    write_risk(base.root, scope="manager = pipx")
    assert [told[:2] for told in _told(base)] == [("warning", "no record is in its scope")]
    write_risk(base.root)
    base.add(experiment(1, outcome=None), {})
    assert [told[1] for told in _told(base)] == ["none of the 1 records in scope tells whether the event occurred"]


def test_a_review_that_is_overdue_and_a_judgement_that_has_run_out_are_warnings(base: KnowledgeBase) -> None:
    write_risk(base.root, content=JUDGED)
    assert _told(base) == []
    assert [told[1] for told in _told(base, date(2027, 3, 2))] == [
        "its review was due on 2027-03-01",
        "the judgement held until 2027-01-01",
    ]
