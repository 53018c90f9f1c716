"""What a run may cost, and what is left out so that it fits. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from envkb.bench.schedule import Slot
from envkb.errors import UsageError
from envkb.experiment.run.cells import Combination
from envkb.experiment.run.trial import Trial

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
    """

    seconds: float | None = None
    received_bytes: int | None = None

    def objection(
        self, slot: Slot, combination: Combination, trials: Sequence[Trial], *, elapsed_s: float
    ) -> str | None:
        """Return why an install is left out, None where it is not.

        The first round shows what one costs; so it always takes place, whatever the limits are.

        Args:
            slot: Its place in the schedule.
            combination: What is installed.
            trials: What was done so far.
            elapsed_s: Seconds since the run began.
        """
        if slot.round == 0:
            return None
        if self.seconds is not None and elapsed_s + _longest_round_s(trials) > self.seconds:
            return f"round {slot.round + 1} and later: they would not fit into {self.seconds:g} s"
        cost = _cold_cost(trials, combination)
        if combination.cache == "cold" and cost > ONE_COLD_ROUND_BYTES:
            return f"{combination.key}: more than one cold round, each of which downloads {cost / 10**9:.1f} GB"
        spent = sum(trial.received_bytes or 0 for trial in trials)
        if combination.cache == "cold" and self.received_bytes is not None and spent + cost > self.received_bytes:
            return f"{combination.key}: further cold rounds would not fit into {self.received_bytes / 10**9:g} GB"
        return None


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
    spans: dict[int, tuple[float, float]] = {}
    for trial in trials:
        begin, end = spans.get(trial.round, (trial.start_s, 0.0))
        spans[trial.round] = min(begin, trial.start_s), max(end, trial.start_s + trial.wall_s)
    return max((end - begin for begin, end in spans.values()), default=0.0)


def _cold_cost(trials: Sequence[Trial], combination: Combination) -> int:
    own = [trial for trial in trials if trial.key == combination.key]
    return max((trial.received_bytes or 0 for trial in own), default=0)
