import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envkb.assess.statistics import (
    FEWEST_ROUNDS,
    Estimate,
    control_fails,
    control_shows_as_much,
    judge,
    paired_ratio,
    ratio_between_runs,
    rounds_beside,
    rounds_to_decide,
)
from envkb.errors import ToolMissingError

OPPOSITE = {"faster": "slower", "slower": "faster", "equivalent": "equivalent", "cannot tell": "cannot tell"}
TIMES = st.floats(min_value=1e-6, max_value=1e4)
PAIRS = st.lists(st.tuples(TIMES, TIMES), min_size=FEWEST_ROUNDS, max_size=12)


def rounds(
    ratio: float, count: int, seed: int, *, noise: float = 0.03, heavy: bool = False
) -> list[tuple[float, float]]:
    """Return rounds of a known ratio; a round's own luck falls on both of its samples."""
    draw = random.Random(seed)
    pairs = []
    for _ in range(count):
        shared = draw.lognormvariate(0, 0.3) * (3 if heavy and draw.random() < 0.2 else 1)
        own, other = (draw.lognormvariate(0, noise) * (1.5 if heavy and draw.random() < 0.1 else 1) for _ in "ab")
        pairs.append((shared * own, shared * other * ratio))
    return pairs


def estimate(low: float, ratio: float, high: float, count: int = 30) -> Estimate:
    return Estimate(ratio=ratio, low=low, high=high, count=count)


@pytest.mark.parametrize(
    ("held", "better", "verdict"),
    [
        (estimate(1.07, 1.10, 1.13), "lower", "slower"),
        (estimate(1.07, 1.10, 1.13), "higher", "faster"),
        (estimate(0.85, 0.90, 0.93), "lower", "faster"),
        (estimate(0.85, 0.90, 0.93), "higher", "slower"),
        (estimate(0.98, 1.00, 1.02), "lower", "equivalent"),
        (estimate(1.01, 1.02, 1.04), "lower", "equivalent"),
        (estimate(0.99, 1.00, 1.06), "lower", "cannot tell"),
        (estimate(1.01, 1.03, 1.06), "lower", "cannot tell"),
        (estimate(0.99, 1.10, 1.20), "lower", "cannot tell"),
        (estimate(1.07, 1.10, 1.13), None, "cannot tell"),
        (estimate(0.98, 1.00, 1.02), None, "equivalent"),
        (estimate(1.0, 1.0, 1.0), "lower", "equivalent"),
    ],
)
def test_a_winner_needs_a_ratio_beyond_the_margin_and_an_interval_without_one(
    held: Estimate, better: str | None, verdict: str
) -> None:
    assert judge(held, 0.05, better) == verdict  # type: ignore[arg-type]  # one of the directions


def test_a_wider_margin_makes_a_small_difference_none() -> None:
    held = estimate(1.07, 1.10, 1.13)
    assert [judge(held, margin, "lower") for margin in (0.05, 0.12, 0.2)] == ["slower", "cannot tell", "equivalent"]


@pytest.mark.parametrize(
    ("held", "fails"),
    [
        (estimate(0.98, 1.00, 1.02), False),
        (estimate(1.001, 1.01, 1.02), False),
        (estimate(1.01, 1.03, 1.05), False),
        (estimate(1.03, 1.04, 1.05), True),
        (estimate(0.94, 0.95, 0.97), True),
        (estimate(0.9, 1.04, 1.2), False),
    ],
)
def test_a_control_fails_where_it_is_biased_for_certain(held: Estimate, fails: bool) -> None:  # noqa: FBT001 - table
    assert control_fails(held, 0.05) is fails


@settings(max_examples=25, deadline=None)
@given(PAIRS)
def test_swapping_the_sides_inverts_ratio_and_verdict(pairs: list[tuple[float, float]]) -> None:
    there, back = paired_ratio(pairs), paired_ratio([(other, own) for own, other in pairs])
    assert (1 / back.ratio, 1 / back.high, 1 / back.low) == pytest.approx((there.ratio, there.low, there.high))
    assert judge(back, 0.05, "lower") == OPPOSITE[judge(there, 0.05, "lower")]


