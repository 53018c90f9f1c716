"""Takes samples: calibrated, warmed up, those that do not count thrown away and counted."""

from __future__ import annotations

import gc
import math
import time
from contextlib import contextmanager
from typing import Callable, Iterator, NamedTuple

from envkb.bench.worker.case import DiscardedError, Work, nothing
from envkb.bench.worker.request import Effort

MOST_LOOPS = 10**7
_STEP = 10
_CONFIRMED = 2
# A little more than what just fits, so that the next try does not miss by a hair.
_MARGIN = 1.1


class Samples(NamedTuple):
    """What was timed.

    Attributes:
        values: Seconds of one iteration, in the order taken.
        starts: When each began, by `time.monotonic`.
        loops: Iterations that each averages over.
        warmups: Samples taken and thrown away before the first.
        discarded: Samples thrown away for a reason.
        reasons: Each reason once.
        window_s: Seconds from the first sample's beginning to the last one's end, those thrown away among them.
        iterations: Iterations in that time.
    """

    values: list[float]
    starts: list[float]
    loops: int
    warmups: int
    discarded: int
    reasons: list[str]
    window_s: float
    iterations: int


class _Tally:
    def __init__(self) -> None:
        self.values: list[float] = []
        self.starts: list[float] = []
        self.reasons: list[str] = []
        self.taken = 0


def warm_up(work: Work, effort: Effort) -> tuple[int, int]:
    """Do the work until it is warm, and find how many iterations a sample needs.

    Returns:
        Iterations in one sample; samples thrown away.
    """
    if work.warmups is not None:
        for _ in range(work.warmups):
            work.sample(1)
        return 1, work.warmups
    loops, thrown, in_a_row = effort.loops or 1, 0, 0
    warm_at = time.perf_counter() + effort.warmup_s
    while True:
        seconds = work.sample(loops)
        thrown += 1
        warm = time.perf_counter() >= warm_at
        if not effort.loops and seconds < effort.sample_s and loops < MOST_LOOPS:
            loops, in_a_row = _more(loops, seconds, effort.sample_s), 0
        elif warm:
            in_a_row += 1
        # One long sample may have been held up by something else; what takes very long need not be asked twice.
        if in_a_row >= _CONFIRMED or (in_a_row and (effort.loops or seconds >= effort.budget_s)):
            return loops, thrown


def _more(loops: int, seconds: float, wanted: float) -> int:
    fitting = math.ceil(loops * wanted / seconds * _MARGIN) if seconds > 0 else MOST_LOOPS
    return min(max(loops + 1, fitting), loops * _STEP, MOST_LOOPS)


def take_samples(
    work: Work, effort: Effort, objection: Callable[[], str | None], begun: Callable[[], None] = nothing
) -> Samples:
    """Take samples until there are enough, or until the time is over and there are a few.

    Args:
        work: What to time.
        effort: How long to try.
        objection: Asked after each sample; a reason not to count it, or None.
        begun: Called when the work is warm, right before the first sample.

    Raises:
        DiscardedError: Not one sample counted; the message is the reason of the last.
    """
    loops, warmups = warm_up(work, effort)
    tally = _Tally()
    with _no_garbage_collection():
        begun()
        begin = time.perf_counter()
        late = False
        while not _enough(tally, effort, late=late):
            # What objects to every sample (a board that is always too hot) is a circumstance, and told as one.
            picky = not late and len(tally.reasons) < effort.samples
            _take(work, loops, tally, objection if picky else _no_objection)
            late = time.perf_counter() - begin >= effort.budget_s
        window_s = time.perf_counter() - begin
    if not tally.values:
        raise DiscardedError(tally.reasons[-1])
    reasons = sorted(set(tally.reasons))
    return Samples(
        tally.values, tally.starts, loops, warmups, len(tally.reasons), reasons, window_s, tally.taken * loops
    )


def _no_objection() -> str | None:
    return None


def _take(work: Work, loops: int, tally: _Tally, objection: Callable[[], str | None]) -> None:
    start = time.monotonic()
    tally.taken += 1
    try:
        seconds = work.sample(loops)
    except DiscardedError as error:
        tally.reasons.append(str(error))
        return
    reason = objection()
    if reason is not None:
        tally.reasons.append(reason)
        return
    tally.values.append(seconds / loops)
    tally.starts.append(start)


def _enough(tally: _Tally, effort: Effort, *, late: bool) -> bool:
    fewest = min(effort.fewest, effort.samples)
    if late:
        return len(tally.values) >= fewest or len(tally.reasons) >= effort.samples + fewest
    return len(tally.values) >= effort.samples or len(tally.reasons) >= effort.samples + fewest


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Keep the collector from running in one sample and not in the next."""
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
