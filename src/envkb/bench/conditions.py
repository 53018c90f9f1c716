"""Joins the circumstances of the rounds of one benchmark."""

from collections.abc import Iterable, Sequence
from typing import Final

from pydantic import JsonValue

from envkb.model.measurement import Condition

_RANGE: Final = 2


def merge_conditions(rounds: Sequence[Sequence[Condition]]) -> tuple[Condition, ...]:
    """Return the circumstances of all rounds: before the first, during all, after the last, and what is equal in all.

    Numbers that changed while samples were taken are their lowest and highest; one that did not is itself.

    Args:
        rounds: The circumstances of each, at least one.
    """
    everywhere = [row for rows in rounds for row in rows]
    return (
        *_when(rounds[0], "before"),
        *_merged([row for row in everywhere if row.when == "during"]),
        *_when(rounds[-1], "after"),
        *_merged([row for row in everywhere if row.when is None]),
    )


def _when(rows: Iterable[Condition], when: str) -> Iterable[Condition]:
    return (row for row in rows if row.when == when)


def _merged(rows: Sequence[Condition]) -> Iterable[Condition]:
    for name in dict.fromkeys(row.name for row in rows):
        own = [row for row in rows if row.name == name]
        yield own[0].model_copy(update={"value": _plain(_together([row.value for row in own]))})


def _plain(value: JsonValue) -> JsonValue:
    """Return the number that a range without extent is."""
    if isinstance(value, list) and len(value) == _RANGE and len(_numbers(value)) == _RANGE and value[0] == value[1]:
        return value[0]
    return value


def _together(values: Sequence[JsonValue]) -> JsonValue:
    different = list({repr(value): value for value in values}.values())
    if len(different) == 1:
        return different[0]
    if all(isinstance(value, bool) for value in different):
        return any(different)
    ranges = [number for value in different if isinstance(value, list) for number in _numbers(value)]
    if len(ranges) == _RANGE * len(different):
        return [min(ranges), max(ranges)]
    flat = [item for value in different for item in (value if isinstance(value, list) else [value])]
    return list(dict.fromkeys(item for item in flat if isinstance(item, str | int | float)))


def _numbers(values: Sequence[JsonValue]) -> list[float]:
    return [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
