"""Compares sides of records: what differs, which benchmarks are the same, and what their numbers tell. Pure.

A side is one record, or a set of records that a query found. Sets are never pooled: a pair is one host, request,
benchmark and cache state on both sides, and a set is summed up by the geometric mean of its pairs' ratios.
"""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from pydantic import JsonValue

from envkb.assess.compared import (
    Compared,
    Comparison,
    Contrast,
    Difference,
    LeftOut,
    PackageDifference,
    SideRecord,
    SideShown,
    Summary,
)
from envkb.assess.deciding import deciding_command
from envkb.assess.differences import differences
from envkb.assess.evidence import Evidence, Side
from envkb.assess.package_differences import package_differences
from envkb.assess.statistics import CONFIDENCE, RESAMPLES
from envkb.assess.verdicts import WRONG, Options, Pair, Taken, compare_pair
from envkb.model.install import request_key
from envkb.model.measurement import Benchmark, Measurement

METHOD: Final = "envkb.compare"
VERSION: Final = "2"
"""Raised with every change that lets the same records give another result: numbers, verdicts, or words."""

_Key = tuple[JsonValue, ...]
_Held = dict[_Key, list[Taken]]
_Differing = TypeVar("_Differing", Difference, PackageDifference)


def compare(
    contrasts: Sequence[tuple[Side, Side]],
    options: Options,
    *,
    sets: bool = False,
    witnesses: Sequence[Evidence] = (),
) -> Comparison:
    """Return what each candidate is beside its baseline.

    Args:
        contrasts: Baseline and candidate of each.
        options: Margin, allowed differences, seed.
        sets: Whether sides are sets, paired by host, request, benchmark and cache.
        witnesses: Further records of the same runs, whose A/A controls count.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    controls = _distinct((*(each for sides in contrasts for side in sides for each in side.evidence), *witnesses))
    return Comparison(
        method=f"{METHOD}/{VERSION}",
        seed=options.seed,
        margin=options.margin,
        confidence=CONFIDENCE,
        resamples=RESAMPLES,
        allowed=tuple(sorted(options.allowed)),
        sets=sets,
        contrasts=tuple(_contrast(*sides, options, controls, sets=sets) for sides in contrasts),
        witnesses=tuple(_shown(each) for each in witnesses),
    )


def _distinct(held: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple({each.id: each for each in held}.values())


def _shown(evidence: Evidence) -> SideRecord:
    return SideRecord(id=evidence.id, host=evidence.host)


def _contrast(
    baseline: Side, candidate: Side, options: Options, controls: tuple[Evidence, ...], *, sets: bool
) -> Contrast:
    ours, theirs = (_by_key(side.evidence, sets=sets) for side in (baseline, candidate))
    left_out = [*_ambiguous(baseline, ours), *_ambiguous(candidate, theirs), *_alone(baseline, candidate, ours, theirs)]
    contracts = _Contracts(options.allowed)
    lines = [
        compare_pair(
            Pair(
                baseline=tuple(ours[key]),
                candidate=tuple(theirs[key]),
                labels=(baseline.label, candidate.label),
                obstacles=contracts.between(ours[key], theirs[key]),
                controls=controls,
            ),
            options,
        )
        for key in ours
        if key in theirs and not _repeats(ours[key]) and not _repeats(theirs[key])
    ]
    if not lines:
        contracts.compare(baseline.evidence, candidate.evidence)
    return Contrast(
        baseline=SideShown(label=baseline.label, records=tuple(map(_shown, baseline.evidence))),
        candidate=SideShown(label=candidate.label, records=tuple(map(_shown, candidate.evidence))),
        differences=contracts.found(contracts.differences),
        packages=contracts.found(contracts.packages),
        measurements=tuple(lines),
        left_out=tuple({each.name: each for each in left_out}.values()),
        summaries=tuple(_summaries(lines)) if sets else (),
        decide=deciding_command(baseline, candidate, lines, options.margin),
    )


class _Contracts:
    """Compares the circumstances of the records behind each line, each combination of records once."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        self.differences: list[Difference] = []
        self.packages: list[PackageDifference] = []
        self._obstacles: dict[tuple[str, ...], tuple[str, ...]] = {}

    def between(self, ours: Sequence[Taken], theirs: Sequence[Taken]) -> tuple[str, ...]:
        """Return the names of the undeclared differences among the records of a line."""
        own, other = (tuple(taken.evidence for taken in side) for side in (ours, theirs))
        ids = tuple(each.id for each in (*own, *other))
        if ids not in self._obstacles:
            self._obstacles[ids] = self.compare(own, other)
        return self._obstacles[ids]

    def compare(self, own: Sequence[Evidence], other: Sequence[Evidence]) -> tuple[str, ...]:
        """Compare every record with the first of the baseline, and those of the candidate among themselves."""
        found: list[Difference | PackageDifference] = []
        for one, two, across in _couples(own, other):
            told = differences(one, two, across=across, allowed=self.allowed)
            packages = package_differences(one, two, across=across, allowed=self.allowed)
            self.differences += told
            self.packages += packages
            found += [*told, *packages]
        return tuple(dict.fromkeys(each.name for each in found if each.standing == "undeclared"))

    @staticmethod
    def found(held: Sequence[_Differing]) -> tuple[_Differing, ...]:
        """Return each difference once."""
        return tuple({json.dumps(each.model_dump(), sort_keys=True): each for each in held}.values())


