"""Turns documents into what a record keeps."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from envkb.bench.conditions import merge_conditions
from envkb.bench.document import Document, Result, Series
from envkb.bench.trouble import Trouble, troubles
from envkb.model.edge_case import EdgeCase
from envkb.model.measurement import Benchmark, Measurement
from envkb.model.value import Origin

T = TypeVar("T")

_START_DIGITS: Final = 3
_SIGNIFICANT_DIGITS: Final = 6
_CLOCK_DIGITS: Final = 9  # clocks tell nanoseconds at best


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What the benchmarks of one arm showed.

    Attributes:
        measurements: One for each benchmark, quantity and role, with the samples of all rounds.
        troubles: Why others have none.
        edge_cases: The same, as a record keeps it; each once, however many rounds it came up in.
    """

    measurements: tuple[Measurement, ...]
    troubles: tuple[Trouble, ...]
    edge_cases: tuple[EdgeCase, ...]


def interpret(
    documents: Iterable[Document], *, origin: Origin = Origin.CAPTURED, raw_sha256: str | None = None
) -> Interpreted:
    """Return what the documents of one arm say together.

    A benchmark that gave samples in one round and a problem in another keeps its samples, and has its edge case.

    Args:
        documents: In any order; what was taken in a schedule says where.
        origin: How they came to be known.
        raw_sha256: The attachment that holds them; None where there is none.
    """
    held = tuple(map(_spread, documents))
    groups: dict[tuple[str, ...], list[Result]] = {}
    for result in sorted((result for document in held for result in document.results), key=_place):
        if result.problem is None:
            groups.setdefault(_identity(result), []).append(result)
    measurements = [
        _measurement(results, quantity, origin, raw_sha256)
        for results in groups.values()
        for quantity in dict.fromkeys(series.quantity for result in results for series in result.series)
    ]
    found = tuple(trouble for document in held for trouble in troubles(document))
    edge_cases = dict.fromkeys(trouble.edge_case(origin) for trouble in found)
    return Interpreted(_with_own_ids(measurements), found, tuple(edge_cases))


def _spread(document: Document) -> Document:
    """Give each result the circumstances that all of a document share."""
    if not document.conditions:
        return document
    results = (
        result.model_copy(update={"conditions": (*result.conditions, *document.conditions)})
        for result in document.results
    )
    return document.model_copy(update={"results": tuple(results), "conditions": ()})


def bounded(sample: float, loops: int | None) -> float:
    """Return a sample with the digits that mean something; the raw output has them all.

    Those are six, far finer than what any machine does twice, and none beyond what the clock tells of one of so many
    iterations.
    """
    if sample == 0 or sample.is_integer():
        return sample
    told = _CLOCK_DIGITS + math.ceil(math.log10(loops or 1))
    return round(sample, min(told, _SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(abs(sample)))))


def _place(result: Result) -> int:
    return -1 if result.order is None else result.order


def _identity(result: Result) -> tuple[str, ...]:
    parameters = repr([(parameter.name, parameter.value) for parameter in result.parameters])
    return result.suite, result.case, result.name, result.version, parameters, result.role


def _measurement(results: Sequence[Result], quantity: str, origin: Origin, raw_sha256: str | None) -> Measurement:
    holding = [(result, _series(result, quantity)) for result in results]
    having = [(result, series) for result, series in holding if series is not None]
    first, series = having[0]
    is_duration = quantity == "duration"
    states = is_duration or all(_series(result, "duration") is None for result, _ in having)
    return Measurement(
        id=_id(first, quantity),
        origin=origin,
        role=first.role,
        benchmark=Benchmark(
            suite=first.suite, name=first.name, version=first.version, parameters=tuple(first.parameters)
        ),
        quantity=quantity,
        unit=series.unit,
        better=series.better,
        samples=tuple(bounded(sample, result.loops) for result, part in having for sample in part.samples),
        orders=_orders(having),
        starts_s=_starts(having) if is_duration else (),
        loops=_one({result.loops for result, _ in having}) if is_duration else None,
        warmups=_sum([result.warmups for result, _ in having]) if is_duration else None,
        discarded=_sum([result.discarded for result, _ in having]) if is_duration else None,
        discard_reasons=tuple(sorted({reason for result, _ in having for reason in result.discard_reasons})),
        conditions=merge_conditions([result.conditions for result, _ in having]) if states else (),
        verified=_verified([result.verified for result, _ in having]),
        instrument=_one({part.instrument for _, part in having}) or series.instrument,
        raw_sha256=raw_sha256,
    )


def _series(result: Result, quantity: str) -> Series | None:
    return next((series for series in result.series if series.quantity == quantity), None)


def _id(result: Result, quantity: str) -> str:
    control = ".control" if result.role == "control" else ""
    return f"{result.suite}.{result.case}{'' if quantity == 'duration' else f'.{quantity}'}{control}"


def _with_own_ids(measurements: Iterable[Measurement]) -> tuple[Measurement, ...]:
    """Number the ids of one benchmark in two versions of its parameters: two levels, two numbers of threads."""
    counts: dict[str, int] = {}
    numbered = []
    for measurement in measurements:
        count = counts[measurement.id] = counts.get(measurement.id, 0) + 1
        own_id = measurement.id if count == 1 else f"{measurement.id}.{count}"
        numbered.append(measurement.model_copy(update={"id": own_id}))
    return tuple(numbered)


def _orders(having: Sequence[tuple[Result, Series]]) -> tuple[int, ...]:
    """Return the slot of each sample; samples of one slot come from one process."""
    placed = [(result.order, len(series.samples)) for result, series in having]
    known = [(order, count) for order, count in placed if order is not None]
    return tuple(order for order, count in known for _ in range(count)) if len(known) == len(placed) else ()


def _starts(having: Sequence[tuple[Result, Series]]) -> tuple[float, ...]:
    complete = all(len(result.starts_s) == len(series.samples) for result, series in having)
    return tuple(round(start, _START_DIGITS) for result, _ in having for start in result.starts_s) if complete else ()


def _one(values: set[T]) -> T | None:
    return next(iter(values)) if len(values) == 1 else None


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _verified(values: Sequence[bool | None]) -> bool | None:
    return True if all(value is True for value in values) else None
