"""Carries out a run: rounds that interleave, an A/A control among them, and a state that survives an interruption."""

import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Final

from envkb.bench.schedule import Slot, interleave
from envkb.experiment.run.budget import Budget
from envkb.experiment.run.cells import Combination, combinations
from envkb.experiment.run.install import Installer, Place
from envkb.experiment.run.state import Inspection, RunState
from envkb.experiment.run.trial import Trial

INSTALL: Final = "install"
FAILURES_ENOUGH: Final = 2
"""A combination that failed so often without one success is not tried again."""

Keep = Callable[[RunState], None]
Inspect = Callable[[Combination], Inspection]


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a run, for whoever watches.

    Attributes:
        done: Steps that are done.
        total: Steps that there are.
        key: Which combination, or which benchmark of it.
        what: `install` or `benchmark`.
        seconds: How long it took; None where it failed.
        problem: Why it failed, in one line; None where it did not.
        left_s: Seconds that the steps of this kind which are left will take, if they go on like this.
    """

    done: int
    total: int
    key: str
    what: str
    seconds: float | None
    problem: str | None
    left_s: float


Watch = Callable[[Progress], None]


def seconds_left(elapsed_s: float, done: int, left: int) -> float:
    """Return how long steps that are left take, if they take as long as those that were done."""
    return elapsed_s / max(1, done) * left


def schedule(found: Sequence[Combination], rounds: int) -> tuple[Slot, ...]:
    """Return the order of the installs of a run.

    The control is the first warm combination, which costs no download; where all are cold, the first.

    Args:
        found: The combinations; existing environments are left out.
        rounds: How often each is installed.
    """
    installs = [one for one in found if one.request is not None]
    if not installs:
        return ()
    # One round shows nothing of chance, with a control or without.
    control = control_of(installs) if rounds > 1 else None
    return interleave({one.key: (INSTALL,) for one in installs}, rounds, control=control)


def control_of(found: Sequence[Combination]) -> str | None:
    """Return the key of the combination that is its own control; None where there is none at all."""
    warm = [one.key for one in found if one.cache == "warm"]
    return next(iter((*warm, *(one.key for one in found))), None)


def install_all(
    state: RunState,
    installer: Installer,
    *,
    inspect: Inspect,
    keep: Keep,
    watch: Watch,
    budget: Budget,
    stays: Container[str] = (),
) -> RunState:
    """Carry out what is left of the installs of a run, and return the state with them.

    Args:
        state: What was done before.
        installer: Installs.
        inspect: Looks at an environment that was made; called once for every combination.
        keep: Takes the state after every step.
        watch: Is told of every step.
        budget: What it may cost.
        stays: Keys of combinations whose last environment is left for whoever needs it next.
    """
    zero_s = time.monotonic() - max((trial.start_s + trial.wall_s for trial in state.trials), default=0.0)
    found = {one.key: one for one in combinations(state.plan)}
    slots = schedule(tuple(found.values()), state.plan.rounds)
    finished = {trial.order for trial in state.trials}
    last = {slot.seat.arm: slot.order for slot in slots}
    began_s, done = time.monotonic(), 0
    for number, slot in enumerate(slots, start=1):
        combination = found[slot.seat.arm]
        if slot.order in finished or _hopeless(state.of(combination.key)):
            continue
        objection = budget.objection(slot, combination, state.trials, elapsed_s=time.monotonic() - zero_s)
        if objection is not None:
            state = state.having(left_out=() if objection in state.left_out else (objection,))
            continue
        place = Place(slot.round, slot.order, slot.seat.role, zero_s)
        trial = installer.install(combination, place)
        state = state.having(trials=(trial,))
        if trial.succeeded and all(one.key != combination.key for one in state.inspections):
            state = state.having(inspections=(inspect(combination),))
        if not (trial.succeeded and slot.order == last[combination.key] and combination.key in stays):
            installer.clear(combination)
        keep(state)
        problem = trial.failure.headline if trial.failure else None
        done += 1
        left_s = seconds_left(time.monotonic() - began_s, done, len(slots) - number)
        watch(
            Progress(number, len(slots), combination.key, INSTALL, None if problem else trial.wall_s, problem, left_s)
        )
    return state


def _hopeless(trials: Sequence[Trial]) -> bool:
    return len(trials) >= FAILURES_ENOUGH and not any(trial.succeeded for trial in trials)
