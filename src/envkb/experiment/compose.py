"""Puts what was captured and what was stated together into one record. Pure: clock and salt are passed in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from envkb import __version__
from envkb.experiment.stated import Stated
from envkb.model.environment import Environment
from envkb.model.fact import Fact, Status
from envkb.model.host import Host
from envkb.model.record import Attachment, Author, Observed, Record, Software
from envkb.model.value import Origin

KEY_PACKAGES: Final = ("torch", "jax", "tensorflow", "mlx", "onnxruntime", "numpy")
"""The distributions that say what an environment is for, most telling first."""


class Captured(NamedTuple):
    """What was read of one host and one environment.

    Attributes:
        host: The host's identity; None where none of it is to be kept.
        facts: All facts, sorted.
        environment: The environment; None where none was read.
    """

    host: Host | None
    facts: tuple[Fact, ...]
    environment: Environment | None


class Circumstances(NamedTuple):
    """What the writer brings: nothing in a record is taken from anywhere else.

    Attributes:
        now: The present, in UTC.
        salt: 128 random bits in hex.
        python: Version of the Python that kb runs under.
        authors: The knowledge base's own authors, used where nobody else is stated.
    """

    now: datetime
    salt: str
    python: str
    authors: tuple[Author, ...] = ()


def compose(
    captured: Captured,
    stated: Stated,
    circumstances: Circumstances,
    attachments: Sequence[Attachment] = (),
) -> Record:
    """Return the record, not yet cleaned.

    Args:
        captured: What was read.
        stated: What a person said; it wins over defaults.
        circumstances: Time, salt and authors.
        attachments: The files kept beside it.
    """
    created = circumstances.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    host = captured.host
    if host is not None and stated.host_label:
        host = host.model_copy(update={"label": stated.host_label})
    return Record(
        schema_="envkb.record/1",
        kind="experiment",
        created=created,
        observed=stated.observed or Observed(start=created, end=None, precision="second"),
        salt=circumstances.salt,
        title=stated.title or default_title(captured, host.label if host else None),
        summary=stated.summary,
        outcome=stated.outcome,
        tags=tuple(sorted(set(stated.tags))),
        authors=stated.authors or circumstances.authors,
        software=Software(name="envkb", version=__version__, python=circumstances.python),
        host=host,
        facts=captured.facts,
        environment=_with_lock(captured.environment, attachments),
        install=stated.install,
        run=None,
        measurements=stated.measurements,
        edge_cases=stated.edge_cases,
        findings=(),
        claim=None,
        notes=stated.notes,
        attachments=tuple(sorted(attachments, key=lambda item: item.sha256)),
        redactions=(),
        links=(),
    )


def _with_lock(environment: Environment | None, attachments: Sequence[Attachment]) -> Environment | None:
    digest = next((row.sha256 for row in attachments if row.role == "lock"), None)
    if environment is None or digest is None:
        return environment
    return environment.model_copy(update={"lock": environment.lock.model_copy(update={"sha256": digest})})


def default_title(captured: Captured, label: str | None) -> str:
    """Return a title made of what was captured: what is installed, by whom, and on what."""
    environment = captured.environment
    what = "Host"
    if environment is not None:
        what = _main_package(environment) or f"Python {environment.python_version or 'of unknown version'}"
        if environment.manager:
            what += f" by {environment.manager}"
    return f"{what} on {label or _machine(captured.facts)}"


def _main_package(environment: Environment) -> str | None:
    versions = {row.name: row.version for row in environment.distributions if row.version}
    return next((f"{name} {versions[name]}" for name in KEY_PACKAGES if name in versions), None)


def _machine(facts: Sequence[Fact]) -> str:
    known = {(fact.subject, fact.name): fact.value for fact in facts if fact.status is Status.OK}
    for subject, name in (("gpu/0", "name"), ("board", "model"), ("cpu", "model")):
        value = known.get((subject, name))
        if isinstance(value, str):
            return value
    return "an unnamed host"


def split_flags(facts: Sequence[Fact]) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Take the CPU's flags out of the facts: a long uniform list is no fact, it stands with the host."""
    flags = next((f.value for f in facts if (f.subject, f.name) == ("cpu", "flags") and f.status is Status.OK), None)
    rest = tuple(fact for fact in facts if (fact.subject, fact.name) != ("cpu", "flags"))
    return rest, tuple(str(flag) for flag in flags) if isinstance(flags, list) else ()


def host_of(key: str | None, status: Status, reason: str | None, flags: Sequence[str]) -> Host:
    """Return the identity of a captured host; its label comes later."""
    return Host(
        origin=Origin.CAPTURED, key=key, key_status=status, key_reason=reason, label=None, cpu_flags=tuple(flags)
    )


def with_default_label(stated: Stated, label: str | None) -> Stated:
    """Return the statements with the label that the knowledge base remembers for this host, where none was said."""
    return stated if stated.host_label or not label else stated._replace(host_label=label)
