from typing import Any

import pytest

from envkb.assess.risk.events import Answer, asker, event_in_words
from envkb.knowledge.index.evidence import EdgeRow, EvidenceRow, FindingRow
from envkb.knowledge.index.rows import MeasurementRow
from envkb.knowledge.risk_evidence import RiskEvidence
from envkb.model.risk import Event

NOTHING = RiskEvidence((), {}, (), {}, {})


def _row(**changes: Any) -> EvidenceRow:
    fields: dict[str, Any] = dict.fromkeys(EvidenceRow._fields)
    fields |= {"number": 1, "id": "KB-1", "created": "2026-11-22T10:00:00Z", "edges": (), "findings": ()}
    return EvidenceRow(**(fields | {"private": False, "origin": "captured"} | changes))


def _measured(record: str, median: float, *, unit: str | None = "s", parameters: str = "[]") -> MeasurementRow:
    spread = (median - 1, median + 1)
    told = ("lower", median, 3, *spread, parameters, "captured")
    return MeasurementRow(record, "install", "subject", "install", "wall", "duration", unit, *told)


def _ask(event: dict[str, Any], row: EvidenceRow, evidence: RiskEvidence = NOTHING) -> Answer:
    return asker(Event.model_validate(event, strict=False), evidence)(row)


EDGE = EdgeRow("wsl-libcuda", "minor", "import")
BLOCKER = EdgeRow("disk-full", "blocker", "download")


@pytest.mark.parametrize(
    ("event", "row", "answer"),
    [
        ({"failed": "any"}, _row(outcome="failure"), True),
        ({"failed": "any"}, _row(install_outcome="failure"), True),
        ({"failed": "any"}, _row(outcome="success"), False),
        ({"failed": "any"}, _row(outcome="partial"), False),
        ({"failed": "any"}, _row(), None),
        ({"failed": ["install"]}, _row(outcome="failure", failed_phase="install"), True),
        ({"failed": ["resolve"]}, _row(outcome="failure", failed_phase="install"), False),
        ({"failed": ["download"]}, _row(outcome="failure", edges=(BLOCKER,)), True),
        ({"failed": ["download"]}, _row(outcome="failure"), None),
        ({"outcomes": ["partial"]}, _row(outcome="partial"), True),
        ({"outcomes": ["partial"]}, _row(outcome="failure"), False),
        ({"outcomes": ["partial"]}, _row(install_outcome="success"), None),
        ({"edges": ["wsl-libcuda"]}, _row(edges=(EDGE,)), True),
        ({"edges": "any"}, _row(edges=(EDGE,)), True),
        ({"edges": ["nccl"]}, _row(edges=(EDGE,), outcome="success"), False),
        ({"edges": ["nccl"]}, _row(edges=(EDGE,)), None),
        ({"edges": ["nccl"]}, _row(outcome="failure"), False),
        ({"edges": ["nccl"]}, _row(), None),
        ({"edges": "any", "min_severity": "major"}, _row(edges=(EDGE,), outcome="success"), False),
        ({"edges": "any", "min_severity": "minor"}, _row(edges=(EDGE,)), True),
        ({"edges": "any", "min_severity": "note"}, _row(edges=(EdgeRow("nccl", None, None),), outcome="success"), None),
        ({"edges": ["nccl"]}, _row(findings=(FindingRow("r", "problem", "nccl", "major"),)), True),
        ({"edges": "any"}, _row(findings=(FindingRow("r", "ok", None, None),), outcome="success"), False),
        ({"findings": ["r"]}, _row(findings=(FindingRow("r", "problem", "nccl", "major"),)), True),
        ({"findings": ["r"]}, _row(findings=(FindingRow("r", "ok", None, None),)), False),
        ({"findings": ["r"]}, _row(findings=(FindingRow("r", "unknown", None, None),)), None),
        ({"findings": ["r"]}, _row(outcome="success"), None),
        ({"failed": "any", "edges": ["wsl-libcuda"]}, _row(outcome="success", edges=(EDGE,)), True),
        ({"failed": "any", "findings": ["r"]}, _row(outcome="success"), None),
        ({"failed": "any", "outcomes": ["partial"]}, _row(outcome="success"), False),
    ],
)
def test_a_record_shows_the_event_denies_it_or_does_not_tell(
    event: dict[str, Any], row: EvidenceRow, answer: Answer
) -> None:
    assert _ask(event, row) is answer


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, True),
        ({"op": "<"}, False),
        ({"value": 10.0}, False),
        ({"value": 10.0, "op": ">="}, True),
        ({"value": 10.5, "statistic": "max"}, True),
        ({"value": 9.5, "op": "<", "statistic": "min"}, True),
        ({"unit": "ms"}, None),
        ({"quantity": "bytes_received"}, None),
        ({"benchmark": "install/none"}, True),  # what is looked up is chosen by the reader
        ({"parameters": {"n": 512}}, True),
        ({"parameters": {"n": 1024}}, None),
    ],
)
def test_a_measurement_is_past_a_threshold_or_tells_nothing(changes: dict[str, Any], answer: Answer) -> None:
    wanted = {"benchmark": "install/wall", "op": ">", "value": 5.0, "unit": "s"} | changes
    evidence = RiskEvidence((), {}, (), {"KB-1": [_measured("KB-1", 10.0, parameters='[["n", 512]]')]}, {})
    assert _ask({"measurement": wanted}, _row(), evidence) is answer


