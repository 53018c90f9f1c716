from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.bench.schedule import Seat, interleave, seats_of_round
from envkb.errors import UsageError


def arms(*names: str) -> dict[str, list[str]]:
    return {name: ["matmul"] for name in names}


def order(names: dict[str, list[str]], rounds: int, **options: str) -> str:
    return "".join(slot.seat.arm for slot in interleave(names, rounds, **options))


def test_two_arms_are_taken_as_abba() -> None:
    assert order(arms("a", "b"), 4) == "abbabaab"


def test_arms_of_one_benchmark_follow_each_other_before_the_next_benchmark() -> None:
    slots = interleave({"a": ["x", "y"], "b": ["x", "y"]}, 1)
    assert [(slot.benchmark, slot.seat.arm) for slot in slots] == [("x", "a"), ("x", "b"), ("y", "a"), ("y", "b")]


def test_slots_are_numbered_through_the_whole_schedule() -> None:
    assert [slot.order for slot in interleave(arms("a", "b"), 3)] == list(range(6))


def test_the_control_is_a_second_seat_of_its_arm() -> None:
    slots = interleave(arms("a", "b"), 2, control="a")
    assert Counter((slot.seat.arm, slot.seat.role) for slot in slots) == {
        ("a", "subject"): 2,
        ("a", "control"): 2,
        ("b", "subject"): 2,
    }


def test_a_single_arm_has_its_control_beside_it() -> None:
    assert [slot.seat.role for slot in interleave(arms("a"), 2, control="a")] == [
        "subject",
        "control",
        "control",
        "subject",
    ]


def test_an_arm_without_a_benchmark_is_left_out_of_it() -> None:
    slots = interleave({"a": ["x"], "b": ["x", "y"]}, 2)
    assert {slot.seat.arm for slot in slots if slot.benchmark == "y"} == {"b"}


def test_what_only_counts_once_is_taken_once_and_has_no_control() -> None:
    slots = interleave({"a": ["first", "x"], "b": ["first", "x"]}, 4, control="a", once={"first"})
    assert [slot.seat for slot in slots if slot.benchmark == "first"] == [Seat("a"), Seat("b")]


@given(st.integers(2, 5), st.integers(1, 4))
def test_whole_cycles_put_every_seat_into_every_place_alike(seats: int, cycles: int) -> None:
    taking_part = [Seat(str(number)) for number in range(seats)]
    rounds = [seats_of_round(taking_part, number) for number in range(2 * seats * cycles)]
    for place in range(seats):
        assert set(Counter(row[place] for row in rounds).values()) == {2 * cycles}


@given(st.integers(2, 5), st.integers(1, 10))
def test_a_steady_drift_falls_on_all_seats_of_a_pair_of_rounds_alike(seats: int, pairs: int) -> None:
    slots = interleave(arms(*map(str, range(seats))), 2 * pairs)
    totals = Counter[str]()
    for slot in slots:
        totals[slot.seat.arm] += slot.order
    assert len(set(totals.values())) == 1


def test_no_arm_always_follows_the_same_one() -> None:
    slots = interleave(arms("a", "b", "c"), 6)
    followed = {(first.seat.arm, then.seat.arm) for first, then in pairwise(slots) if first.round == then.round}
    assert followed == {(one, other) for one in "abc" for other in "abc" if one != other}


def test_no_rounds_measure_nothing() -> None:
    with pytest.raises(UsageError, match="0 rounds"):
        interleave(arms("a"), 0)


def test_a_control_must_be_an_arm() -> None:
    with pytest.raises(UsageError, match="'z' is no arm"):
        interleave(arms("a"), 1, control="z")
