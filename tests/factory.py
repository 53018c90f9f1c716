"""Small valid records for every test; each changes only what it is about."""

import hashlib
from typing import Any

from envkb.document.codec import encode_record
from envkb.document.identity import digest_of, record_id
from envkb.model.edge_case import EdgeCase, Phase, Severity
from envkb.model.environment import Distribution, Environment, Lock, ManagerEvidence
from envkb.model.fact import Fact, Status
from envkb.model.host import Host
from envkb.model.install import Install
from envkb.model.measurement import Benchmark, Measurement
from envkb.model.record import Attachment, Author, Link, Record, Software
from envkb.model.value import Origin


def make_salt(number: int = 1) -> str:
    """Return the salt with this number: another number makes another record."""
    return hashlib.sha256(f"salt {number}".encode()).hexdigest()[:32]


def make_fact(subject: str = "cpu", name: str = "model", value: Any = "Cortex-A76", **changes: Any) -> Fact:
    """Return a fact that was read."""
    fields = {"subject": subject, "name": name, "value": value, "status": Status.OK}
    return Fact(**(fields | {"source": "/proc/cpuinfo", "reason": None} | changes))


def make_missing(subject: str, name: str, status: Status = Status.ABSENT, reason: str = "no such file") -> Fact:
    """Return a fact that could not be read."""
    return Fact(subject=subject, name=name, value=None, status=status, source=None, reason=reason)


def make_host(**changes: Any) -> Host:
    """Return a host with a key and no label."""
    fields = {
        "origin": Origin.CAPTURED,
        "key": "00112233445566778899",
        "key_status": Status.OK,
        "key_reason": None,
        "label": None,
        "cpu_flags": ("asimd", "fp"),
    }
    return Host(**(fields | changes))


def make_distribution(name: str = "torch", version: str | None = "2.13.0", **changes: Any) -> Distribution:
    """Return a distribution installed from an index."""
    fields = {
        "name": name,
        "version": version,
        "kind": "python",
        "installer": "uv",
        "origin": "index",
        "origin_detail": None,
        "requested": None,
        "wheel_tags": ("py3-none-any",),
        "conda_build": None,
        "size_bytes": 1024,
        "content_sha256": hashlib.sha256(f"{name} {version}".encode()).hexdigest(),
        "problem": None,
    }
    return Distribution(**(fields | changes))


def make_environment(*distributions: Distribution, **changes: Any) -> Environment:
    """Return an environment made by uv; without distributions, one with numpy and torch."""
    fields = {
        "origin": Origin.CAPTURED,
        "prefix_kind": "uv-venv",
        "manager": "uv",
        "evidence": (ManagerEvidence(manager="uv", trace="uv = 0.13.9", source="pyvenv.cfg"),),
        "selected_by": "VIRTUAL_ENV",
        "python_version": "3.13.1",
        "python_implementation": "CPython",
        "distributions": distributions or (make_distribution("numpy", "2.4.0"), make_distribution()),
        "native_libraries": (),
        "settings": (),
        "lock": Lock(status=Status.ABSENT, reason="no lock file beside the project", format=None, sha256=None),
    }
    return Environment(**(fields | changes))


def make_install(**changes: Any) -> Install:
    """Return an install that a person stated."""
    fields = dict.fromkeys(Install.model_fields)
    stated = {
        "origin": Origin.STATED,
        "manager": "uv",
        "manager_version": "0.13.9",
        "commands": ("uv pip install torch",),
        "outcome": "success",
    }
    return Install(**(fields | stated | changes))


def make_measurement(id: str = "matmul", **changes: Any) -> Measurement:  # noqa: A002 - named as its field is
    """Return a measurement of three durations."""
    fields = dict.fromkeys(Measurement.model_fields) | {
        "id": id,
        "origin": Origin.STATED,
        "role": "subject",
        "benchmark": Benchmark(suite=None, name=id, version=None, parameters=()),
        "quantity": "duration",
        "unit": "ms",
        "better": "lower",
        "samples": (12.1, 12.3, 12.2),
    }
    empty: dict[str, Any] = dict.fromkeys(("orders", "starts_s", "discard_reasons", "conditions"), ())
    return Measurement(**(fields | empty | changes))


def make_edge_case(class_name: str = "wsl-libcuda", **changes: Any) -> EdgeCase:
    """Return a major edge case with a workaround that helped."""
    fields = {
        "origin": Origin.STATED,
        "class_": class_name,
        "symptom": "libcuda.so: cannot open shared object file",
        "severity": Severity.MAJOR,
        "phase": Phase.IMPORT,
        "package": "torch",
        "workaround": "add /usr/lib/wsl/lib to the linker's path",
        "worked": True,
        "link": None,
        "fingerprint": None,
    }
    return EdgeCase(**(fields | changes))


def make_attachment(data: bytes, **changes: Any) -> Attachment:
    """Return the entry of a file with these bytes."""
    fields = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "name": "install.log",
        "role": "log",
        "media_type": "text/plain",
        "size_bytes": len(data),
        "full_bytes": None,
    }
    return Attachment(**(fields | changes))


def make_link(relation: str, target: bytes, *, year: int = 2026, reason: str | None = "because") -> Link:
    """Return a link to the record with these bytes."""
    digest = digest_of(target)
    return Link(relation=relation, id=record_id(digest, year), digest=digest, reason=reason)


def make_author(name: str = "Ada Example", **changes: Any) -> Author:
    """Return an author with no more than a name."""
    return Author(**(dict.fromkeys(Author.model_fields) | {"name": name} | changes))


def make_record(number: int = 1, **changes: Any) -> Record:
    """Return a complete experiment; give a field's name to change it, another number for another salt.

    Facts may be given in any order; they are sorted here.
    """
    fields: dict[str, Any] = dict.fromkeys(Record.model_fields)
    fields |= dict.fromkeys(("edge_cases", "findings", "notes", "attachments", "redactions", "links"), ())
    fields |= {
        "schema_": "envkb.record/1",
        "kind": "experiment",
        "created": "2026-11-22T10:00:00Z",
        "salt": make_salt(number),
        "title": "torch 2.13.0 on a Raspberry Pi 5",
        "outcome": "success",
        "tags": ("arm", "pi5"),
        "authors": (make_author(),),
        "software": Software(name="envkb", version="0.1.0", python="3.13.1"),
        "host": make_host(),
        "facts": (make_fact(), make_fact("memory", "total_bytes", 8 * 2**30)),
        "environment": make_environment(),
        "install": make_install(),
        "measurements": (make_measurement(),),
    }
    fields |= changes
    fields["facts"] = tuple(sorted(fields["facts"], key=lambda fact: (fact.subject, fact.name)))
    return Record(**fields)


def make_retraction(target: bytes, number: int = 1, **changes: Any) -> Record:
    """Return a record that retracts the one with these bytes."""
    nothing: dict[str, Any] = dict.fromkeys(("host", "environment", "install", "outcome"))
    nothing |= dict.fromkeys(("facts", "measurements", "tags"), ())
    fields = {"kind": "retraction", "title": "Retracted", "links": (make_link("retracts", target),)}
    return make_record(number, **(nothing | fields | changes))


def make_bytes(number: int = 1, **changes: Any) -> bytes:
    """Return the file of `make_record` with the same arguments."""
    return encode_record(make_record(number, **changes))
