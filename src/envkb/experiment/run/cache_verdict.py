"""Judges whether a cache was as cold or as warm as it was meant to be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from envkb.experiment.run.trial import Trial
from envkb.model.plan import CacheState

_GROWTH: Final = 0.02
_SMALL_BYTES: Final = 256 * 1024
"""Indexes are asked again even where every archive is cached."""


@dataclass(frozen=True, slots=True)
class CacheVerdict:
    """What the cache really was.

    Attributes:
        seen: `cold`, `warm`, `mixed` where rounds differ or part of it was missing; None where it cannot be told.
        reason: What that rests on, in one sentence.
    """

    seen: Literal["cold", "warm", "mixed"] | None
    reason: str


def judge_cache(wanted: CacheState, trials: Sequence[Trial]) -> CacheVerdict:
    """Return what the cache was in all successful rounds of a combination.

    Args:
        wanted: What it was meant to be.
        trials: The rounds; those that failed tell nothing.
    """
    told = [_of_trial(trial) for trial in trials if trial.succeeded]
    if not told:
        return CacheVerdict(None, "no round succeeded")
    seen = {verdict.seen for verdict in told}
    if len(seen) > 1:
        return CacheVerdict("mixed", "the rounds differ in how much was cached")
    last = told[-1]
    held = "as it was meant to be" if last.seen == wanted else f"which is not {wanted}"
    return last if last.seen is None else CacheVerdict(last.seen, f"{last.reason}, {held}")


def _of_trial(trial: Trial) -> CacheVerdict:
    before, grown = trial.cache_before_bytes, trial.cache_after_bytes - trial.cache_before_bytes
    if trial.elsewhere:
        taken = f"the manager took {trial.elsewhere} archives from another, such as pkgs_dirs of a .condarc"
        return CacheVerdict("mixed", f"the cache was empty before, but {taken}")
    if trial.cache_before_bytes == 0 and trial.cache_after_bytes == 0:
        return CacheVerdict(None, "the manager kept nothing in its cache, so there was nothing to be warm")
    if before == 0:
        return CacheVerdict("cold", "the cache was empty before")
    if grown > max(before * _GROWTH, _SMALL_BYTES):
        return CacheVerdict("mixed", "the cache was not empty before, and yet it grew")
    if trial.received_bytes is not None and trial.received_bytes > max(before * _GROWTH, 4 * _SMALL_BYTES):
        return CacheVerdict("mixed", "the cache did not grow, and yet the network received much")
    return CacheVerdict("warm", "the cache was filled before and did not grow")
