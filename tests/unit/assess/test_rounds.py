import random

import pytest

from envkb.assess.rounds import each_round, pair_rounds, slots
from envkb.bench.schedule import interleave
from experiments import series


def placed(text: str) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
    """Return the slots of a and b in a schedule such as `abba`; each value is its place."""
    return tuple([(place, float(place)) for place, arm in enumerate(text) if arm == name] for name in "ab")  # type: ignore[return-value]  # two names


@pytest.mark.parametrize(
    ("schedule", "pairs"),
    [
        ("", []),
        ("a", []),
        ("ab", [(0, 1)]),
        ("abba", [(0, 1), (3, 2)]),
        ("abbaabba", [(0, 1), (3, 2), (4, 5), (7, 6)]),
        ("abab", [(0, 1), (2, 3)]),
        ("aaabbb", [(2, 3)]),
        ("a.bb.a", [(0, 2), (5, 3)]),
        (".bbaabba", [(3, 2), (4, 5), (7, 6)]),
        ("a.baabba", [(0, 2), (4, 5), (7, 6)]),
    ],
)
def test_neighbours_of_two_arms_are_a_round(schedule: str, pairs: list[tuple[int, int]]) -> None:
    assert list(pair_rounds(*placed(schedule))) == pairs


@pytest.mark.parametrize("others", [(), ("c",), ("c", "d")])
def test_every_round_of_a_schedule_is_found_whoever_else_takes_part(others: tuple[str, ...]) -> None:
    arms = ("a", *others, "b")
    found: dict[str, list[tuple[int, float]]] = {arm: [] for arm in arms}
    for slot in interleave(dict.fromkeys(arms, ("x", "y")), 12, control="a"):
        if slot.benchmark == "x" and slot.seat.role == "subject":
            found[slot.seat.arm].append((slot.order, float(slot.round)))
    assert list(pair_rounds(found["a"], found["b"])) == [(number, number) for number in range(12)]


def test_a_slot_that_failed_costs_few_rounds() -> None:
    draw = random.Random(1)
    for _ in range(50):
        ours, theirs = placed("abba" * 8)
        ours.remove(draw.choice(ours))
        theirs.remove(draw.choice(theirs))
        pairs = pair_rounds(ours, theirs)
        assert len(pairs) >= 13
        assert all(abs(own - other) <= 3 for own, other in pairs), "no pair spans more than two rounds"


def test_swapping_the_arms_swaps_each_pair() -> None:
    ours, theirs = placed("abbaabab.ba")
    assert pair_rounds(theirs, ours) == tuple((other, own) for own, other in pair_rounds(ours, theirs))


def test_samples_of_one_process_are_one_observation() -> None:
    measured = series([3.0, 1.0, 2.0, 9.0, 8.0], [4, 4, 4, 0, 0])
    assert slots(measured) == ((0, 8.5), (4, 2.0))
    assert each_round(measured) == [8.5, 2.0]


def test_samples_whose_order_is_not_known_have_no_slots() -> None:
    assert slots(series([3.0, 1.0])) == ()
    assert each_round(series([3.0, 1.0])) == (3.0, 1.0)
