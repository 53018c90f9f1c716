"""What the index keeps of one record. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from pydantic import JsonValue

from envkb.knowledge.folder import StoredRecord
from envkb.model.fact import Fact, Status
from envkb.model.install import request_key
from envkb.model.measurement import Measurement
from envkb.model.record import Record
from envkb.model.value import Origin
from envkb.model.vocabulary import is_identity

Scalar = str | int | float | None

_OF_ENVIRONMENT: Final = frozenset({"environment", "python", "torch", "jax", "tensorflow", "cuda/packages"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as the index keeps it.

    Attributes:
        columns: Values of its row by column; lists are JSON.
        packages: Name and version of each distribution.
        facts: Subject, name and value of each fact that was read; one for each value of a list.
        measurements: Values of each measurement's row.
        links: Relation, id and digest of each link.
        texts: What full-text search looks into, by column.
    """

    columns: Mapping[str, Scalar]
    packages: tuple[tuple[str, str | None], ...]
    facts: tuple[tuple[str, str, Scalar], ...]
    measurements: tuple[tuple[Scalar, ...], ...]
    links: tuple[tuple[str, str, str], ...]
    texts: Mapping[str, str]


def index_entry(stored: StoredRecord) -> Entry:
    """Return what the index keeps of a record."""
    record = stored.record
    known = {(fact.subject, fact.name): fact.value for fact in record.facts if fact.status is Status.OK}
    columns = _identity(stored) | _host(record, known) | _environment(record, known) | _content(record)
    columns |= _install(record)
    distributions = record.environment.distributions if record.environment else ()
    return Entry(
        columns=columns,
        packages=tuple(dict.fromkeys((row.name, row.version) for row in distributions)),
        facts=tuple(
            (subject, name, _scalar(value))
            for (subject, name), values in known.items()
            for value in (values if isinstance(values, list) else [values])
        ),
        measurements=tuple(_measurement(each) for each in record.measurements),
        links=tuple((link.relation, link.id, link.digest) for link in record.links),
        texts=_texts(record, known.values()),
    )


def _identity(stored: StoredRecord) -> dict[str, Scalar]:
    record = stored.record
    return {
        "id": stored.id,
        "digest": stored.digest,
        "path": str(stored.path),
        "located_private": int(stored.private),
        "kind": record.kind,
        "title": record.title,
        "summary": record.summary,
        "created": record.created,
        "observed": record.observed.start if record.observed else None,
        "outcome": record.outcome,
        "tags": _listed(record.tags),
        "authors": _listed(author.name for author in record.authors),
    }


def _host(record: Record, known: Mapping[tuple[str, str], JsonValue]) -> dict[str, Scalar]:
    gpus = [str(value) for (subject, name), value in known.items() if subject.startswith("gpu/") and name == "name"]
    system = known.get(("os", "pretty_name"))
    if system is None and ("os", "name") in known:
        system = f"{known['os', 'name']} {known.get(('os', 'version'), '')}".strip()
    return {
        "host_key": record.host.key if record.host else None,
        "stated_label": record.host.label if record.host else None,
        "host_hash": _identity_hash(record.facts) if record.host else None,
        "os": _scalar(system),
        "arch": _scalar(known.get(("cpu", "architecture"))),
        "cpu": _scalar(known.get(("cpu", "model"))),
        "memory_bytes": _scalar(known.get(("memory", "total_bytes"))),
        "gpus": _listed(gpus),
        "driver": _scalar(known.get(("nvidia", "driver_version"))),
        "cuda_driver": _scalar(known.get(("nvidia", "cuda_driver_version"))),
    }


def _identity_hash(facts: Iterable[Fact]) -> str | None:
    known = [
        (fact.subject, fact.name, fact.value)
        for fact in facts
        if fact.status is Status.OK and fact.subject not in _OF_ENVIRONMENT and is_identity(fact.subject, fact.name)
    ]
    return f"facts-{hashlib.sha256(json.dumps(known).encode()).hexdigest()[:16]}" if known else None


def _environment(record: Record, known: Mapping[tuple[str, str], JsonValue]) -> dict[str, Scalar]:
    environment, install = record.environment, record.install
    return {
        "manager": (install.manager if install else None) or (environment.manager if environment else None),
        "prefix_kind": environment.prefix_kind if environment else None,
        "python": environment.python_version if environment else None,
        "torch_cuda": _scalar(known.get(("torch", "cuda_build"))),
    }


def _content(record: Record) -> dict[str, Scalar]:
    return {
        "edges": _listed(edge.class_ for edge in record.edge_cases),
        "severities": _listed(edge.severity for edge in record.edge_cases if edge.severity),
        "benchmarks": _listed(sorted({each.benchmark.name for each in record.measurements})),
        "run": record.run.id if record.run else None,
        "arm": record.run.cell.arm if record.run else None,
        "origin": _origin(record),
        "edge_rows": _rows((edge.class_, edge.severity, edge.phase) for edge in record.edge_cases),
        "finding_rows": _rows((each.rule, each.status, each.class_name, each.severity) for each in record.findings),
    }


def _install(record: Record) -> dict[str, Scalar]:
    install = record.install
    return {
        "install_outcome": install.outcome if install else None,
        "failed_phase": install.failed_phase if install else None,
        "request": request_key(install.request) if install else None,
        "cache": (record.run.cell.cache if record.run else None) or (install.cache if install else None),
    }


def _origin(record: Record) -> str:
    # Whoever reads a machine by kb stands before it: what they say beside it is told from there, too.
    sections = (record.host, record.environment, record.install, record.run)
    found = {section.origin for section in sections if section} | {each.origin for each in record.measurements}
    return next((origin for origin in Origin if origin in found), Origin.STATED)


def _measurement(measurement: Measurement) -> tuple[Scalar, ...]:
    return (
        measurement.id,
        measurement.role,
        measurement.benchmark.suite,
        measurement.benchmark.name,
        measurement.quantity,
        measurement.unit,
        measurement.better,
        median(measurement.samples),
        len(measurement.samples),
        min(measurement.samples),
        max(measurement.samples),
        _rows((row.name, row.value) for row in measurement.benchmark.parameters),
        measurement.origin,
    )


def _texts(record: Record, values: Iterable[JsonValue]) -> dict[str, str]:
    listed = (part for value in values for part in (value if isinstance(value, list) else [value]))
    told = [part for part in listed if isinstance(part, str)]
    distributions = record.environment.distributions if record.environment else ()
    return {
        "title": record.title,
        "summary": record.summary or "",
        "tags": " ".join([*record.tags, *(author.name for author in record.authors)]),
        "symptoms": _lines(
            text for edge in record.edge_cases for text in (edge.class_, edge.symptom, edge.package, edge.workaround)
        ),
        "notes": _lines(text for note in record.notes for text in (note.title, note.text)),
        "facts": _lines([*told, *(link.reason for link in record.links), *_install_texts(record)]),
        "packages": _lines(f"{row.name} {row.version or ''}" for row in distributions),
    }


def _install_texts(record: Record) -> list[str | None]:
    return [*record.install.commands, record.install.last_words] if record.install else []


def _lines(texts: Iterable[str | None]) -> str:
    return "\n".join(text for text in texts if text)


def _rows(rows: Iterable[tuple[JsonValue, ...]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False)


def _listed(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _scalar(value: JsonValue) -> Scalar:
    if isinstance(value, bool):
        return str(value).lower()
    return value if value is None or isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)
