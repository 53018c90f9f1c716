"""Benchmarks in the environments of a run: one of each kind, interleaved, with an A/A control."""

from collections.abc import Mapping, Sequence
from typing import Final

from envkb.bench.document import Document
from envkb.bench.measure import SAMPLES_OF_A_ROUND, BenchResult, Survey, Target, collect, key_of, survey, take_slots
from envkb.bench.schedule import Slot, interleave
from envkb.bench.suites import SuiteSpec
from envkb.experiment.run.conduct import Keep, Progress, Watch
from envkb.experiment.run.state import BenchSlot, RunState
from envkb.process import Runner

BENCHMARK: Final = "benchmark"
SURVEYED: Final = -1
"""The order of what was found before the schedule: what suites have, or why they cannot be used."""


def bench_all(
    state: RunState,
    targets: Mapping[str, Target],
    specs: Mapping[str, Sequence[SuiteSpec]],
    *,
    runner: Runner,
    timeout_s: float,
    keep: Keep,
    watch: Watch,
) -> RunState:
    """Run what is left of the benchmarks, and return the state with it.

    Args:
        state: What was done before.
        targets: The interpreter of each arm, by key of its combination.
        specs: The suites of each arm.
        runner: Starts processes.
        timeout_s: Seconds that each benchmark may take.
        keep: Takes the state after every slot.
        watch: Is told of every slot.
    """
    if not targets or not any(specs.values()):
        return state
    surveys = {
        arm: tuple(survey(targets[arm], spec, runner=runner, timeout_s=timeout_s) for spec in specs[arm])
        for arm in targets
    }
    state = _with_surveys(state, surveys)
    slots = _slots(surveys, state.plan.rounds)
    done = {one.order for one in state.bench}
    left = [slot for slot in slots if slot.order not in done]
    taken = take_slots(left, targets, surveys, runner=runner, samples=SAMPLES_OF_A_ROUND, timeout_s=timeout_s)
    for number, one in enumerate(taken, start=len(slots) - len(left) + 1):
        arm = one.slot.seat.arm
        state = state.having(bench=(BenchSlot(arm=arm, order=one.slot.order, document=one.document),))
        keep(state)
        problem = next((result.problem.message for result in one.document.results if result.problem), None)
        watch(Progress(number, len(slots), f"{arm} {one.slot.benchmark}", BENCHMARK, None, problem))
    return state


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
