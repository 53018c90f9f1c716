"""Ratios with intervals, and the verdicts drawn from them. Pure; the mathematics is scipy's, loaded when needed.

Times are compared as ratios, so everything is computed on logarithms: a candidate of twice the time and one of half
the time are equally far from the baseline. A ratio is always candidate / baseline.
"""

import math
import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import Final, Literal, NamedTuple

from envkb.errors import ToolMissingError
from envkb.model.value import Value

Verdict = Literal["faster", "slower", "equivalent", "cannot tell"]
Better = Literal["lower", "higher"]

MARGIN: Final = 0.05
"""Differences up to this share of the baseline make no difference, unless somebody says otherwise."""
CONFIDENCE: Final = 0.95
"""Share of repetitions in which the interval would hold the true ratio; with five rounds it is 94 of 100."""
RESAMPLES: Final = 9999
"""Bootstrap resamples of one interval."""
SEED: Final = 1
"""Seed of the resampling: the same samples give the same interval, everywhere."""
FEWEST_ROUNDS: Final = 5
"""Rounds below which no interval is given: with four, no interval of the median reaches nine cases of ten."""
FEWEST_RUNS: Final = 3
"""Runs a side below which the spread between runs is not known."""
MOST_ROUNDS: Final = 1000
"""More than anybody would wait for."""

_BATCH: Final = 1000  # resamples held in memory at once; part of what makes a result repeatable
_RESERVE: Final = 1.2  # the width is itself an estimate
_NOTHING: Final = 1e-12


class Estimate(Value):
    """A ratio of candidate to baseline with its confidence interval.

    Attributes:
        ratio: Candidate / baseline.
        low: Lower end of the interval.
        high: Upper end of the interval.
        count: Rounds, or runs of the side that has fewer.
    """

    ratio: float
    low: float
    high: float
    count: int


class Interval(NamedTuple):
    """A median with its confidence interval.

    Attributes:
        middle: The median.
        low: Lower end of the interval.
        high: Upper end of the interval.
    """

    middle: float
    low: float
    high: float