def _couples(own: Sequence[Evidence], other: Sequence[Evidence]) -> Iterator[tuple[Evidence, Evidence, bool]]:
    yield from ((own[0], each, True) for each in other)
    yield from ((side[0], each, False) for side in (own, other) for each in side[1:])


def _by_key(held: Sequence[Evidence], *, sets: bool) -> _Held:
    found: _Held = {}
    for evidence in held:
        for measurement in evidence.subjects():
            key = (*_what(measurement), *(_circumstances(evidence) if sets else ()))
            found.setdefault(key, []).append(Taken(evidence, measurement))
    return found


def _what(measurement: Measurement) -> _Key:
    return measurement.benchmark.model_dump_json(), measurement.quantity, measurement.unit, measurement.better


def _circumstances(evidence: Evidence) -> _Key:
    cell = evidence.record.run.cell if evidence.record.run else None
    parameters = json.dumps([each.model_dump() for each in cell.parameters] if cell else [])
    return evidence.host, request_key(evidence.request), evidence.cache, parameters


def _repeats(held: Sequence[Taken]) -> bool:
    return len({taken.evidence.run for taken in held}) < len(held)


def _ambiguous(side: Side, held: _Held) -> Iterator[LeftOut]:
    for taken in held.values():
        if _repeats(taken):
            arms = ", ".join(dict.fromkeys(each.evidence.arm or each.evidence.id for each in taken))
            reason = f"{side.label} holds it more than once from one run ({arms}): narrow the query"
            yield LeftOut(name=_name(taken[0].measurement), reason=reason)


def _alone(baseline: Side, candidate: Side, ours: _Held, theirs: _Held) -> Iterator[LeftOut]:
    for side, own, others in ((baseline, ours, theirs), (candidate, theirs, ours)):
        known = {_name(taken.measurement) for held in others.values() for taken in held}
        for key in (key for key in own if key not in others):
            name = _name(own[key][0].measurement)
            reason = "the sides differ in its version, parameters or unit" if name in known else f"only in {side.label}"
            yield LeftOut(name=name, reason=reason)


def _name(measurement: Measurement) -> str:
    return f"{benchmark_name(measurement.benchmark)} {measurement.quantity}"


def benchmark_name(benchmark: Benchmark) -> str:
    """Return what a benchmark is called in one line, without version and parameters."""
    return "/".join(part for part in (benchmark.suite, benchmark.name) if part)


def _summaries(lines: Sequence[Compared]) -> Iterator[Summary]:
    groups: dict[_Key, list[tuple[Compared, float]]] = {}
    for line in lines:
        if line.ratio and line.reason != WRONG:
            key = (line.benchmark.suite, line.benchmark.name, line.quantity, line.better)
            groups.setdefault(key, []).append((line, line.ratio))
    for held in groups.values():
        line, ratios = held[0][0], [ratio for _, ratio in held]
        yield Summary(
            suite=line.benchmark.suite,
            name=line.benchmark.name,
            quantity=line.quantity,
            better=line.better,
            ratio=math.exp(math.fsum(map(math.log, ratios)) / len(ratios)),
            lowest=min(ratios),
            highest=max(ratios),
            pairs=len(ratios),
        )
