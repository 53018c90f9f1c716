"""States what holds for the whole machine once a record instead of once a measurement. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from pydantic import JsonValue

from envkb.model.measurement import Condition, Measurement

_MACHINE: Final = frozenset({
    "cpu_frequency_mhz", "cpu_speed_limit_percent", "cpu_temperature_c", "cpus", "gpu_clock_mhz", "gpu_temperature_c",
    "load_1min", "memory_available_bytes", "power_source",
})  # fmt: skip
"""What is the machine's and not one process's; what limits it stays with the samples that it limited."""


def share_circumstances(
    measurements: Sequence[Measurement],
) -> tuple[tuple[Measurement, ...], tuple[Condition, ...]]:
    """Return measurements with the circumstances that are their own, and those of the machine that all of them share.

    The benchmarks of a run are taken in turn, so all begin and end in the same minutes: what was read before the first
    of all samples and after the last stands for all. The raw output has each process's own.

    Args:
        measurements: The measurements of one record.
    """
    rows = [row for one in _in_order(measurements) for row in one.conditions if row.name in _MACHINE]
    shared = tuple(shared for name in dict.fromkeys(row.name for row in rows) for shared in _shared(rows, name))
    gone = {(row.name, row.when) for row in shared}
    steady = {row.name for row in shared if row.when is None}
    own = tuple(
        one.model_copy(
            update={
                "conditions": tuple(
                    row for row in one.conditions if (row.name, row.when) not in gone and row.name not in steady
                )
            }
        )
        for one in measurements
    )
    return own, shared


def _in_order(measurements: Sequence[Measurement]) -> list[Measurement]:
    return sorted(measurements, key=lambda one: one.orders[:1])


def _shared(rows: Sequence[Condition], name: str) -> Iterator[Condition]:
    own = [row for row in rows if row.name == name]
    if len({repr(value) for row in own for value in _values(row.value)}) == 1:
        yield own[0].model_copy(update={"when": None, "value": _values(own[0].value)[0]})
        return
    ends: tuple[tuple[Literal["before", "after"], int], ...] = (("before", 0), ("after", -1))
    for when, place in ends:
        if found := [row for row in own if row.when == when]:
            yield found[place]


def _values(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]
