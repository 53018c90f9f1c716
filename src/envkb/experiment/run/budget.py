"""What a run may cost, and what is left out so that it fits. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from envkb.bench.schedule import Slot
from envkb.errors import UsageError
from envkb.experiment.run.cells import Combination, combinations
from envkb.experiment.run.trial import Trial
from envkb.model.plan import Plan

ONE_COLD_ROUND_BYTES: Final = 10**9
"""A download above this is worth one cold round and no more: nobody waits for five, and no index deserves them."""

_PART: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
_SECONDS: Final = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES: Final = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "mib": 2**20, "gib": 2**30, "tib": 2**40}


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of a run.

    Attributes:
        seconds: How long it may take; None for no limit.
        received_bytes: How much it may download; None for no limit.
        shared: Whether the seconds are half of what was said, and benchmarks get the rest.
    """

    seconds: float | None = None
    received_bytes: int | None = None
    shared: bool = False

    def for_installs(self) -> "Budget":
        """Return what installs may cost where benchmarks follow: half of the time, so that these have rounds, too."""
        return self if self.seconds is None else replace(self, seconds=self.seconds / 2, shared=True)

    def objection(
        self, slot: Slot, combination: Combination, trials: Sequence[Trial], *, elapsed_s: float
    ) -> str | None:
        """Return why an install is left out, None where it is not.

        The first round shows what one costs; so it always takes place, whatever the limits are, without a control that
        would have to be downloaded. A round that has begun goes to its end: half of one tells nothing.

        Args:
            slot: Its place in the schedule.
            combination: What is installed.
            trials: What was done so far.
            elapsed_s: Seconds since the run began.
        """
        if combination.cache == "cold" and (slot.round > 0 or slot.seat.role == "control"):
            return self._too_much(combination, trials) or self._too_late(slot, trials, elapsed_s)
        return self._too_late(slot, trials, elapsed_s)

    def _too_late(self, slot: Slot, trials: Sequence[Trial], elapsed_s: float) -> str | None:
        has_begun = slot.round == 0 or any(trial.round == slot.round for trial in trials)
        if self.seconds is None or has_begun or elapsed_s + _longest_round_s(trials) <= self.seconds:
            return None
        half = ", half of the time, the rest of which is for benchmarks" if self.shared else ""
        return f"round {slot.round + 1} and later: they would not fit into {self.seconds:g} s{half}"

    def _too_much(self, combination: Combination, trials: Sequence[Trial]) -> str | None:
        cost = max((trial.received_bytes or 0 for trial in trials if trial.key == combination.key), default=0)
        if cost > ONE_COLD_ROUND_BYTES:
            return f"{combination.key}: more than one cold round, each of which downloads {size_text(cost)}"
        spent = sum((trial.received_bytes or 0) + (trial.filling_bytes or 0) for trial in trials)
        if self.received_bytes is not None and spent + cost > self.received_bytes:
            return f"{combination.key}: further cold rounds would not fit into {size_text(self.received_bytes)}"
        return None

    def fitted(self, plan: Plan, downloads: Mapping[str, int | None]) -> tuple[Plan, tuple[str, ...]]:
        """Return what of a plan fits, and what was left out of it in sentences.

        Cold rounds are left out where the budget holds no single one of them beside what fills the caches of the warm.

        Args:
            plan: The plan.
            downloads: What one install receives with an empty cache, by what combinations share; where something is
                not known, only the run itself can show what does not fit.

        Raises:
            UsageError: It does not hold one download by every manager.
        """
        installs = [one for one in combinations(plan) if one.request is not None]
        known = {one.shared: downloads.get(one.shared) for one in installs}
        limit = self.received_bytes
        if limit is None or any(size is None for size in known.values()):
            return plan, ()
        filling = sum(known[name] or 0 for name in {one.shared for one in installs if one.cache == "warm"})
        cold = sum(known[one.shared] or 0 for one in installs if one.cache == "cold")
        if filling + cold <= limit:
            return plan, ()
        if not filling or filling > limit:
            raise UsageError(
                f"one download by every manager is {size_text(filling or cold)}, and the budget {size_text(limit)}",
                hint="give it more, or name fewer managers; nothing was started",
            )
        told = f"cold caches: one round of them would download {size_text(cold)}, beside {size_text(filling)} for warm"
        kept = tuple(row for row in plan.exclude if row.cache != "cold")
        fitting = plan.model_copy(update={"caches": ("warm",), "exclude": kept})
        return fitting, (f"{told} ones: that does not fit into {size_text(limit)}",)


def size_text(number: int) -> str:
    """Return a number of bytes for people: `2.5 GB`, `40 MB`."""
    unit, name = (10**9, "GB") if number >= 10**9 else (10**6, "MB")
    return f"{number / unit:.3g} {name}"


def parse_budget(text: str) -> Budget:
    """Return the budget of `2h,20GB`, `30m` or `5GB`.

    Raises:
        UsageError: It is none.
    """
    seconds: float | None = None
    received: int | None = None
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        unit = match[2].lower() if match else ""
        if match and unit in _SECONDS and seconds is None:
            seconds = float(match[1]) * _SECONDS[unit]
        elif match and unit in _BYTES and received is None:
            received = int(float(match[1]) * _BYTES[unit])
        else:
            raise UsageError(f"the budget {text!r} cannot be read", hint="write 2h, 20GB or 2h,20GB")
    return Budget(seconds, received)


def _longest_round_s(trials: Sequence[Trial]) -> float:
    """Return what a round takes; what only the first one did, such as filling caches, does not count."""
    rounds: dict[int, float] = {}
    for trial in trials:
        rounds[trial.round] = rounds.get(trial.round, 0.0) + trial.wall_s + _imports_s(trial)
    return max(rounds.values(), default=0.0)


def _imports_s(trial: Trial) -> float:
    return sum(took.process_s for told in trial.imports for took in (told.first, told.steady) if took is not None)
