"""Benchmarks of a run: what is left after an interruption, and what a budget leaves out."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from envkb.bench.measure import Target
from envkb.bench.suites import SuiteSpec
from envkb.errors import UsageError
from envkb.experiment.clock import present
from envkb.experiment.run.benchmarks import SURVEYED, bench_all
from envkb.experiment.run.budget import Budget
from envkb.experiment.run.state import RunState, begin
from envkb.process import Completed, run
from run_plans import make_plan

if TYPE_CHECKING:
    from envkb.bench.document import Document
    from envkb.experiment.run.conduct import Progress

ROUNDS = 4
SPEC = SuiteSpec("command", command=(sys.executable, "-c", "pass"))


class Counting:
    """Runs real workers, keeps what they were asked for, and may be interrupted."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self._stop_after = stop_after

    def __call__(
        self,
        args: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout_s: float = 60.0,
    ) -> Completed:
        request = json.loads(args[-1])
        if request["case"] and len(self.asked) == self._stop_after:
            raise KeyboardInterrupt
        self.asked += [request] if request["case"] else []
        return run(args, stdin=stdin, env=env, cwd=cwd, timeout_s=timeout_s)


def carry_out(runner: Counting, state: RunState, saved: list[RunState], budget: Budget | None = None) -> RunState:
    seen: list[Progress] = []
    return bench_all(
        state,
        {"env/ml": (Target(Path(sys.executable)), [SPEC])},
        runner=runner,
        timeout_s=60.0,
        keep=saved.append,
        watch=seen.append,
        budget=budget or Budget(),
    )


def new() -> RunState:
    return begin(make_plan(environments=({"name": "ml", "target": "/opt"},), rounds=ROUNDS), present())


def taken(state: RunState) -> list[int]:
    return [one.order for one in state.bench if one.order != SURVEYED]


def test_benchmarks_go_on_where_they_were_interrupted_with_the_same_loops_and_clock() -> None:
    first, saved = Counting(stop_after=3), []
    with pytest.raises(KeyboardInterrupt):
        carry_out(first, new(), saved)
    second: list[RunState] = []
    runner = Counting()
    done = carry_out(runner, saved[-1], second)
    assert [row["order"] for row in first.asked + runner.asked] == list(range(2 * ROUNDS))
    assert taken(done) == list(range(2 * ROUNDS))
    loops = {result.loops for one in done.bench for result in one.document.results}
    assert len(loops) == 1
    starts = [result.starts_s[0] for one in done.bench for result in one.document.results]
    assert starts == sorted(starts)
    assert sum(one.order == SURVEYED for one in done.bench) == 1


def older(document: "Document") -> "Document":
    return document.model_copy(
        update={"results": [row.model_copy(update={"version": "0"}) for row in document.results]}
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"document": older}, "command:quick"),
        ({"arm": lambda _: "env/other"}, "command:quick"),
        ({"order": lambda order: order + 2 * ROUNDS}, "there are fewer"),
    ],
)
def test_samples_of_changed_benchmarks_are_not_put_together(
    change: dict[str, Callable[[Any], Any]], words: str
) -> None:
    saved: list[RunState] = []
    with pytest.raises(KeyboardInterrupt):
        carry_out(Counting(stop_after=2), new(), saved)
    surveyed, *others = saved[-1].bench
    ((name, make),) = change.items()
    changed = [one.model_copy(update={name: make(getattr(one, name))}) for one in others]
    state = saved[-1].model_copy(update={"bench": (surveyed, *changed)})
    runner = Counting()
    with pytest.raises(UsageError, match="cannot go on") as caught:
        carry_out(runner, state, [])
    assert words in caught.value.message
    assert runner.asked == []


def test_a_budget_leaves_out_rounds_but_the_first_and_says_so_once() -> None:
    runner, saved = Counting(), []
    state = carry_out(runner, new(), saved, Budget(seconds=1e-6))
    assert taken(state) == [0, 1]
    assert state.left_out == ("benchmarks, round 2 and later: they would not fit into 1e-06 s",)
    again = carry_out(Counting(), state, saved, Budget(seconds=1e-6))
    assert (taken(again), again.left_out) == ([0, 1], state.left_out)


def test_a_round_of_benchmarks_that_has_begun_goes_to_its_end() -> None:
    saved: list[RunState] = []
    with pytest.raises(KeyboardInterrupt):
        carry_out(Counting(stop_after=3), new(), saved)
    assert taken(saved[-1])[-1] == 2
    state = carry_out(Counting(), saved[-1], saved, Budget(seconds=1e-6))
    assert taken(state) == [0, 1, 2, 3]
    assert state.left_out == ("benchmarks, round 3 and later: they would not fit into 1e-06 s",)


def test_without_a_limit_nothing_is_left_out() -> None:
    state = carry_out(Counting(), new(), [], Budget(received_bytes=1))
    assert (len(taken(state)), state.left_out) == (2 * ROUNDS, ())