UV = _row(id="KB-1", run="r1", host="h", request="torch", cache="warm")


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        ({}, True),
        ({"request": "numpy"}, None),
        ({"cache": "cold"}, None),
        ({"host": "elsewhere"}, None),
        ({"id": "KB-1"}, None),
    ],
)
def test_a_ratio_is_taken_within_one_run_of_equal_conditions(other: dict[str, Any], answer: Answer) -> None:
    pip = UV._replace(**({"id": "KB-2"} | other))
    measured = {"KB-1": [_measured("KB-1", 2.0)], "KB-2": [_measured("KB-2", 10.0)]}
    evidence = RiskEvidence((), {}, (), measured, {"r1": [pip]})
    event = {"ratio": {"benchmark": "install/wall", "baseline": "manager = pip", "op": ">", "value": 0.1}}
    assert _ask(event, UV, evidence) is answer
    assert _ask(event, UV._replace(run=None), evidence) is None


def test_a_ratio_below_its_bound_denies_the_event() -> None:
    measured = {"KB-1": [_measured("KB-1", 2.0)], "KB-2": [_measured("KB-2", 40.0)]}
    evidence = RiskEvidence((), {}, (), measured, {"r1": [UV._replace(id="KB-2")]})
    event = {"ratio": {"benchmark": "install/wall", "baseline": "manager = pip", "op": ">", "value": 0.1}}
    assert _ask(event, UV, evidence) is False


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"failed": "any"}, "a failure"),
        ({"failed": ["resolve", "install"]}, "a failure in resolve or install"),
        ({"edges": "any", "min_severity": "major"}, "an edge case of any class, at least major"),
        ({"edges": ["slow"], "outcomes": ["partial"]}, "an edge case slow; or the outcome partial"),
        ({"findings": ["torch-build"]}, "a problem found by torch-build"),
        (
            {"measurement": {"benchmark": "a/b", "op": ">", "value": 2, "unit": "s", "parameters": {"n": 512}}},
            "median duration of a/b (n 512) > 2 s",
        ),
        (
            {"ratio": {"benchmark": "a/b", "baseline": "manager = pip", "op": "<", "value": 0.5}},
            "duration of a/b < 0.5 times that of manager = pip",
        ),
        ({"where": "tag = slow"}, "an answer to the query tag = slow"),
    ],
)
def test_every_kind_of_event_is_said_in_words(event: dict[str, Any], words: str) -> None:
    assert event_in_words(Event.model_validate(event, strict=False)) == words
