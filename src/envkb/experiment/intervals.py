"""Keeps the intervals of risks from one command to the next: loading scipy takes longer than all else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from envkb.assess.risk.likelihood import Ends, Intervals
from envkb.knowledge.kept import INTERVALS, keep, read_kept

MOST: Final = 10_000
"""So many are kept; evidence ages, so that every day brings others."""


@contextmanager
def kept_intervals(root: Path) -> Iterator[Intervals]:
    """Give intervals that know what was computed before, and keep what is computed until the end.

    Args:
        root: The root of the knowledge base.
    """
    kept = read_kept(root, INTERVALS)
    intervals = Intervals({key: ends for key, value in kept.items() if (ends := _ends(value))})
    yield intervals
    if intervals.new:
        old = kept if len(kept) + len(intervals.new) <= MOST else {}
        keep(root, INTERVALS, old | {key: list(ends) for key, ends in intervals.new.items()})


def _ends(value: JsonValue) -> Ends | None:
    match value:
        case [float(low), float(high)] if 0 <= low <= high <= 1:
            return low, high
        case _:
            return None  # written by hand, or by another version