def paired_ratio(pairs: Sequence[tuple[float, float]], *, seed: int = SEED) -> Estimate:
    """Return the ratio within rounds that interleave: the median of the rounds' ratios.

    What slows a whole round down falls out of its ratio. The interval is that of `median_of`, over rounds.

    Args:
        pairs: Baseline and candidate of each round, at least `FEWEST_ROUNDS` of them, all above zero.
        seed: Seed of the resampling.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    found = median_of([candidate / baseline for baseline, candidate in pairs], seed=seed)
    return Estimate(ratio=found.middle, low=found.low, high=found.high, count=len(pairs))


def median_of(values: Sequence[float], *, seed: int = SEED) -> Interval:
    """Return the median of values above zero with its interval: an expanded percentile bootstrap.

    Resampling a few values understates how much another few would differ: plain percentiles of seven rounds hold the
    truth in 87 of 100 cases. So they are taken further out (Hesterberg 2015, doi:10.1080/00031305.2015.1089789).

    Args:
        values: Ratios, or times; at least `FEWEST_ROUNDS` of them, one for each round.
        seed: Seed of the resampling.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    stats = load_scipy_stats()
    import numpy as np  # noqa: PLC0415 - comes with scipy

    logs = np.array([math.log(value) for value in values])
    found = stats.bootstrap(
        (logs,),
        np.median,
        vectorized=True,
        axis=-1,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        confidence_level=_expanded(stats, len(logs)),
        method="percentile",
        # A generator is taken by every scipy alike; a bare seed means another stream in older ones.
        random_state=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(*(math.exp(float(end)) for end in (np.median(logs), found.low, found.high)))


def _expanded(stats: ModuleType, count: int) -> float:
    """Return the confidence to ask a percentile bootstrap for, so that it reaches `CONFIDENCE` with so few values.

    It makes up for a spread that is too small by sqrt((n - 1) / n), and for the difference of normal and Student's t.
    """
    reach = stats.t.ppf((1 + CONFIDENCE) / 2, count - 1) * math.sqrt(count / (count - 1))
    return 1 - 2 * float(stats.norm.sf(reach))


def ratio_between_runs(baseline: Sequence[float], candidate: Sequence[float], *, same_runs: bool) -> Estimate:
    """Return the ratio of two sides that were measured in several runs, from the spread between these.

    Args:
        baseline: One value for each run, at least `FEWEST_RUNS`, all above zero.
        candidate: Likewise.
        same_runs: Whether the values of both sides come from the same runs, in the same order. Then the ratio is
            taken within each run and its spread counts (Student's t), else the spread of each side (Welch's t).

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    stats = load_scipy_stats()
    ours, theirs = [math.log(value) for value in baseline], [math.log(value) for value in candidate]
    middle = sum(theirs) / len(theirs) - sum(ours) / len(ours)
    count = min(len(ours), len(theirs))
    varying = [[after - before for before, after in zip(ours, theirs, strict=True)]] if same_runs else [ours, theirs]
    if all(max(values) - min(values) < _NOTHING for values in varying):
        return _estimate(middle, middle, middle, count)  # nothing varies (bytes, say): the interval is a point
    with warnings.catch_warnings():
        # One side may hardly vary, or not at all (bytes, say); the spread of the other is what counts then.
        warnings.simplefilter("ignore", RuntimeWarning)
        test = stats.ttest_rel(theirs, ours) if same_runs else stats.ttest_ind(theirs, ours, equal_var=False)
    found = test.confidence_interval(CONFIDENCE)
    return _estimate(middle, float(found.low), float(found.high), count)


def _estimate(middle: float, low: float, high: float, count: int) -> Estimate:
    return Estimate(ratio=math.exp(middle), low=math.exp(low), high=math.exp(high), count=count)


def judge(estimate: Estimate, margin: float, better: Better | None) -> Verdict:
    """Return what an estimate says of the candidate.

    `faster` and `slower` need both a ratio beyond the margin and an interval without 1; `equivalent` needs the whole
    interval within the margin.

    Args:
        estimate: The ratio.
        margin: Share of the baseline that makes no difference, above 0.
        better: Which direction is better; None where neither is: then nothing is faster or slower.
    """
    room = math.log1p(margin)
    low, middle, high = math.log(estimate.low), math.log(estimate.ratio), math.log(estimate.high)
    if -room <= low and high <= room:
        return "equivalent"
    if better is None or not ((middle > room and low > 0) or (middle < -room and high < 0)):
        return "cannot tell"
    return "faster" if (middle < 0) == (better == "lower") else "slower"


def control_fails(control: Estimate, margin: float) -> bool:
    """Return whether an A/A control shows a difference where there is none.

    It does where its whole interval lies beyond half the margin. A bias of that size turns what is equivalent into a
    winner, a smaller one hardly can; and an interval that only just excludes 1, as one of twenty does by chance, is no
    reason to throw a run away.

    Args:
        control: An arm compared with itself.
        margin: Share of the baseline that makes no difference.
    """
    room = math.log1p(margin) / 2
    return math.log(control.low) > room or math.log(control.high) < -room


def control_shows_as_much(estimate: Estimate, control: Estimate) -> bool:
    """Return whether an A/A control could have shown this ratio, where there is no difference at all.

    On a machine so busy that intervals are wide, one comparison in twenty excludes 1 by chance. Chance that fell on
    the baseline moves its control alike, so that few of these lie outside the control's interval.

    Args:
        estimate: A candidate beside the baseline.
        control: An arm compared with itself in the same run.
    """
    return control.low <= estimate.ratio <= control.high


def rounds_to_decide(estimate: Estimate, margin: float) -> int | None:
    """Return how many rounds would make the interval narrow enough for a verdict, were the ratio to stay as it is.

    The width of an interval falls with the square root of the number of rounds. None where that takes more than
    `MOST_ROUNDS`: the interval is very wide, or the ratio lies too near to the margin.
    """
    room, middle = math.log1p(margin), abs(math.log(estimate.ratio))
    return _rounds_until(estimate, room - middle if middle <= room else middle)


def rounds_beside(estimate: Estimate, control: Estimate) -> int | None:
    """Return how many rounds would part a ratio from a control that could show as much, were both to stay as they are.

    None where that takes more than `MOST_ROUNDS`.
    """
    return _rounds_until(control, abs(math.log(estimate.ratio / control.ratio)))


def _rounds_until(estimate: Estimate, needed: float) -> int | None:
    """Return how many rounds make half the width of an interval, as a logarithm, as small as is needed."""
    half = math.log(estimate.high / estimate.low) / 2
    if needed <= 0:
        return None
    number = max(estimate.count + 1, math.ceil(estimate.count * (half / needed) ** 2 * _RESERVE))
    return number if number <= MOST_ROUNDS else None


def load_scipy_stats() -> ModuleType:
    """Return `scipy.stats`.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    try:
        from scipy import stats  # noqa: PLC0415 - optional, and slow to load
    except ImportError as error:
        raise ToolMissingError(
            "comparing needs scipy, which is not installed",
            hint="pip install 'envkb[stats]', here or where the knowledge base is: the samples are kept",
        ) from error
    found: ModuleType = stats
    return found
