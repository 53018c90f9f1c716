"""Says of one record whether a risk's event occurred in it. Pure.

Silence is no evidence: a record counts against a risk only where it says that the event did not occur. One of whose
outcome nobody said anything tells nothing of failures, one without the measurement nothing of thresholds.
"""

import json
import operator
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from envkb.knowledge.index.evidence import EvidenceRow
from envkb.knowledge.index.rows import MeasurementRow
from envkb.knowledge.risk_evidence import RiskEvidence
from envkb.model.risk import Event, MeasurementEvent, RatioEvent

Answer = bool | None
"""Whether the event occurred; null where the record does not tell."""

_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SEVERITIES: Final = ("note", "minor", "major", "blocker")


def occurred(event: Event, row: EvidenceRow, evidence: RiskEvidence) -> Answer:
    """Return whether the event occurred in a record: one of its parts suffices, all must be known to deny it."""
    answers = [part(event, row, evidence) for part in _parts(event)]
    if True in answers:
        return True
    return None if None in answers else False


_Part = Callable[[Event, EvidenceRow, RiskEvidence], Answer]


def _parts(event: Event) -> list[_Part]:
    parts: Mapping[_Part, object] = {
        _edges: event.edges,
        _findings: event.findings,
        _failed: event.failed,
        _outcomes: event.outcomes,
        _measurement: event.measurement,
        _ratio: event.ratio,
    }
    return [part for part, wanted in parts.items() if wanted is not None]


def _edges(event: Event, row: EvidenceRow, _: RiskEvidence) -> Answer:
    seen = [(edge.class_name, edge.severity) for edge in row.edges]
    seen += [(each.class_name, each.severity) for each in row.findings if each.status == "problem" and each.class_name]
    named = [severity for name, severity in seen if event.edges == "any" or name in (event.edges or ())]
    if event.min_severity is None and named:
        return True
    least = _SEVERITIES.index(event.min_severity) if event.min_severity else 0
    if any(severity is not None and _SEVERITIES.index(severity) >= least for severity in named):
        return True
    if None in named:
        return None  # nobody said how much it hurt
    return _unless_silent(row)


def _unless_silent(row: EvidenceRow) -> Answer:
    return None if row.outcome is None and row.install_outcome is None else False


def _findings(event: Event, row: EvidenceRow, _: RiskEvidence) -> Answer:
    statuses = {finding.status for finding in row.findings if finding.rule in (event.findings or ())}
    if "problem" in statuses:
        return True
    return False if statuses == {"ok"} else None


def _failed(event: Event, row: EvidenceRow, _: RiskEvidence) -> Answer:
    if "failure" not in (row.outcome, row.install_outcome):
        return _unless_silent(row)
    if event.failed == "any":
        return True
    phases = (
        {row.failed_phase} if row.failed_phase else {edge.phase for edge in row.edges if edge.severity == "blocker"}
    )
    phases.discard(None)
    return bool(phases & set(event.failed or ())) if phases else None


def _outcomes(event: Event, row: EvidenceRow, _: RiskEvidence) -> Answer:
    return None if row.outcome is None else row.outcome in (event.outcomes or ())


def _measurement(event: Event, row: EvidenceRow, evidence: RiskEvidence) -> Answer:
    wanted = event.measurement
    assert wanted is not None  # noqa: S101 - see _parts
    held = _fitting(wanted, evidence.measured.get(row.id, ()))
    values = [_value(wanted, each) for each in held if each.unit == wanted.unit]
    return any(_OPERATORS[wanted.op](value, wanted.value) for value in values) if values else None


def _value(wanted: MeasurementEvent, row: MeasurementRow) -> float:
    return {"median": row.median, "min": row.lowest, "max": row.highest}[wanted.statistic]


def _ratio(event: Event, row: EvidenceRow, evidence: RiskEvidence) -> Answer:
    wanted = event.ratio
    assert wanted is not None  # noqa: S101 - see _parts
    mine = _medians(wanted, [row], evidence)
    theirs = _medians(
        wanted, [each for each in evidence.baselines.get(row.run or "", ()) if _beside(row, each)], evidence
    )
    ratios = [value / theirs[key] for key, value in mine.items() if theirs.get(key)]
    return any(_OPERATORS[wanted.op](ratio, wanted.value) for ratio in ratios) if ratios else None


def _beside(row: EvidenceRow, other: EvidenceRow) -> bool:
    same = (row.host, row.request, row.cache) == (other.host, other.request, other.cache)
    return same and row.id != other.id


def _medians(
    wanted: RatioEvent, rows: Iterable[EvidenceRow], evidence: RiskEvidence
) -> Mapping[tuple[str, str | None], float]:
    held: dict[tuple[str, str | None], list[float]] = {}
    for row in rows:
        for each in _fitting(wanted, evidence.measured.get(row.id, ())):
            held.setdefault((each.parameters, each.unit), []).append(each.median)
    return {key: statistics.median(values) for key, values in held.items()}


def _fitting(wanted: MeasurementEvent | RatioEvent, rows: Sequence[MeasurementRow]) -> list[MeasurementRow]:
    return [
        row
        for row in rows
        if row.quantity == wanted.quantity and (not wanted.parameters or _has(row.parameters, wanted.parameters))
    ]


def _has(parameters: str, wanted: Mapping[str, object]) -> bool:
    have = {name: value for name, value in json.loads(parameters)}  # noqa: C416 - pairs as lists, not tuples
    return all(name in have and have[name] == value for name, value in wanted.items())
