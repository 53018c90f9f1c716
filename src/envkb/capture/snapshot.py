"""The raw text of every source that was read, as the collector returned it."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from envkb.errors import InvalidDataError

SCHEMA = "envkb.snapshot/1"


class Source(NamedTuple):
    """One file, command or reading of the collector.

    Attributes:
        id: The file's path, the command as typed (`lscpu -J`), or `kb:NAME` for what the collector computed.
        status: `ok`, `absent`, `denied`, `timeout` or `failed`, as in a fact.
        text: What was read; kept also for a command that failed; empty where nothing came.
        reason: Why the status is not `ok`; empty otherwise.
        exit_code: A command's exit status, None for others.
        duration_ms: How long reading took.
        full_bytes: Length before the text was cut, None where it was not.
    """

    id: str
    status: str = "ok"
    text: str = ""
    reason: str = ""
    exit_code: int | None = None
    duration_ms: float = 0.0
    full_bytes: int | None = None


class Snapshot(NamedTuple):
    """All sources of one host (and of one environment), by id."""

    sources: Mapping[str, Source] = MappingProxyType({})

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "Snapshot":
        """Make a snapshot of plain texts that were read well, for replays and tests."""
        return cls({name: Source(name, text=text) for name, text in texts.items()})

    def text(self, source_id: str) -> str | None:
        """Return the text of a source that was read well, else None."""
        source = self.sources.get(source_id)
        return source.text if source is not None and source.status == "ok" else None

    def source(self, source_id: str) -> Source | None:
        """Return a source whatever its status, None where it was not asked for."""
        return self.sources.get(source_id)

    def json(self, source_id: str) -> Any:  # noqa: ANN401 - foreign JSON has no type
        """Return the parsed JSON of a source, None where it was not read or is no JSON."""
        text = self.text(source_id)
        if text is None:
            return None
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return None

    def matching(self, start: str) -> Iterator[Source]:
        """Yield the sources that were read well and whose id starts with the given text, sorted by id."""
        for name in sorted(self.sources):
            if name.startswith(start) and self.sources[name].status == "ok":
                yield self.sources[name]


def from_document(document: object) -> Snapshot:
    """Read the collector's JSON document.

    Raises:
        InvalidDataError: The document is not a snapshot.
    """
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise InvalidDataError("this is not a snapshot of kb", hint=f"expected a document with schema {SCHEMA}")
    try:
        rows = [Source(**row) for row in document["sources"]]
    except (KeyError, TypeError) as error:
        raise InvalidDataError(f"a source of the snapshot is malformed: {error}") from error
    return Snapshot({row.id: row for row in rows})
