"""One fact: a value with its subject, name, status and source."""

from enum import StrEnum

from pydantic import JsonValue

from envkb.model.value import Value


class Status(StrEnum):
    """Whether a fact could be read, and if not why."""

    OK = "ok"
    """Read; the value is there."""
    ABSENT = "absent"
    """Looked for, and this host or environment has none."""
    NOT_APPLICABLE = "not_applicable"
    """The question makes no sense here (the governor of a machine without cpufreq)."""
    DENIED = "denied"
    """The system refused to tell."""
    TIMEOUT = "timeout"
    """The source did not answer in time."""
    FAILED = "failed"
    """The source answered with an error or with text that cannot be read."""
    NOT_READ = "not_read"
    """Nobody asked, and the reason says why (only an import of torch would tell)."""
    REDACTED = "redacted"
    """Known, but withheld."""
    CONFLICT = "conflict"
    """Sources disagree; the value is the list of every value with its source."""


class Fact(Value):
    """One value of one subject, or the reason why there is none.

    Attributes:
        subject: What it is about: `host`, `cpu`, `gpu/0`, `storage/cache-uv`.
        name: A term of the vocabulary; units are part of the name (`memory_bytes`).
        value: A scalar or a list of scalars; for `conflict` a list of `{source, value}`; null unless `ok` or
            `conflict`.
        status: Whether the value could be read.
        source: Id of the source in the snapshot (`/proc/cpuinfo`, `lscpu`), null where none was read.
        reason: Why there is no value; null for `ok`.
    """

    subject: str
    name: str
    value: JsonValue
    status: Status
    source: str | None
    reason: str | None
