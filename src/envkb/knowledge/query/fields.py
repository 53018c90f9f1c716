"""The fields that a query can name; the documentation's table is made from this one."""

from dataclasses import dataclass
from typing import Final, Literal

FieldKind = Literal["text", "list", "date", "version", "number", "flag"]

OPERATORS: Final[dict[FieldKind, tuple[str, ...]]] = {
    "text": ("=", "!=", "~", "!~"),
    "list": ("=", "!=", "~", "!~"),
    "date": ("=", "!=", "<", "<=", ">", ">="),
    "version": ("=", "==", "!=", "<", "<=", ">", ">=", "~="),
    "number": ("=", "!=", "<", "<=", ">", ">="),
    "flag": ("=", "!="),
}
"""What each kind of field can be compared by."""

KIND_MEANINGS: Final[dict[FieldKind, str]] = {
    "text": "Text: equal, or contained with `~`; upper and lower case do not matter.",
    "list": "Several texts: holds where it holds for one of them.",
    "date": "A date as exact as it is given: `created = 2026-03` is the whole month.",
    "version": "A version by PEP 440; `= 3.12` is the whole series, `== 3.12` that version alone.",
    "number": "A number; bytes also as `16GB` or `16GiB`.",
    "flag": "`true` or `false`.",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the query language.

    Attributes:
        name: As it is written.
        kind: How it is compared.
        columns: Where the index keeps it; it holds where it holds for one of them.
        meaning: One sentence for the documentation.
    """

    name: str
    kind: FieldKind
    columns: tuple[str, ...]
    meaning: str


def _field(name: str, kind: FieldKind, meaning: str, *columns: str) -> Field:
    return Field(name, kind, columns or (name,), meaning)


_ALL: Final = (
    _field("id", "text", "The record's id."),
    _field("digest", "text", "SHA-256 of the record's file."),
    _field("kind", "text", "`experiment`, `claim` or `retraction`."),
    _field("state", "text", "`current`, `superseded`, `retracted` or `fork`."),
    _field("private", "flag", "Whether the record is private, or links to one that is."),
    _field("title", "text", "The title."),
    _field("summary", "text", "The summary."),
    _field("created", "date", "When the record was written (UTC)."),
    _field("observed", "date", "When it happened, as far as somebody said."),
    _field("outcome", "text", "`success`, `partial` or `failure`."),
    _field("tag", "list", "A tag.", "tags"),
    _field("author", "list", "Name of an author.", "authors"),
    _field("host", "text", "The host's key or label.", "host", "host_label", "host_key"),
    _field("manager", "text", "Who installed the environment, else who made it."),
    _field("prefix", "text", "Kind of the Python prefix: `venv`, `uv-venv`, `conda` …", "prefix_kind"),
    _field("python", "version", "Version of the interpreter."),
    _field("os", "text", "Operating system with its version."),
    _field("arch", "text", "Architecture of the CPU."),
    _field("cpu", "text", "Model of the CPU."),
    _field("memory", "number", "Memory in bytes.", "memory_bytes"),
    _field("gpu", "list", "Model of a GPU.", "gpus"),
    _field("driver", "version", "Version of the NVIDIA driver."),
    _field("cuda_driver", "version", "Newest CUDA that the NVIDIA driver supports."),
    _field("torch_cuda", "version", "CUDA that torch was built with."),
    _field("edge", "list", "Class of an edge case.", "edges"),
    _field("severity", "list", "Severity of an edge case.", "severities"),
    _field("benchmark", "list", "Name of a benchmark that was measured.", "benchmarks"),
    _field("run", "text", "Id of the run."),
    _field("arm", "text", "Arm of the run."),
)

FIELDS: Final = {field.name: field for field in _ALL}
"""Every field by its name, in the order of the documentation."""