@settings(max_examples=25, deadline=None)
@given(PAIRS, st.sampled_from((1e3, 1e-3, 1024.0, 60.0)))
def test_another_unit_changes_nothing(pairs: list[tuple[float, float]], unit: float) -> None:
    plain, scaled = paired_ratio(pairs), paired_ratio([(own * unit, other * unit) for own, other in pairs])
    assert (scaled.ratio, scaled.low, scaled.high) == pytest.approx((plain.ratio, plain.low, plain.high), rel=1e-9)


def test_the_order_of_rounds_changes_the_ratio_not_at_all_and_the_interval_hardly() -> None:
    pairs = rounds(1.1, 30, 3)
    shuffled = random.Random(5).sample(pairs, len(pairs))
    one, other = paired_ratio(pairs), paired_ratio(shuffled)
    assert one.ratio == other.ratio
    assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=0.01)


def test_the_same_seed_gives_the_same_interval_and_another_one_nearly_the_same() -> None:
    pairs = rounds(1.1, 30, 3)
    assert paired_ratio(pairs, seed=7) == paired_ratio(pairs, seed=7)
    assert paired_ratio(pairs, seed=8).low == pytest.approx(paired_ratio(pairs, seed=7).low, rel=0.01)


def test_what_slows_whole_rounds_down_falls_out() -> None:
    calm = [(0.1, 0.11)] * 10
    troubled = [(own * slow, other * slow) for (own, other), slow in zip(calm, range(1, 11), strict=True)]
    assert paired_ratio(troubled).ratio == pytest.approx(1.1)
    assert paired_ratio(troubled).high == pytest.approx(1.1)


@pytest.mark.parametrize("count", [5, 6, 7, 9, 10, 30])
@pytest.mark.parametrize("heavy", [False, True])
def test_the_interval_holds_the_truth_as_often_as_it_says(count: int, heavy: bool) -> None:  # noqa: FBT001 - table
    held = 0
    for seed in range(200):
        found = paired_ratio(rounds(1.1, count, seed, heavy=heavy))
        held += found.low <= 1.1 <= found.high
    assert held / 200 >= (0.91 if count == FEWEST_ROUNDS else 0.93)


def test_one_round_that_is_a_hundred_times_off_turns_no_verdict() -> None:
    held = [(1.0, 1.001)] * 9
    for odd in ((1.0, 100.0), (100.0, 1.0)):
        assert judge(paired_ratio([*held, odd]), 0.05, "lower") == "equivalent"


def test_a_clock_of_few_ticks_makes_no_winner_of_nothing() -> None:
    ticks = [(2.0, 3.0), (3.0, 2.0)] * 5
    assert judge(paired_ratio(ticks), 0.05, "lower") == "cannot tell"


@pytest.mark.parametrize("heavy", [False, True])
def test_nothing_is_hardly_ever_called_a_difference(heavy: bool) -> None:  # noqa: FBT001 - table
    verdicts = [judge(paired_ratio(rounds(1.0, 30, seed, heavy=heavy)), 0.05, "lower") for seed in range(100)]
    assert verdicts.count("faster") + verdicts.count("slower") <= 1
    assert verdicts.count("equivalent") >= (90 if heavy else 98)


@pytest.mark.parametrize("heavy", [False, True])
def test_a_tenth_is_found(heavy: bool) -> None:  # noqa: FBT001 - table
    verdicts = [judge(paired_ratio(rounds(1.1, 30, seed, heavy=heavy)), 0.05, "lower") for seed in range(100)]
    assert verdicts.count("slower") >= 97
    assert "faster" not in verdicts


def test_even_much_noise_is_no_difference() -> None:
    verdicts = [judge(paired_ratio(rounds(1.0, 30, seed, noise=0.3)), 0.05, "lower") for seed in range(100)]
    assert verdicts.count("faster") + verdicts.count("slower") <= 9  # the interval's own five of a hundred, and luck


@pytest.mark.parametrize("noise", [0.05, 0.1, 0.3])
def test_beside_a_control_even_a_busy_machine_makes_no_winner_of_nothing(noise: float) -> None:
    winners = 0
    for seed in range(150):
        draw = random.Random(seed)
        taken = [[draw.lognormvariate(0, noise) for _ in range(30)] for _ in range(3)]
        found, control = (paired_ratio(list(zip(taken[0], other, strict=True))) for other in taken[1:])
        different = judge(found, 0.05, "lower") in ("faster", "slower")
        winners += different and not control_shows_as_much(found, control)
    assert winners <= 3


