"""Pairs samples of two arms that were taken in turn. Pure."""

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import median

from envkb.model.measurement import Measurement

Slot = tuple[int, float]
"""Position in the schedule of the run, and the median of the samples taken there: one process."""


def slots(measurement: Measurement) -> tuple[Slot, ...]:
    """Return the slots of a measurement in their order; none where their places in the schedule are not known.

    Samples of one process share its luck (addresses, cache, core): together they are one observation.
    """
    if len(measurement.orders) != len(measurement.samples):
        return ()
    placed = sorted(zip(measurement.orders, measurement.samples, strict=True), key=lambda pair: pair[0])
    return tuple(
        (order, median(sample for _, sample in group)) for order, group in groupby(placed, key=lambda pair: pair[0])
    )


def pair_rounds(baseline: Sequence[Slot], candidate: Sequence[Slot]) -> tuple[tuple[float, float], ...]:
    """Return baseline and candidate of each round.

    Of slots in their common order, a neighbour of the other arm completes a pair; of several slots of one arm in a
    row, the last one counts. A slot that failed so costs its own round alone, and arms that were measured one after
    the other, which shows nothing but the time between them, give one pair at most.

    Args:
        baseline: Slots of one arm.
        candidate: Slots of the other.
    """
    merged = sorted([*((order, 0, value) for order, value in baseline), *((o, 1, v) for o, v in candidate)])
    pairs: list[tuple[float, float]] = []
    waiting: tuple[int, float] | None = None
    for _, arm, value in merged:
        if waiting is None or waiting[0] == arm:
            waiting = arm, value
        else:
            pairs.append((waiting[1], value) if arm == 1 else (value, waiting[1]))
            waiting = None
    return tuple(pairs)


def have_ratios(pairs: Iterable[tuple[float, float]]) -> bool:
    """Return whether each pair has a ratio: both above zero, and not so far apart that no number says how far."""
    return all(min(pair) > 0 and math.isfinite(max(pair) / min(pair)) for pair in pairs)


def each_round(measurement: Measurement) -> Sequence[float]:
    """Return one value for each process where that is known, else the samples."""
    return [value for _, value in slots(measurement)] or measurement.samples
