import math

import pytest

from envkb.bench.worker.case import NotANumberError, WrongResultError
from envkb.bench.worker.checks import compare, demand, demand_finite


def test_equal_lists_agree() -> None:
    assert compare([1.0, -2.0], [1.0, -2.0], 0.0)


def test_the_error_is_a_share_of_the_largest_number() -> None:
    assert compare([100.0, 0.5], [100.0, 0.0], 0.01)
    with pytest.raises(WrongResultError, match=r"0\.005.* is allowed"):
        compare([100.0, 0.5], [100.0, 0.0], 0.001)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_told_apart_from_what_is_wrong(number: float) -> None:
    with pytest.raises(NotANumberError):
        compare([1.0, number], [1.0, 1.0], 1.0)


def test_a_reference_that_is_no_number_agrees_with_nothing() -> None:
    with pytest.raises(WrongResultError):
        compare([1.0], [math.nan], 1.0)


def test_lists_of_two_lengths_disagree() -> None:
    with pytest.raises(WrongResultError, match="has 1 numbers"):
        compare([1.0], [1.0, 1.0], 1.0)


def test_zeros_are_compared_as_they_are() -> None:
    assert compare([0.0], [0.0], 0.0)


def test_what_must_hold_is_said_where_it_does_not() -> None:
    assert demand("fine", holds=True)
    with pytest.raises(WrongResultError, match="not sorted"):
        demand("not sorted", holds=False)
    with pytest.raises(NotANumberError):
        demand_finite(holds=False)
