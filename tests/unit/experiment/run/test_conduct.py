"""The order of a run, its interruptions and its limits, with an installer that installs nothing."""

from pathlib import Path
from typing import Any

import pytest

from envkb.experiment.clock import present
from envkb.experiment.run.budget import Budget
from envkb.experiment.run.cells import Combination, combinations
from envkb.experiment.run.conduct import FAILURES_ENOUGH, Progress, control_of, install_all, schedule
from envkb.experiment.run.install import Place
from envkb.experiment.run.state import Inspection, RunState, StateFolder, begin, unfinished
from envkb.experiment.run.trial import Trial
from run_plans import make_failure, make_plan, make_trial

PLAN = make_plan("demo", managers=("uv", "pip"), caches=("warm",), bytecode=("default",), rounds=4)


class Bench:
    """Installs nothing, keeps what it was asked for, and may be interrupted or fail."""

    def __init__(self, *, stop_after: int | None = None, failing: str = "", received: int = 0) -> None:
        self.asked: list[tuple[int, str, str]] = []
        self.inspected: list[str] = []
        self.cleared: list[str] = []
        self.saved: list[RunState] = []
        self.seen: list[Progress] = []
        self._stop_after = stop_after
        self._failing = failing
        self._received = received

    def install(self, combination: Combination, place: Place) -> Trial:
        if len(self.asked) == self._stop_after:
            raise KeyboardInterrupt
        self.asked.append((place.order, combination.arm, place.role))
        failure = make_failure() if combination.arm == self._failing else None
        return make_trial(
            combination.key,
            place.order,
            round=place.round,
            role=place.role,
            failure=failure,
            received_bytes=self._received,
        )

    def clear(self, combination: Combination) -> None:
        self.cleared.append(combination.key)

    def inspect(self, combination: Combination) -> Inspection:
        self.inspected.append(combination.key)
        return Inspection(key=combination.key, size=None, snapshot="{}")

    def carry_out(self, state: RunState, budget: Budget | None = None, stays: tuple[str, ...] = ()) -> RunState:
        installer: Any = self
        return install_all(
            state,
            installer,
            inspect=self.inspect,
            keep=self.saved.append,
            watch=self.seen.append,
            budget=budget or Budget(),
            stays=stays,
        )


def test_arms_take_turns_and_the_control_appears_twice() -> None:
    bench = Bench()
    bench.carry_out(begin(PLAN, present()))
    first, second = bench.asked[:3], bench.asked[3:6]
    assert [(arm, role) for _, arm, role in first] == [("uv", "subject"), ("pip", "subject"), ("uv", "control")]
    assert [(arm, role) for _, arm, role in second] == [("uv", "control"), ("pip", "subject"), ("uv", "subject")]
    assert len(bench.asked) == 12
    assert len(bench.inspected) == 2


def test_the_control_costs_no_download_where_a_warm_combination_is_there() -> None:
    plan = make_plan("demo", managers=("uv",), bytecode=("default",))
    assert control_of(combinations(plan)) == "demo/uv/warm/default"
    cold = make_plan("demo", managers=("uv",), caches=("cold",), bytecode=("default",))
    assert control_of(combinations(cold)) == "demo/uv/cold/default"
    assert schedule(combinations(make_plan(environments=({"name": "ml", "target": "/opt"},))), 3) == ()


def test_what_was_interrupted_goes_on_where_it_stopped(tmp_path: Path) -> None:
    state = begin(PLAN, present())
    folder = StateFolder(tmp_path, state.run_id)
    first = Bench(stop_after=5)
    with pytest.raises(KeyboardInterrupt):
        first.carry_out(state)
    folder.save(first.saved[-1])
    assert unfinished(tmp_path) == (state.run_id,)
    second = Bench()
    done = second.carry_out(folder.load())
    assert [order for order, _, _ in first.asked + second.asked] == list(range(12))
    assert [trial.order for trial in done.trials] == list(range(12))
    assert second.inspected == []
    folder.remove()
    assert unfinished(tmp_path) == ()


def test_an_arm_that_only_fails_is_given_up_and_the_other_goes_on() -> None:
    bench = Bench(failing="pip")
    state = bench.carry_out(begin(PLAN, present()))
    assert len(state.of("demo/pip/warm/default")) == FAILURES_ENOUGH
    assert len(state.of("demo/uv/warm/default")) == 8
    assert {told.problem for told in bench.seen if "pip" in told.key} == {"error: the index went away"}


def test_what_does_not_fit_is_left_out_once_and_said() -> None:
    plan = make_plan("demo", managers=("uv",), bytecode=("default",), rounds=4)
    bench = Bench(received=3 * 10**9)
    state = bench.carry_out(begin(plan, present()))
    assert len(state.of("demo/uv/cold/default")) == 1
    assert len(state.of("demo/uv/warm/default")) == 8
    assert len(state.left_out) == 1


def test_the_last_environment_of_an_arm_that_is_needed_later_is_left() -> None:
    bench = Bench()
    bench.carry_out(begin(PLAN, present()), stays=("demo/uv/warm/default",))
    assert bench.cleared.count("demo/uv/warm/default") == 7
    assert bench.cleared.count("demo/pip/warm/default") == 4


def test_nothing_is_left_of_an_arm_whose_last_round_failed() -> None:
    bench = Bench(failing="pip")
    bench.carry_out(begin(PLAN, present()), stays=("demo/pip/warm/default",))
    assert bench.cleared.count("demo/pip/warm/default") == FAILURES_ENOUGH
