"""Quotes measurements with their intervals and conditions. Pure."""

from collections.abc import Iterator, Sequence
from statistics import median

from pydantic import JsonValue

from envkb.cite.numbers import number
from envkb.errors import UsageError
from envkb.model.measurement import Condition, Measurement, Parameter
from envkb.model.record import Record
from envkb.model.value import Origin


def quote_measurement(record: Record, name: str) -> str:
    """Return a measurement in one line: value, unit, interval, samples, what was timed, and under which conditions.

    The value of several samples is their median, and the interval runs from the smallest to the largest: nothing is
    computed that the samples do not show.

    Raises:
        UsageError: The record has no measurement of that name.
    """
    found = next((each for each in record.measurements if each.id == name), None)
    if found is None:
        known = ", ".join(each.id for each in record.measurements) or "it has none"
        raise UsageError(f"the record has no measurement {name!r}", hint=f"its measurements: {known}")
    shared = record.run.conditions if record.run else ()
    return f"{found.id}: {_value(found)} ({'; '.join(_circumstances(found, shared))})"


def _value(measurement: Measurement) -> str:
    unit = f" {measurement.unit}" if measurement.unit else ""
    samples = measurement.samples
    if len(samples) == 1:
        return f"{measurement.quantity} {number(samples[0])}{unit}, n = 1"
    low, high = number(min(samples)), number(max(samples))
    middle = number(median(samples))
    return f"median {measurement.quantity} {middle}{unit}, min-max {low} to {high}{unit}, n = {len(samples)}"


def _circumstances(measurement: Measurement, shared: Sequence[Condition]) -> Iterator[str]:
    benchmark = measurement.benchmark
    version = f" {benchmark.version}" if benchmark.version else ""
    yield f"benchmark {benchmark.suite}/{benchmark.name}{version}" if benchmark.suite else f"metric {benchmark.name}"
    yield from (_parameter(each) for each in benchmark.parameters)
    if measurement.role == "control":
        yield "A/A control"
    if measurement.better:
        yield f"{measurement.better} is better"
    yield from (_condition(each) for each in (*measurement.conditions, *shared))
    if measurement.verified is not None:
        yield "result checked" if measurement.verified else "result checked and wrong"
    if measurement.origin is not Origin.CAPTURED:
        yield f"{measurement.origin.value}, not measured by kb"


def _parameter(parameter: Parameter) -> str:
    return f"{parameter.name} {_scalar(parameter.value)}"


def _condition(condition: Condition) -> str:
    when = f" {condition.when}" if condition.when else ""
    value = "not known" if condition.value is None else _scalar(condition.value)
    return f"{condition.name}{when} {value}"


def _scalar(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_scalar(each) for each in value)
    return number(value) if isinstance(value, int | float) else str(value)