def test_between_runs_the_spread_of_the_runs_decides() -> None:
    near = ratio_between_runs([1.0, 1.01, 0.99], [1.5, 1.52, 1.49], same_runs=False)
    far = ratio_between_runs([1.0, 1.4, 0.7], [1.5, 1.9, 1.1], same_runs=False)
    assert judge(near, 0.05, "lower") == "slower"
    assert judge(far, 0.05, "lower") == "cannot tell"


def test_what_varies_from_run_to_run_alike_falls_out_where_the_runs_are_the_same() -> None:
    ours, theirs = [1.0, 1.4, 0.7], [1.5, 2.12, 1.06]
    assert judge(ratio_between_runs(ours, theirs, same_runs=False), 0.05, "lower") == "cannot tell"
    assert judge(ratio_between_runs(ours, theirs, same_runs=True), 0.05, "lower") == "slower"


@pytest.mark.parametrize("same_runs", [True, False])
def test_three_runs_hold_the_truth_about_as_often_as_they_say(same_runs: bool) -> None:  # noqa: FBT001 - table
    held = 0
    for seed in range(400):
        draw = random.Random(seed)
        ours = [draw.lognormvariate(0, 0.1) for _ in range(3)]
        theirs = [1.2 * draw.lognormvariate(0, 0.1) for _ in range(3)]
        found = ratio_between_runs(ours, theirs, same_runs=same_runs)
        held += found.low <= 1.2 <= found.high
    assert held / 400 >= 0.92


def test_what_does_not_vary_has_a_point_for_an_interval() -> None:
    for found in (
        paired_ratio([(1000.0, 2000.0)] * 5),
        ratio_between_runs([1000.0] * 3, [2000.0] * 3, same_runs=True),
        ratio_between_runs([1000.0] * 3, [2000.0] * 4, same_runs=False),
    ):
        assert (found.low, found.ratio, found.high) == pytest.approx((2, 2, 2))


@pytest.mark.filterwarnings("error")
def test_one_side_that_hardly_varies_is_no_trouble() -> None:
    found = ratio_between_runs([1.0, 1.0, 1.0000001], [5.0, 5.0, 5.0], same_runs=False)
    assert (found.low, found.ratio, found.high) == pytest.approx((5, 5, 5), rel=1e-5)


def test_more_rounds_are_asked_for_where_the_interval_is_wide() -> None:
    assert (rounds_to_decide(estimate(0.94, 1.0, 1.06), 0.05) or 0) < 60
    assert (rounds_to_decide(estimate(0.9, 1.0, 1.11), 0.05) or 0) > 100
    assert rounds_to_decide(estimate(1.02, 1.0499, 1.08), 0.05) is None, "at the margin itself nothing helps"


def test_more_rounds_part_a_ratio_from_a_control_that_could_show_as_much() -> None:
    assert (rounds_beside(estimate(1.06, 1.1, 1.14), estimate(0.9, 1.0, 1.11)) or 0) in range(31, 60)
    assert (rounds_beside(estimate(1.06, 1.1, 1.14), estimate(0.8, 1.03, 1.3)) or 0) > 300
    for middle in (1.09, 1.1):
        assert rounds_beside(estimate(1.06, 1.1, 1.14), estimate(0.8, middle, 1.3)) is None, "nobody waits so long"


def test_without_scipy_the_hint_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['scipy'] = None\n"
        "from envkb.assess.statistics import paired_ratio\n"
        "from envkb.errors import ToolMissingError\n"
        "try:\n    paired_ratio([(1.0, 2.0)] * 5)\n"
        "except ToolMissingError as error:\n    print(error.exit_code, error.hint)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("5 pip install 'envkb[stats]'")
    assert ToolMissingError.exit_code == 5


def test_neither_numpy_nor_scipy_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, envkb.assess.comparison, envkb.assess.claims, envkb.publish.comparison\n"
        "print({'numpy', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("noise", [0.01, 0.05, 0.3])
def test_a_control_hardly_ever_fails_by_chance(noise: float) -> None:
    failed = [control_fails(paired_ratio(rounds(1.0, 30, seed, noise=noise)), 0.05) for seed in range(100)]
    assert sum(failed) <= 3
