"""Compares the arms of one run with each other. Pure; without scipy nothing is judged, and that is said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from envkb.assess.rounds import pair_rounds, slots
from envkb.assess.statistics import (
    FEWEST_ROUNDS,
    MARGIN,
    Estimate,
    Verdict,
    control_fails,
    judge,
    paired_ratio,
)
from envkb.errors import ToolMissingError
from envkb.model.measurement import Measurement

CANNOT_TELL: Final = "cannot tell"
TOTAL: Final = "first-import.total"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One quantity of one arm beside the same of another.

    Attributes:
        baseline: Name of the arm that the ratio is over.
        candidate: Name of the other.
        measurement: Id of the measurement.
        ratio: Candidate / baseline, of the medians where no interval could be made; None where one is zero.
        low: Lower end of the interval; None where there is none.
        high: Upper end of the interval; None where there is none.
        verdict: What that says; None where it was not judged.
        reason: Why it was not judged, or cannot be told; None where there is a verdict.
    """

    baseline: str
    candidate: str
    measurement: str
    ratio: float | None
    low: float | None
    high: float | None
    verdict: Verdict | None
    reason: str | None


def compare_arms(
    baseline: str, candidate: str, measured: Mapping[str, Sequence[Measurement]], wanted: Sequence[str]
) -> Iterator[Comparison]:
    """Yield how a candidate compares with the baseline in every quantity that both have.

    Args:
        baseline: Name of an arm.
        candidate: Name of another.
        measured: The measurements of each arm.
        wanted: Ids of the measurements to compare.
    """
    ours = {one.id: one for one in measured[baseline] if one.role == "subject"}
    theirs = {one.id: one for one in measured[candidate] if one.role == "subject"}
    for name in wanted:
        if name in ours and name in theirs:
            yield _compare((baseline, candidate), ours[name], theirs[name], _control(name, measured))


def _control(name: str, measured: Mapping[str, Sequence[Measurement]]) -> tuple[Measurement, Measurement] | None:
    """Return the two series of the arm that is its own control; None where no arm is."""
    for own in measured.values():
        found = {one.role: one for one in own if one.id in (name, f"{name}.control")}
        if len(found) == len(("subject", "control")):
            return found["subject"], found["control"]
    return None


def _compare(
    names: tuple[str, str],
    ours: Measurement,
    theirs: Measurement,
    control: tuple[Measurement, Measurement] | None,
) -> Comparison:
    low, high = median(ours.samples), median(theirs.samples)
    ratio = high / low if low > 0 else None
    told = Comparison(*names, ours.id, ratio, None, None, None, None)
    pairs = _pairs(ours, theirs)
    if len(pairs) < FEWEST_ROUNDS:
        return _untold(told, CANNOT_TELL, f"{len(pairs)} rounds are too few, {FEWEST_ROUNDS} are needed")
    try:
        estimate = paired_ratio(pairs)
        failed = control is not None and _fails(control)
    except ToolMissingError as error:
        return _untold(told, None, error.message)
    found = Comparison(*names, ours.id, estimate.ratio, estimate.low, estimate.high, None, None)
    if failed:
        return _untold(found, CANNOT_TELL, "the A/A control shows a difference where there is none")
    verdict = judge(estimate, MARGIN, ours.better)
    reason = "the interval holds both a difference and none" if verdict == CANNOT_TELL else None
    return _untold(found, verdict, reason)


def _fails(control: tuple[Measurement, Measurement]) -> bool:
    pairs = _pairs(*control)
    estimate: Estimate | None = paired_ratio(pairs) if len(pairs) >= FEWEST_ROUNDS else None
    return estimate is not None and control_fails(estimate, MARGIN)


def _pairs(ours: Measurement, theirs: Measurement) -> tuple[tuple[float, float], ...]:
    return tuple(pair for pair in pair_rounds(slots(ours), slots(theirs)) if min(pair) > 0)


def _untold(found: Comparison, verdict: Verdict | None, reason: str | None) -> Comparison:
    return Comparison(
        found.baseline, found.candidate, found.measurement, found.ratio, found.low, found.high, verdict, reason
    )
