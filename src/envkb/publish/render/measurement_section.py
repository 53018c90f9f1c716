"""What a record's page shows of its measurements."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from markupsafe import Markup

from envkb.model.measurement import Condition, Measurement
from envkb.publish.render.quantities import quantity, show
from envkb.publish.render.svg import strip_plot

_FEW: Final = 3
"""Below this number of samples nothing is said of how they vary."""


@dataclass(frozen=True, slots=True)
class MeasurementView:
    """A measurement as a line of a table.

    Attributes:
        value: The measurement.
        name: What was timed.
        middle: Median with its unit.
        spread: Smallest to largest.
        remark: What a reader has to keep in mind, such as too few samples; empty where nothing.
        chart: Its strip plot; empty with a single sample.
        conditions: Circumstances: name, when, value, source.
        parameters: Name and value.
    """

    value: Measurement
    name: str
    middle: str
    spread: str
    remark: str
    chart: Markup
    conditions: tuple[tuple[str, str, str, str], ...]
    parameters: tuple[tuple[str, str], ...]


def measurement_section(values: Sequence[Measurement]) -> list[MeasurementView]:
    """Return the measurements, subjects before controls."""
    return [_measurement(value) for value in sorted(values, key=lambda value: value.role != "subject")]


def _measurement(value: Measurement) -> MeasurementView:
    bench = value.benchmark
    name = " / ".join(part for part in (bench.suite, bench.name) if part)
    samples = value.samples
    middle = quantity(median(samples), value.unit)
    spread = f"{quantity(min(samples), value.unit)} to {quantity(max(samples), value.unit)}"
    return MeasurementView(
        value=value,
        name=f"{name} {bench.version}" if bench.version else name,
        middle=middle,
        spread=spread if len(samples) > 1 else "",
        remark=_remark(value),
        chart=Markup()
        if len(samples) == 1
        else strip_plot(
            samples,
            title=f"{value.id}: {len(samples)} samples of {value.quantity}",
            description=f"Median {middle}, {spread}.",
        ),
        conditions=condition_rows(value.conditions),
        parameters=tuple((item.name, show(item.name, item.value).text) for item in bench.parameters),
    )


def _remark(value: Measurement) -> str:
    remarks = []
    if len(value.samples) == 1:
        remarks.append("one sample: nothing is known of how it varies")
    elif len(value.samples) < _FEW:
        remarks.append("too few samples to say how it varies")
    if value.discarded:
        reasons = ", ".join(value.discard_reasons)
        remarks.append(f"{value.discarded} discarded" + (f": {reasons}" if reasons else ""))
    if value.verified is False:
        remarks.append("the result of the computation was wrong")
    return "; ".join(remarks)


def condition_rows(conditions: Sequence[Condition]) -> tuple[tuple[str, str, str, str], ...]:
    """Return circumstances: name, when, value, source."""
    return tuple(map(_condition, conditions))


def _condition(condition: Condition) -> tuple[str, str, str, str]:
    shown = "could not be read" if condition.value is None else show(condition.name, condition.value).text
    return condition.name, condition.when or "", shown, condition.source or "stated"
