"""Says of one record whether a risk's event occurred in it. Pure.

Silence is no evidence: a record counts against a risk only where it says that the event did not occur. One of whose
outcome nobody said anything tells nothing of failures, one without the measurement nothing of thresholds.
"""

import json
import operator
import statistics
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
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


def asker(event: Event, evidence: RiskEvidence) -> Callable[[EvidenceRow], Answer]:
    """Return what says of a record whether the event occurred: one of its parts suffices, all must be known to deny it.

    Args:
        event: The event.
        evidence: Where measurements and baselines are looked up.
    """
    parts = [
        *([_edges(event)] if event.edges is not None else ()),
        *([_findings(event.findings)] if event.findings is not None else ()),
        *([_failed(event.failed)] if event.failed is not None else ()),
        *([_outcomes(event.outcomes)] if event.outcomes is not None else ()),
        *([_measurement(event.measurement, evidence)] if event.measurement is not None else ()),
        *([_ratio(event.ratio, evidence)] if event.ratio is not None else ()),
        *([lambda row: row.number in evidence.answering] if event.where is not None else ()),
    ]
    return parts[0] if len(parts) == 1 else partial(_any, parts)


def event_in_words(event: Event) -> str:
    """Return what a record must have for the event to have occurred: `a failure; or an edge case of any class`."""
    told = []
    if event.edges:
        classes = "of any class" if event.edges == "any" else " or ".join(event.edges)
        told.append(f"an edge case {classes}{f', at least {event.min_severity}' if event.min_severity else ''}")
    if event.findings:
        told.append(f"a problem found by {' or '.join(event.findings)}")
    if event.failed:
        told.append("a failure" if event.failed == "any" else f"a failure in {' or '.join(event.failed)}")
    if event.outcomes:
        told.append(f"the outcome {' or '.join(event.outcomes)}")
    if event.measurement:
        part = event.measurement
        past = f"{part.op} {part.value:g} {part.unit or ''}".strip()
        told.append(f"{part.statistic} {part.quantity} of {part.benchmark}{_with(part.parameters)} {past}")
    if event.ratio:
        ratio = event.ratio
        named = f"{ratio.quantity} of {ratio.benchmark}{_with(ratio.parameters)}"
        told.append(f"{named} {ratio.op} {ratio.value:g} times that of {ratio.baseline}")
    if event.where:
        told.append(f"an answer to the query {event.where}")
    return "; or ".join(told)


def _with(parameters: Mapping[str, object]) -> str:
    return f" ({', '.join(f'{name} {value}' for name, value in parameters.items())})" if parameters else ""


_Ask = Callable[[EvidenceRow], Answer]


def _any(parts: Sequence[_Ask], row: EvidenceRow) -> Answer:
    answers = [ask(row) for ask in parts]
    if True in answers:
        return True
    return None if None in answers else False


def _unless_silent(row: EvidenceRow) -> Answer:
    return None if row.outcome is None and row.install_outcome is None else False


def _edges(event: Event) -> _Ask:
    least = _SEVERITIES.index(event.min_severity) if event.min_severity else None

    def ask(row: EvidenceRow) -> Answer:
        if not row.edges and not row.findings:
            return _unless_silent(row)
        seen: list[tuple[str | None, str | None]] = [(edge.class_name, edge.severity) for edge in row.edges]
        seen += [(each.class_name, each.severity) for each in row.findings if each.status == "problem"]
        named = [hurt for name, hurt in seen if name and (event.edges == "any" or name in (event.edges or ()))]
        if named and least is None:
            return True
        if any(hurt is not None and _SEVERITIES.index(hurt) >= (least or 0) for hurt in named):
            return True
        # Where nobody said how much it hurt, nobody knows whether it counts.
        return None if None in named else _unless_silent(row)

    return ask


def _findings(rules: Collection[str]) -> _Ask:
    def ask(row: EvidenceRow) -> Answer:
        statuses = {finding.status for finding in row.findings if finding.rule in rules}
        if "problem" in statuses:
            return True
        return False if statuses == {"ok"} else None

    return ask


def _failed(wanted: str | Collection[str]) -> _Ask:
    def ask(row: EvidenceRow) -> Answer:
        if row.outcome != "failure" and row.install_outcome != "failure":
            return _unless_silent(row)
        if wanted == "any":
            return True
        phases = {row.failed_phase, *(edge.phase for edge in row.edges if edge.severity == "blocker")} - {None}
        return bool(phases & set(wanted)) if phases else None

    return ask


def _outcomes(wanted: Collection[str]) -> _Ask:
    return lambda row: None if row.outcome is None else row.outcome in wanted


def _measurement(wanted: MeasurementEvent, evidence: RiskEvidence) -> _Ask:
    compare = _OPERATORS[wanted.op]

    def ask(row: EvidenceRow) -> Answer:
        held = _fitting(wanted, evidence.measured.get(row.id, ()))
        values = [_value(wanted, each) for each in held if each.unit == wanted.unit]
        return any(compare(value, wanted.value) for value in values) if values else None

    return ask


def _value(wanted: MeasurementEvent, row: MeasurementRow) -> float:
    if wanted.statistic == "median":
        return row.median
    return row.lowest if wanted.statistic == "min" else row.highest


def _ratio(wanted: RatioEvent, evidence: RiskEvidence) -> _Ask:
    compare = _OPERATORS[wanted.op]

    def ask(row: EvidenceRow) -> Answer:
        beside = [other for other in evidence.baselines.get(row.run or "", ()) if _comparable(row, other)]
        theirs = _medians(wanted, beside, evidence)
        mine = _medians(wanted, [row], evidence)
        ratios = [value / theirs[key] for key, value in mine.items() if theirs.get(key)]
        return any(compare(ratio, wanted.value) for ratio in ratios) if ratios else None

    return ask


def _comparable(row: EvidenceRow, other: EvidenceRow) -> bool:
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
