from collections.abc import Callable, Iterator
from itertools import cycle, repeat

import pytest

from envkb.bench.worker.case import DiscardedError, Work
from envkb.bench.worker.request import FULL, Effort, Request, effort_of
from envkb.bench.worker.sampling import take_samples, warm_up

EFFORT = Effort(samples=6, sample_s=0.05, warmup_s=0.0, budget_s=60.0)


class Pretended:
    """Work that takes as long as a test says, without taking it."""

    def __init__(self, seconds: Iterator[float]) -> None:
        self.asked: list[int] = []
        self._seconds = seconds

    def __call__(self, loops: int) -> float:
        self.asked.append(loops)
        return next(self._seconds) * loops


def never() -> None:
    return None


def test_iterations_grow_until_a_sample_is_long_enough() -> None:
    sample = Pretended(repeat(0.001))
    loops, thrown = warm_up(Work(sample), EFFORT)
    assert 0.05 <= loops * 0.001 < 0.1
    assert thrown == len(sample.asked)


def test_one_long_sample_does_not_end_the_calibration() -> None:
    sample = Pretended(iter([1.0, *[0.001] * 20]))
    loops, _ = warm_up(Work(sample), EFFORT)
    assert loops * 0.001 >= 0.05


def test_work_that_takes_no_time_ends_at_a_limit() -> None:
    loops, _ = warm_up(Work(Pretended(repeat(0.0))), EFFORT)
    assert loops == 10**7


def test_given_iterations_are_not_calibrated() -> None:
    sample = Pretended(repeat(0.001))
    assert warm_up(Work(sample), EFFORT._replace(loops=3)) == (3, 1)
    assert sample.asked == [3]


def test_work_that_takes_longer_than_the_budget_is_warmed_up_once() -> None:
    assert warm_up(Work(Pretended(repeat(100.0))), EFFORT) == (1, 1)


def test_work_of_one_iteration_is_thrown_away_as_often_as_it_says() -> None:
    sample = Pretended(repeat(0.001))
    assert warm_up(Work(sample, warmups=2), EFFORT) == (1, 2)
    assert sample.asked == [1, 1]


def test_samples_are_seconds_of_one_iteration() -> None:
    samples = take_samples(Work(Pretended(repeat(0.02))), EFFORT._replace(loops=5), never)
    assert samples.values == pytest.approx([0.02] * 6)
    assert samples.starts == sorted(samples.starts)
    assert (samples.loops, samples.discarded, samples.iterations) == (5, 0, 30)


def test_instruments_start_when_the_work_is_warm() -> None:
    sample = Pretended(repeat(0.001))
    warm_after: list[int] = []
    take_samples(Work(sample), EFFORT, never, lambda: warm_after.append(len(sample.asked)))
    assert warm_after == [len(sample.asked) - EFFORT.samples]


def test_a_few_samples_are_taken_when_the_time_is_over() -> None:
    samples = take_samples(Work(Pretended(repeat(0.001)), warmups=0), EFFORT._replace(budget_s=0.0), never)
    assert len(samples.values) == EFFORT.fewest


def test_discarded_samples_are_counted_with_their_reasons() -> None:
    reasons = cycle(["too hot", None])
    samples = take_samples(Work(Pretended(repeat(1.0)), warmups=0), EFFORT, lambda: next(reasons))
    assert len(samples.values) == 6
    assert len(samples.starts) == 6
    assert samples.discarded == 6
    assert samples.reasons == ["too hot"]


def test_what_objects_to_every_sample_is_a_circumstance() -> None:
    samples = take_samples(Work(Pretended(repeat(1.0)), warmups=0), EFFORT, lambda: "always hot")
    assert len(samples.values) == 6
    assert samples.discarded == 6


def discarding(every: int) -> Callable[[int], float]:
    count = iter(range(1, 1000))

    def sample(_: int) -> float:
        if next(count) % every == 0:
            raise DiscardedError("it was warm")
        return 1.0

    return sample


def test_work_can_discard_its_own_samples() -> None:
    samples = take_samples(Work(discarding(2), warmups=0), EFFORT, never)
    assert (len(samples.values), samples.discarded, samples.reasons) == (6, 5, ["it was warm"])


@pytest.mark.parametrize("budget_s", [60.0, 0.0])
def test_work_that_discards_every_sample_ends(budget_s: float) -> None:
    with pytest.raises(DiscardedError, match="it was warm"):
        take_samples(Work(discarding(1), warmups=0), EFFORT._replace(budget_s=budget_s), never)


def test_a_round_is_shorter_than_a_whole_measurement() -> None:
    alone, one_round = effort_of(Request("numpy", FULL)), effort_of(Request("numpy", FULL, samples=5, loops=7))
    assert one_round.budget_s < alone.budget_s
    assert (one_round.samples, one_round.loops, one_round.fewest) == (5, 7, 1)
