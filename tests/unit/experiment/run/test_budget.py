from typing import Literal

import pytest

from envkb.bench.schedule import Seat, Slot
from envkb.errors import UsageError
from envkb.experiment.run.budget import Budget, parse_budget, size_text
from envkb.model.plan import Plan
from run_plans import make_import, make_plan, make_trial, one_of

GB = 10**9
COLD = one_of(make_plan("demo", caches=("cold",), bytecode=("default",)))
WARM = one_of(make_plan("demo", caches=("warm",), bytecode=("default",)))


def slot(number: int, key: str = COLD.key, role: Literal["subject", "control"] = "subject") -> Slot:
    return Slot(number, number, Seat(key, role), "install")


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("2h,20GB", Budget(7200, 20 * GB)),
        ("500 MB", Budget(None, 500_000_000)),
        ("30m", Budget(1800)),
        ("1gib", Budget(None, 2**30)),
        ("5MB", Budget(None, 5_000_000)),
        ("10s", Budget(10)),
        ("1.5h , 2.5 GB", Budget(5400, 2_500_000_000)),
        ("0s", Budget(0)),
    ],
)
def test_a_budget_is_time_and_downloads(text: str, budget: Budget) -> None:
    assert parse_budget(text) == budget


@pytest.mark.parametrize(
    "text", ["", "much", "2h,3h", "20", "0", "-1h", "2h,", "1e3s", "2 hours", "5GB5", "nan s", "1m,5MB,1m"]
)
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


def test_a_round_that_has_begun_goes_to_its_end() -> None:
    trials = (make_trial(COLD.key, 0, wall_s=10.0), make_trial(COLD.key, 1, wall_s=10.0))
    assert Budget(30).objection(slot(1), COLD, trials, elapsed_s=29) is None
    assert "round 3" in str(Budget(30).objection(slot(2), COLD, trials, elapsed_s=29))


def test_installs_leave_half_of_the_time_to_benchmarks() -> None:
    half = Budget(60, GB).for_installs()
    assert half == Budget(30, GB, shared=True)
    assert "30 s, half of the time" in str(half.objection(slot(1), COLD, (), elapsed_s=31))
    assert Budget(None, GB).for_installs() == Budget(None, GB)


def test_a_round_takes_what_its_installs_and_imports_do_and_not_what_only_the_first_one_did() -> None:
    # Caches were filled for 500 s between these two.
    trials = (
        make_trial(COLD.key, 0, start_s=0.0, wall_s=10.0),
        make_trial(WARM.key, 1, round=0, start_s=510.0, wall_s=10.0, imports=(make_import(),)),
    )
    assert Budget(545).objection(slot(1), COLD, trials, elapsed_s=522) is None
    assert Budget(545).objection(slot(1), COLD, trials, elapsed_s=524) is not None


def test_a_control_that_would_be_downloaded_once_more_is_left_out_from_the_first_round_on() -> None:
    large = (make_trial(COLD.key, 0, received_bytes=2 * GB),)
    small = (make_trial(COLD.key, 0, received_bytes=GB // 2),)
    again = slot(0, role="control")
    assert "more than one cold round" in str(Budget().objection(again, COLD, large, elapsed_s=0))
    assert "would not fit into 700 MB" in str(Budget(None, 7 * GB // 10).objection(again, COLD, small, elapsed_s=0))
    assert Budget().objection(again, COLD, small, elapsed_s=0) is None


def test_what_fills_a_warm_cache_counts_as_a_download() -> None:
    trials = (
        make_trial(COLD.key, 0, received_bytes=GB // 2),
        make_trial(WARM.key, 1, round=0, filling_bytes=GB // 2),
    )
    assert "would not fit into 1.2 GB" in str(Budget(None, 12 * GB // 10).objection(slot(1), COLD, trials, elapsed_s=0))
    assert Budget(None, 15 * GB // 10).objection(slot(1), COLD, trials, elapsed_s=0) is None


BOTH = make_plan("demo", managers=("uv", "pip"), bytecode=("default",), exclude=({"manager": "pip", "cache": "cold"},))


def test_cold_caches_are_left_out_where_no_round_of_them_fits_and_the_warm_stay() -> None:
    downloads = {"demo-uv": 3 * GB, "demo-pip": 3 * GB}
    plan, told = Budget(None, 8 * GB).fitted(BOTH, downloads)
    assert (plan.caches, plan.exclude) == (("warm",), ())
    assert told == (
        "cold caches: one round of them would download 3 GB, beside 6 GB for warm ones: that does not fit into 8 GB",
    )


@pytest.mark.parametrize(
    ("limit", "downloads"),
    [
        (None, {"demo-uv": 3 * GB, "demo-pip": 3 * GB}),
        (9 * GB, {"demo-uv": 3 * GB, "demo-pip": 3 * GB}),
        (1, {"demo-uv": 3 * GB, "demo-pip": None}),
        (1, {}),
    ],
)
def test_a_plan_that_fits_or_whose_size_nobody_knows_stays(limit: int | None, downloads: dict[str, int | None]) -> None:
    assert Budget(None, limit).fitted(BOTH, downloads) == (BOTH, ())


@pytest.mark.parametrize("plan", [BOTH, make_plan("demo", managers=("uv", "pip"), caches=("cold",))])
def test_a_budget_that_holds_no_download_by_each_manager_starts_nothing(plan: Plan) -> None:
    with pytest.raises(UsageError, match="and the budget 5 MB"):
        Budget(None, 5_000_000).fitted(plan, {"demo-uv": 3 * GB, "demo-pip": 3 * GB})


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 MB"), (5_000_000, "5 MB"), (GB, "1 GB"), (2_520_000_000, "2.52 GB")]
)
def test_sizes_are_told_for_people(number: int, text: str) -> None:
    assert size_text(number) == text
