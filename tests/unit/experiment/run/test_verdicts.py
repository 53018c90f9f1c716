import pytest

from envkb.experiment.run.measurements import measurements_of
from envkb.experiment.run.verdicts import Comparison, compare_arms
from envkb.model.measurement import Measurement
from run_plans import make_plan, make_trial, one_of

UV = one_of(make_plan("demo", managers=("uv",), caches=("warm",), bytecode=("default",)))
ROUNDS = 8


def measured(times: list[float], *, shift: int, control: list[float] | None = None) -> tuple[Measurement, ...]:
    """Trials of one arm in every third slot of a run; those of its control, if it has one, in the next but one."""
    trials = [make_trial(order=3 * number + shift, wall_s=time) for number, time in enumerate(times)]
    trials += [
        make_trial(order=3 * number + 2, wall_s=time, role="control") for number, time in enumerate(control or ())
    ]
    return measurements_of(UV, trials)


def wobble(middle: float, by: float = 0.01) -> list[float]:
    return [middle * (1 + by * (number % 3 - 1)) for number in range(ROUNDS)]


def compared(ours: tuple[Measurement, ...], theirs: tuple[Measurement, ...]) -> Comparison:
    (told,) = compare_arms("a", "b", {"a": ours, "b": theirs}, ["install.wall"])
    return told


def test_a_clear_difference_is_told_with_its_interval() -> None:
    pytest.importorskip("scipy", reason="scipy is not here")
    told = compared(measured(wobble(1.0), shift=0, control=wobble(1.0)), measured(wobble(2.0), shift=1))
    assert (told.verdict, told.reason) == ("slower", None)
    assert told.low is not None
    assert told.high is not None
    assert told.low <= 2.0 <= told.high


def test_nobody_wins_where_the_control_fails() -> None:
    pytest.importorskip("scipy", reason="scipy is not here")
    told = compared(measured(wobble(1.0), shift=0, control=wobble(1.3)), measured(wobble(2.0), shift=1))
    assert told.verdict == "cannot tell"
    assert "A/A control" in str(told.reason)


def test_few_rounds_give_a_ratio_and_no_verdict() -> None:
    told = compared(measured([1.0, 1.0], shift=0), measured([2.0, 2.0], shift=1))
    assert (told.ratio, told.verdict, told.low) == (2.0, "cannot tell", None)


def test_what_only_one_arm_has_is_not_compared() -> None:
    assert not list(compare_arms("a", "b", {"a": measured([1.0], shift=0), "b": ()}, ["install.wall"]))
