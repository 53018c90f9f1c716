"""Benchmarks in the environments of a run: one of each kind, interleaved, with an A/A control."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from envkb.bench.document import Document, Listed
from envkb.bench.measure import (
    SAMPLES_OF_A_ROUND,
    BenchResult,
    Survey,
    Taken,
    Target,
    collect,
    key_of,
    survey,
    take_slots,
)
from envkb.bench.schedule import Slot, interleave
from envkb.bench.suites import SuiteSpec
from envkb.errors import UsageError
from envkb.experiment.run.budget import Budget
from envkb.experiment.run.conduct import Keep, Progress, Watch, seconds_left
from envkb.experiment.run.state import BenchSlot, RunState
from envkb.process import Runner

BENCHMARK: Final = "benchmark"
SURVEYED: Final = -1
"""The order of what was found before the schedule: what suites have, or why they cannot be used."""


def bench_all(
    state: RunState,
    arms: Mapping[str, tuple[Target, Sequence[SuiteSpec]]],
    *,
    runner: Runner,
    timeout_s: float,
    keep: Keep,
    watch: Watch,
    budget: Budget,
) -> RunState:
    """Run what is left of the benchmarks, and return the state with it.

    Args:
        state: What was done before.
        arms: The interpreter of each arm and its suites, by key of its combination.
        runner: Starts processes.
        timeout_s: Seconds that each benchmark may take.
        keep: Takes the state after every slot.
        watch: Is told of every slot.
        budget: What the run may cost; the first round of benchmarks always takes place.

    Raises:
        UsageError: What was done before was done by other benchmarks than there are now.
    """
    if not any(specs for _, specs in arms.values()):
        return state
    targets = {arm: target for arm, (target, _) in arms.items()}
    surveys = {
        arm: tuple(survey(targets[arm], spec, runner=runner, timeout_s=timeout_s) for spec in specs)
        for arm, (_, specs) in arms.items()
    }
    state = _with_surveys(state, surveys)
    slots = _slots(surveys, state.plan.rounds)
    earlier = tuple(_earlier(state, slots, surveys))
    left = slots[len(earlier) :]
    taken = take_slots(
        left, targets, surveys, runner=runner, samples=SAMPLES_OF_A_ROUND, earlier=earlier, timeout_s=timeout_s
    )
    pace = _Pace(state, earlier)
    for number, slot in enumerate(left, start=len(earlier) + 1):
        objection = pace.objection(slot, budget)
        if objection is not None:
            return state.having(left_out=() if objection in state.left_out else (objection,))
        one = next(taken)
        pace.round = slot.round
        arm = slot.seat.arm
        state = state.having(bench=(BenchSlot(arm=arm, order=one.slot.order, document=one.document),))
        keep(state)
        problem = next((result.problem.message for result in one.document.results if result.problem), None)
        watch(
            Progress(
                number, len(slots), f"{arm} {slot.benchmark}", BENCHMARK, None, problem, pace.left_s(number, len(slots))
            )
        )
    return state


def _earlier(state: RunState, slots: Sequence[Slot], surveys: Mapping[str, Sequence[Survey]]) -> Iterator[Taken]:
    """Yield the slots that were taken before the run was interrupted: they were taken in order."""
    taken = {one.order: one for one in state.bench if one.order != SURVEYED}
    listed = {
        (arm, key_of(seen.spec, case)): case for arm, own in surveys.items() for seen in own for case in seen.cases
    }
    for slot in slots:
        one = taken.pop(slot.order, None)
        if one is None:
            break
        if not _is_of(one, slot, listed[slot.seat.arm, slot.benchmark]):
            raise _changed(state, slot.benchmark)
        yield Taken(slot, one.document)
    if taken:
        raise _changed(state, "there are fewer")


def _is_of(one: BenchSlot, slot: Slot, case: Listed) -> bool:
    own = (case.suite, case.case, case.version)
    return one.arm == slot.seat.arm and all((row.suite, row.case, row.version) == own for row in one.document.results)


def _changed(state: RunState, what: str) -> UsageError:
    return UsageError(
        f"{state.run_id} cannot go on: its benchmarks have changed since it began ({what})",
        hint="begin anew: samples of two versions of a benchmark are never put together",
    )


class _Pace:
    """Tells how long the benchmarks of a run have taken, and whether one more round of them fits.

    Attributes:
        round: The round that has begun; it goes to its end, since half of one tells nothing.
    """

    def __init__(self, state: RunState, earlier: Sequence[Taken]) -> None:
        self.round = max((one.slot.round for one in earlier), default=0)
        starts = (start for one in earlier for result in one.document.results for start in result.starts_s)
        self._began_s, self._earlier = time.monotonic(), len(earlier)
        self._zero_s = self._began_s - max(starts, default=0.0)
        self._installs_s = max((trial.start_s + trial.wall_s for trial in state.trials), default=0.0)

    def left_s(self, done: int, total: int) -> float:
        return seconds_left(time.monotonic() - self._began_s, done - self._earlier, total - done)

    def objection(self, slot: Slot, budget: Budget) -> str | None:
        if slot.round == self.round or budget.seconds is None:
            return None
        elapsed_s = time.monotonic() - self._zero_s
        if self._installs_s + elapsed_s + elapsed_s / slot.round <= budget.seconds:
            return None
        return f"benchmarks, round {slot.round + 1} and later: they would not fit into {budget.seconds:g} s"


def bench_of(state: RunState, arm: str) -> BenchResult | None:
    """Return what the benchmarks of one arm showed; None where none were run in it."""
    documents = [one.document for one in state.bench if one.arm == arm]
    return collect(documents) if documents else None


def _with_surveys(state: RunState, surveys: Mapping[str, Sequence[Survey]]) -> RunState:
    told = {one.arm for one in state.bench if one.order == SURVEYED}
    found: list[BenchSlot] = []
    for arm, own in surveys.items():
        documents = [seen.document.model_copy(update={"cases": ()}) for seen in own]
        if arm not in told:
            found += [BenchSlot(arm=arm, order=SURVEYED, document=_plain(document)) for document in documents]
    return state.having(bench=tuple(found))


def _plain(document: Document) -> Document:
    return document.model_copy(update={"results": ()})


def _slots(surveys: Mapping[str, Sequence[Survey]], rounds: int) -> tuple[Slot, ...]:
    # What happens only once happened when the environment was made: the first import is a measurement of the install.
    keys = {
        arm: tuple(key_of(seen.spec, case) for seen in own for case in seen.cases if not case.once)
        for arm, own in surveys.items()
    }
    keys = {arm: own for arm, own in keys.items() if own}
    return interleave(keys, rounds, control=next(iter(keys))) if keys else ()
