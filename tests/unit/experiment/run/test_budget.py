import pytest

from envkb.bench.schedule import Seat, Slot
from envkb.errors import UsageError
from envkb.experiment.run.budget import Budget, parse_budget
from run_plans import make_plan, make_trial, one_of

GB = 10**9
COLD = one_of(make_plan("demo", caches=("cold",), bytecode=("default",)))
WARM = one_of(make_plan("demo", caches=("warm",), bytecode=("default",)))


def slot(number: int, key: str = COLD.key) -> Slot:
    return Slot(number, number, Seat(key), "install")


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("2h,20GB", Budget(7200, 20 * GB)),
        ("500 MB", Budget(None, 500_000_000)),
        ("30m", Budget(1800)),
        ("1gib", Budget(None, 2**30)),
    ],
)
def test_a_budget_is_time_and_downloads(text: str, budget: Budget) -> None:
    assert parse_budget(text) == budget


@pytest.mark.parametrize("text", ["", "much", "2h,3h", "20"])
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="budget"):
        parse_budget(text)


def test_the_first_round_always_takes_place() -> None:
    assert Budget(0.1, 1).objection(slot(0), COLD, (), elapsed_s=100) is None


def test_rounds_that_would_end_too_late_are_left_out() -> None:
    trials = (make_trial(COLD.key, 0, wall_s=30.0),)
    assert Budget(60).objection(slot(1), COLD, trials, elapsed_s=29) is None
    assert "round 2" in str(Budget(60).objection(slot(1), COLD, trials, elapsed_s=31))


def test_downloads_count_against_the_budget_and_warm_rounds_cost_none() -> None:
    trials = (make_trial(COLD.key, 0, received_bytes=GB // 2),)
    budget = Budget(None, GB)
    assert budget.objection(slot(1), COLD, trials, elapsed_s=0) is None
    trials = (*trials, make_trial(COLD.key, 1, received_bytes=GB // 2))
    assert "would not fit into 1 GB" in str(budget.objection(slot(2), COLD, trials, elapsed_s=0))
    assert budget.objection(slot(2), WARM, trials, elapsed_s=0) is None


def test_above_a_gigabyte_one_cold_round_is_enough() -> None:
    trials = (make_trial(COLD.key, 0, received_bytes=2 * GB),)
    assert "more than one cold round" in str(Budget().objection(slot(1), COLD, trials, elapsed_s=0))
    assert Budget().objection(slot(1), WARM, trials, elapsed_s=0) is None
