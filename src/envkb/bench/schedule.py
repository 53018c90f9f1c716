"""In which order samples are taken, so that what changes meanwhile falls on every arm alike."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from envkb.errors import UsageError

ABBA: Final = "abba"
"""What `Run.schedule` calls this order."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who takes part in a round.

    Attributes:
        arm: Name of the arm.
        role: `control` for the second appearance of an arm, which shows what no difference looks like.
    """

    arm: str
    role: Literal["subject", "control"] = "subject"


@dataclass(frozen=True, slots=True)
class Slot:
    """One process: one arm's samples of one benchmark in one round.

    Attributes:
        order: Position in the whole schedule, from 0.
        round: Which round, from 0.
        seat: Whose samples.
        benchmark: Key of the benchmark.
    """

    order: int
    round: int
    seat: Seat
    benchmark: str


def interleave(
    benchmarks: Mapping[str, Sequence[str]],
    rounds: int,
    *,
    control: str | None = None,
    once: Collection[str] = (),
) -> tuple[Slot, ...]:
    """Return the schedule of a run.

    Arms follow each other closely, one benchmark at a time. Rounds come in pairs, the second the mirror of the first
    (two arms: A B B A); each pair begins with another arm. So a steady drift falls on every arm alike, and no arm
    always follows the same one.

    Args:
        benchmarks: Keys of the benchmarks of every arm, in the order wanted; arms may have different ones.
        rounds: How often each is measured; an even number keeps the balance.
        control: The arm that takes part twice, as its own control; None for no control.
        once: Keys of benchmarks of which only the first time means anything.

    Raises:
        UsageError: There are no rounds, or the control is no arm.
    """
    if rounds < 1:
        raise UsageError(f"{rounds} rounds measure nothing", hint="give at least one round")
    if control is not None and control not in benchmarks:
        raise UsageError(f"the control {control!r} is no arm", hint=f"arms are {', '.join(benchmarks)}")
    seats = [Seat(arm) for arm in benchmarks]
    if control is not None:
        seats.append(Seat(control, "control"))
    keys = dict.fromkeys(key for own in benchmarks.values() for key in own)
    wanted = [
        (number, seat, key)
        for number in range(rounds)
        for key in keys
        for seat in seats_of_round(seats, number)
        if key in benchmarks[seat.arm] and (key not in once or (number == 0 and seat.role == "subject"))
    ]
    return tuple(Slot(order, number, seat, key) for order, (number, seat, key) in enumerate(wanted))


def seats_of_round(seats: Sequence[Seat], number: int) -> tuple[Seat, ...]:
    """Return who comes first, second … in a round."""
    first = number // 2 % len(seats)
    order = (*seats[first:], *seats[:first])
    return order[::-1] if number % 2 else order
