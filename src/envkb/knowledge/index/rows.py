"""What the index tells of each record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, NamedTuple

from envkb.knowledge.chains import State


@dataclass(frozen=True, slots=True)
class Row:
    """One record in a list.

    Attributes:
        id: Its id.
        digest: SHA-256 of its file.
        path: Its file, relative to the root.
        private: Whether it is private, or links to a record that is.
        kind: What sort of record it is.
        state: Where it stands in its chain; only `current` counts.
        title: Its title.
        summary: Its summary; null where it has none.
        created: When it was written.
        observed: When it happened; null where nobody said.
        outcome: How it ended; null where nobody said.
        tags: Its tags.
        authors: Names of its authors.
        host: What its host is known by: key, label, or hash of the identity facts; null where it has none.
        host_label: The host's label; null where it has none.
        manager: Who installed the environment, else who made it; null where unknown.
        prefix_kind: Kind of the Python prefix; null where unknown.
        python: Version of the interpreter; null where unknown.
        os: Operating system with its version; null where unknown.
        arch: Architecture of the CPU; null where unknown.
        cpu: Model of the CPU; null where unknown.
        memory_bytes: Memory; null where unknown.
        gpus: Models of the GPUs.
        driver: Version of the NVIDIA driver; null where unknown.
        cuda_driver: Newest CUDA that the driver supports; null where unknown.
        torch_cuda: CUDA that torch was built with; null where unknown.
        edges: Classes of its edge cases, in their order.
        severities: Severities of its edge cases that have one.
        benchmarks: Names of the benchmarks measured.
        run: Id of its run; null outside a run.
        arm: Its arm of the run; null outside a run.
    """

    id: str
    digest: str
    path: str
    private: bool
    kind: Literal["experiment", "claim", "retraction"]
    state: State
    title: str
    summary: str | None
    created: str
    observed: str | None
    outcome: Literal["success", "partial", "failure"] | None
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    host: str | None
    host_label: str | None
    manager: str | None
    prefix_kind: str | None
    python: str | None
    os: str | None
    arch: str | None
    cpu: str | None
    memory_bytes: int | None
    gpus: tuple[str, ...]
    driver: str | None
    cuda_driver: str | None
    torch_cuda: str | None
    edges: tuple[str, ...]
    severities: tuple[str, ...]
    benchmarks: tuple[str, ...]
    run: str | None
    arm: str | None


COLUMNS: Final = tuple(field.name for field in fields(Row))
_LISTS: Final = frozenset({"tags", "authors", "gpus", "edges", "severities", "benchmarks"})
_LIST_PLACES: Final = tuple(place for place, name in enumerate(COLUMNS) if name in _LISTS)
_PRIVATE_PLACE: Final = COLUMNS.index("private")


def make_row(values: Sequence[Any]) -> Row:
    """Return the row of a result that has the columns in their order."""
    converted = list(values)
    converted[_PRIVATE_PLACE] = bool(values[_PRIVATE_PLACE])
    for place in _LIST_PLACES:
        converted[place] = () if values[place] == "[]" else tuple(json.loads(values[place]))
    return Row(*converted)


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that full-text search found.

    Attributes:
        row: The record.
        excerpt: The words around the best match, the matches between `[` and `]`.
    """

    row: Row
    excerpt: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody who cites a record must know of it.

    Attributes:
        digest: SHA-256 of its file.
        state: Where it stands in its chain, among public records.
        private: Whether it is private, or links to a record that is.
    """

    digest: str
    state: State
    private: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is left out of every list.

    Attributes:
        path: The file, relative to the root.
        message: What is wrong.
        hint: What to do.
    """

    path: str
    message: str
    hint: str


class MeasurementRow(NamedTuple):
    """One measurement of one record, summed up.

    Attributes:
        record: Id of the record.
        id: Its name within the record.
        role: `subject` or `control`.
        suite: The benchmark's suite; null for a metric that a person stated.
        benchmark: The benchmark's name.
        quantity: What each sample is.
        unit: Its unit; null for a plain number.
        better: Which direction is better; null where neither is.
        median: Median of the samples.
        samples: Number of samples.
        lowest: Least of the samples.
        highest: Greatest of the samples.
        parameters: The benchmark's parameters, as JSON: pairs of name and value, sorted by name.
        origin: `captured`, `imported` or `stated`.
    """

    record: str
    id: str
    role: Literal["subject", "control"]
    suite: str | None
    benchmark: str
    quantity: str
    unit: str | None
    better: Literal["lower", "higher"] | None
    median: float
    samples: int
    lowest: float
    highest: float
    parameters: str
    origin: Literal["captured", "imported", "stated"]
