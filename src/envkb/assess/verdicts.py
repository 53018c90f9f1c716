"""Compares one quantity of one benchmark on two sides, and says what that tells. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from envkb.assess.compared import Basis, Compared, Warned
from envkb.assess.controls import control_between, control_within
from envkb.assess.doubts import doubts
from envkb.assess.evidence import Evidence
from envkb.assess.rounds import have_ratios, pair_rounds, slots
from envkb.assess.statistics import (
    FEWEST_ROUNDS,
    FEWEST_RUNS,
    MARGIN,
    MOST_ROUNDS,
    SEED,
    Estimate,
    Verdict,
    control_fails,
    control_shows_as_much,
    judge,
    paired_ratio,
    ratio_between_runs,
    rounds_to_decide,
)
from envkb.model.install import request_key
from envkb.model.measurement import Measurement

NOT_INTERLEAVED: Final = "not interleaved"
TOO_WIDE: Final = "the interval reaches beyond the margin"
WRONG: Final = "the result of the computation was wrong"

_NAMED: Final = 4  # obstacles that a reason names; all of them stand among the differences


@dataclass(frozen=True, slots=True)
class Options:
    """How a comparison judges.

    Attributes:
        margin: Share of the baseline that makes no difference, above 0.
        allowed: Names of differences that are no obstacle.
        seed: Seed of the resampling.
    """

    margin: float = MARGIN
    allowed: frozenset[str] = frozenset()
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Taken:
    """A measurement with the record that holds it.

    Attributes:
        evidence: The record.
        measurement: The measurement.
    """

    evidence: Evidence
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared in one line.

    Attributes:
        baseline: The same quantity of the same benchmark in each record of the baseline.
        candidate: Likewise.
        labels: What the sides are called.
        obstacles: Undeclared differences between their records.
        controls: Records of the same runs, whose A/A controls count.
    """

    baseline: tuple[Taken, ...]
    candidate: tuple[Taken, ...]
    labels: tuple[str, str]
    obstacles: tuple[str, ...] = ()
    controls: tuple[Evidence, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Weighed:
    basis: Basis
    count: int
    estimate: Estimate | None
    reason: str | None
    control: Estimate | None = None


def compare_pair(pair: Pair, options: Options) -> Compared:
    """Return the line of a pair: ratio, interval, control, verdict, and why none can be told."""
    ours, theirs = pair.baseline[0], pair.candidate[0]
    own, other = (median(_medians(taken)) for taken in (pair.baseline, pair.candidate))
    weighed = _weigh(pair, options)
    verdict, reason = _verdict(pair, weighed, options)
    estimate = weighed.estimate
    everything = (*pair.baseline, *pair.candidate)
    return Compared(
        benchmark=ours.measurement.benchmark,
        quantity=ours.measurement.quantity,
        unit=ours.measurement.unit,
        better=ours.measurement.better,
        host=_common([taken.evidence.host for taken in everything]),
        request=_common([request_key(taken.evidence.request) for taken in everything]),
        cache=_common([taken.evidence.cache for taken in everything]),
        baseline=tuple(taken.evidence.id for taken in pair.baseline),
        candidate=tuple(taken.evidence.id for taken in pair.candidate),
        baseline_median=own,
        candidate_median=other,
        basis=weighed.basis,
        count=weighed.count,
        ratio=estimate.ratio if estimate else _plain_ratio(own, other),
        low=estimate.low if estimate else None,
        high=estimate.high if estimate else None,
        control=weighed.control,
        verdict=verdict,
        reason=reason,
        warnings=_warnings(pair, ours, theirs, options),
    )


def _medians(taken: Sequence[Taken]) -> list[float]:
    return [median(each.measurement.samples) for each in taken]


def _common(values: Sequence[str | None]) -> str | None:
    return values[0] if len(set(values)) == 1 else None


def _plain_ratio(own: float, other: float) -> float | None:
    return other / own if own > 0 <= other and math.isfinite(other / own) else None


def _weigh(pair: Pair, options: Options) -> _Weighed:
    if not _taken_by(pair.baseline).isdisjoint(_taken_by(pair.candidate)):
        return _Weighed("observed", 0, None, "both sides hold the same samples: one record amends the other")
    runs = [[taken.evidence.run for taken in side] for side in (pair.baseline, pair.candidate)]
    one_run = len(pair.baseline) == len(pair.candidate) == 1 and runs[0] == runs[1]
    if one_run and pair.baseline[0].evidence.record.run is not None:
        return _within_run(pair, options)
    return _across_runs(pair, runs)


def _taken_by(side: Sequence[Taken]) -> set[tuple[str, tuple[int, ...]]]:
    """Return which samples a side holds; none where their places are not known."""
    return {(each.evidence.run, each.measurement.orders) for each in side if each.measurement.orders}


def _within_run(pair: Pair, options: Options) -> _Weighed:
    own, other = (slots(side[0].measurement) for side in (pair.baseline, pair.candidate))
    if not own or not other:
        return _Weighed("observed", 0, None, f"{NOT_INTERLEAVED}: the order of the samples is not known")
    pairs = pair_rounds(own, other)
    if len(pairs) == 1 < min(len(own), len(other)):
        return _Weighed("observed", 1, None, f"{NOT_INTERLEAVED}: one side was measured after the other")
    if len(pairs) < FEWEST_ROUNDS:
        rounds = "one round" if len(pairs) == 1 else f"{len(pairs)} rounds"
        return _Weighed("interleaved", len(pairs), None, f"{rounds}, and {FEWEST_ROUNDS} are the fewest that tell")
    same = all(before == after for before, after in pairs)
    if not same and not have_ratios(pairs):
        return _Weighed("interleaved", len(pairs), None, "a sample that is not above zero, or next to it, has no ratio")
    # Nothing received on both sides, say, is as much, though zero has no ratio.
    estimate = _no_difference(len(pairs)) if same else paired_ratio(pairs, seed=options.seed)
    one = pair.baseline[0]
    control = control_within(one.evidence.run, one.measurement, pair.controls, seed=options.seed)
    return _Weighed("interleaved", len(pairs), estimate, None, control)


def _no_difference(count: int) -> Estimate:
    return Estimate(ratio=1, low=1, high=1, count=count)


def _across_runs(pair: Pair, runs: Sequence[Sequence[str]]) -> _Weighed:
    hosts = {taken.evidence.host for taken in (*pair.baseline, *pair.candidate)}
    count = min(len(set(side)) for side in runs)
    if len(hosts) > 1:
        return _Weighed("observed", count, None, f"{NOT_INTERLEAVED}: measured on different hosts")
    if None in hosts:
        return _Weighed("observed", count, None, f"{NOT_INTERLEAVED}: whether it was one host is not known")
    if count < FEWEST_RUNS:
        many = f"{count} run{'s' if count > 1 else ''} a side, and {FEWEST_RUNS} are the fewest that tell"
        return _Weighed("observed", count, None, f"{NOT_INTERLEAVED}: {many}")
    sides = [_by_run(side) for side in (pair.baseline, pair.candidate)]
    if len({value for side in sides for value in side.values()}) == 1:
        return _Weighed("between runs", count, _no_difference(count), None)
    if not have_ratios((before, after) for before in sides[0].values() for after in sides[1].values()):
        return _Weighed("between runs", count, None, "a median that is not above zero, or next to it, has no ratio")
    same = sides[0].keys() == sides[1].keys()
    ordered = [[side[run] for run in sorted(side)] for side in sides]
    control = control_between(sides[0].keys() | sides[1].keys(), pair.baseline[0].measurement, pair.controls)
    return _Weighed("between runs", count, ratio_between_runs(*ordered, same_runs=same), None, control)


def _by_run(side: Sequence[Taken]) -> dict[str, float]:
    return {taken.evidence.run: median(taken.measurement.samples) for taken in side}


def _verdict(pair: Pair, weighed: _Weighed, options: Options) -> tuple[Verdict, str | None]:
    obstacle = _obstacle(pair, weighed, options)
    if obstacle is not None or weighed.estimate is None:
        return "cannot tell", obstacle
    verdict = judge(weighed.estimate, options.margin, pair.baseline[0].measurement.better)
    if verdict == "cannot tell":
        return verdict, _why_open(weighed, weighed.estimate, options.margin)
    doubt = _doubt_of_winner(weighed, weighed.estimate) if verdict != "equivalent" else None
    return ("cannot tell", doubt) if doubt else (verdict, None)


def _doubt_of_winner(weighed: _Weighed, estimate: Estimate) -> str | None:
    control = weighed.control
    if control is None:
        # Between runs their spread shows what no difference looks like.
        told = "no A/A control took part: nothing shows what no difference looks like"
        return told if weighed.basis == "interleaved" else None
    if control_shows_as_much(estimate, control):
        more = "rounds" if weighed.basis == "interleaved" else "runs"
        return f"the A/A control could show as much, {control.low:.2f} to {control.high:.2f}: more {more} would tell"
    return None


def _obstacle(pair: Pair, weighed: _Weighed, options: Options) -> str | None:
    if any(taken.measurement.verified is False for taken in (*pair.baseline, *pair.candidate)):
        return WRONG
    if weighed.estimate is None:
        return weighed.reason
    if pair.obstacles:
        named = ", ".join(pair.obstacles[:_NAMED]) + (" …" if len(pair.obstacles) > _NAMED else "")
        return f"undeclared differences: {named}"
    if weighed.control is not None and control_fails(weighed.control, options.margin):
        return f"the A/A control fails: an arm differs from itself by {weighed.control.ratio - 1:+.1%}"
    return None


def _why_open(weighed: _Weighed, estimate: Estimate, margin: float) -> str:
    excluded = estimate.low > 1 or estimate.high < 1
    if excluded and abs(math.log(estimate.ratio)) > math.log1p(margin):
        return "neither direction is better"
    if weighed.basis == "between runs":
        return "the runs differ too much among themselves: more runs would narrow the interval"
    number = rounds_to_decide(estimate, margin)
    if number is None:
        return f"{TOO_WIDE}, and even {MOST_ROUNDS} rounds would hardly decide"
    return f"{TOO_WIDE}: about {number} rounds would decide"


def _warnings(pair: Pair, ours: Taken, theirs: Taken, options: Options) -> tuple[Warned, ...]:
    if len(pair.baseline) > 1 or len(pair.candidate) > 1:
        return ()  # what one record of several shows is told where that record is shown
    return tuple(
        warned
        for taken, label in zip((ours, theirs), pair.labels, strict=True)
        for warned in doubts(taken.measurement, label, options.margin)
    )
