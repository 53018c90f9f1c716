"""Compares two selections of records for one assumption: one line for each host, request and cache. Pure."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from envkb.assess.compared import Basis, Compared
from envkb.assess.comparison import benchmark_name, compare
from envkb.assess.evidence import Evidence, Side
from envkb.assess.statistics import FEWEST_RUNS, Estimate
from envkb.assess.verdicts import Options
from envkb.model.decision import RatioCheck, Scalar
from envkb.model.measurement import Benchmark
from envkb.model.value import Value

# Within a margin as wide as this, every ratio is equivalent: what still cannot be told has an obstacle.
_ANY_RATIO: Final = sys.float_info.max


class RatioLine(Value):
    """One comparison of candidate with baseline.

    Attributes:
        host: The host, where both sides were measured on one; null otherwise.
        request: What was installed; null where the sides differ, or nobody said.
        cache: State of the cache; null likewise.
        baseline: Ids of the records of the baseline.
        candidate: Ids of the records of the candidate.
        basis: What the ratio rests on.
        count: Rounds, or runs of the side that has fewer.
        ratio: Candidate / baseline, of the medians; null where it has none.
        low: Lower end of its confidence interval; null without one.
        high: Upper end; null without one.
        control: The same for an arm compared with itself in the same run; null where none took part.
        obstacle: Why nothing can be told whatever the numbers are; null where there is no such thing.
    """

    host: str | None
    request: str | None
    cache: str | None
    baseline: tuple[str, ...]
    candidate: tuple[str, ...]
    basis: Basis
    count: int
    ratio: float | None
    low: float | None
    high: float | None
    control: Estimate | None
    obstacle: str | None


def ratio_lines(
    check: RatioCheck, baseline: Sequence[Evidence], candidate: Sequence[Evidence], witnesses: Sequence[Evidence] = ()
) -> tuple[RatioLine, ...]:
    """Return what can be compared, by the rules of `kb compare`.

    Records are paired by host, request, benchmark and cache. From three runs a side on, the spread between the runs
    counts. With fewer, each run in which both sides were measured in turns stands for itself.

    Args:
        check: Which benchmark is compared, and what is allowed to differ.
        baseline: Records of the baseline.
        candidate: Records of the candidate, none of them in the baseline.
        witnesses: Further records of the same runs, whose A/A controls count.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    ours, theirs = Side("baseline", _narrowed(check, baseline)), Side("candidate", _narrowed(check, candidate))
    if not ours.evidence or not theirs.evidence:
        return ()
    others = _narrowed(check, witnesses)
    lines: list[Compared] = []
    for line in _compared(check, ours, theirs, others):
        apart: list[Compared] = []
        for run in _single_runs(line, ours, theirs):
            apart += _compared(check, _of_run(ours, line, run), _of_run(theirs, line, run), others)
        lines += apart or [line]
    return tuple(map(_line, lines))


def _narrowed(check: RatioCheck, held: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return the records that measured the benchmark, each with nothing else: resampling the rest takes long."""
    found = []
    for each in held:
        wanted = tuple(
            one
            for one in each.record.measurements
            if benchmark_name(one.benchmark) == check.benchmark and one.quantity == check.quantity
        )
        if wanted:
            record = each.record.model_copy(update={"measurements": wanted})
            found.append(Evidence(each.id, each.digest, each.host, record))
    return tuple(found)


def _compared(check: RatioCheck, own: Side, other: Side, witnesses: Sequence[Evidence]) -> Iterator[Compared]:
    options = Options(margin=_ANY_RATIO, allowed=frozenset(check.allow))
    comparison = compare([(own, other)], options, sets=True, witnesses=witnesses)
    for line in comparison.contrasts[0].measurements:
        if _has(line.benchmark, check.parameters):
            yield line


def _has(benchmark: Benchmark, wanted: Mapping[str, Scalar]) -> bool:
    given = {each.name: each.value for each in benchmark.parameters}
    return all(name in given and given[name] == value for name, value in wanted.items())


def _single_runs(line: Compared, own: Side, other: Side) -> list[str]:
    """Return the runs that hold both sides, where there are too few of them for the spread between runs."""
    sides = [
        {each.run for each in side.evidence if each.id in ids and each.record.run is not None}
        for side, ids in ((own, line.baseline), (other, line.candidate))
    ]
    shared = sorted(sides[0] & sides[1])
    return shared if line.low is None and line.count < FEWEST_RUNS and max(map(len, sides)) > 1 else []


def _of_run(side: Side, line: Compared, run: str) -> Side:
    ids = {*line.baseline, *line.candidate}
    return Side(side.label, tuple(each for each in side.evidence if each.id in ids and each.run == run))


def _line(line: Compared) -> RatioLine:
    return RatioLine(
        host=line.host,
        request=line.request,
        cache=line.cache,
        baseline=line.baseline,
        candidate=line.candidate,
        basis=line.basis,
        count=line.count,
        ratio=line.ratio,
        low=line.low,
        high=line.high,
        control=line.control,
        obstacle=line.reason if line.low is None or _is_obstacle(line) else None,
    )


def _is_obstacle(line: Compared) -> bool:
    # A quantity of which neither direction is better has an interval all the same.
    return line.verdict == "cannot tell"
