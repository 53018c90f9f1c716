"""The documents that `--json` prints; `kb schema` publishes their schemas."""

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import Field, JsonValue

from envkb.cli.filters import told
from envkb.cli.told_proofs import ToldProofs
from envkb.errors import KbError
from envkb.knowledge.folder import StoredRecord
from envkb.knowledge.index.rows import Hit, Row
from envkb.model.record import Record
from envkb.model.value import Value


class Reference(Value):
    """How JSON speaks of a record.

    Attributes:
        id: Its id.
        digest: SHA-256 of its file, 64 hex digits.
        path: Its file, relative to the root.
        title: Its title.
        created: When it was written.
    """

    id: str
    digest: str
    path: str
    title: str
    created: str


class Failure(Value):
    """What went wrong.

    Attributes:
        message: One line.
        hint: What to do next; null where there is nothing to say.
        exit_code: What the command exits with.
    """

    message: str
    hint: str | None
    exit_code: int


def failure(error: KbError) -> Failure:
    """Return an error as JSON tells it."""
    return Failure(message=error.message, hint=error.hint or None, exit_code=error.exit_code)


def reference(stored: StoredRecord) -> Reference:
    """Return how JSON speaks of a stored record."""
    record = stored.record
    return Reference(
        id=stored.id, digest=stored.digest, path=str(stored.path), title=record.title, created=record.created
    )


class ErrorDocument(Value):
    """Printed by every command that fails under `--json`.

    Attributes:
        schema_: `envkb.error/1`.
        error: What went wrong.
    """

    schema_: Literal["envkb.error/1"] = Field(alias="schema", default="envkb.error/1")
    error: Failure


class RecordedDocument(Value):
    """Printed by `kb record`.

    Attributes:
        schema_: `envkb.recorded/1`.
        id: The record's id; null for a dry run.
        digest: SHA-256 of its file; null for a dry run.
        path: Its file relative to the root, or the bundle's path; null for a dry run.
        title: Its title.
        created: When it was written.
        new: Whether it was written now.
        private: Whether it lies in the private place.
        citation: Its citation line; null for a dry run.
        conflicts: One line for each conflict between sources.
        record: What it says; null except for a dry run.
    """

    schema_: Literal["envkb.recorded/1"] = Field(alias="schema", default="envkb.recorded/1")
    id: str | None
    digest: str | None
    path: str | None
    title: str
    created: str
    new: bool
    private: bool
    citation: str | None
    conflicts: tuple[str, ...]
    record: Record | None


class RecordedThere(RecordedDocument):
    """One of several machines that were recorded.

    Attributes:
        on: Its address, as given.
    """

    on: str


class FailedThere(Value):
    """One of several machines that were not recorded.

    Attributes:
        on: Its address, as given.
        error: Why not.
    """

    on: str
    error: Failure


class RecordedManyDocument(Value):
    """Printed by `kb record` with several `--on`.

    Attributes:
        schema_: `envkb.recorded-many/1`.
        records: The machines recorded.
        failed: The machines that were not.
    """

    schema_: Literal["envkb.recorded-many/1"] = Field(alias="schema", default="envkb.recorded-many/1")
    records: tuple[RecordedThere, ...]
    failed: tuple[FailedThere, ...]


class ListedRecord(Reference):
    """One record of a list.

    Attributes:
        fields: What was asked of it by `--fields`, else the usual, by the names of the columns.
    """

    fields: dict[str, JsonValue]


class ListDocument(Value):
    """Printed by `kb list`.

    Attributes:
        schema_: `envkb.list/1`.
        total: How many records answer, whatever the limit.
        records: The records, the newest first.
    """

    schema_: Literal["envkb.list/1"] = Field(alias="schema", default="envkb.list/1")
    total: int
    records: tuple[ListedRecord, ...]


class FoundRecord(ListedRecord):
    """One record that the search found.

    Attributes:
        excerpt: The words around the best match, the matches between `[` and `]`.
    """

    excerpt: str


class FoundDocument(Value):
    """Printed by `kb search`.

    Attributes:
        schema_: `envkb.found/1`.
        records: The records, the best match first.
    """

    schema_: Literal["envkb.found/1"] = Field(alias="schema", default="envkb.found/1")
    records: tuple[FoundRecord, ...]


class ShownDocument(Reference):
    """Printed by `kb show`.

    Attributes:
        schema_: `envkb.shown/1`.
        state: Where it stands in its chain of amendments.
        private: Whether it lies in the private place.
        proofs: What speaks for it; null where that cannot be read, and standard error says why.
        record: What it says.
    """

    schema_: Literal["envkb.shown/1"] = Field(alias="schema", default="envkb.shown/1")
    state: Literal["current", "superseded", "retracted", "fork"]
    private: bool
    proofs: ToldProofs | None
    record: Record


def listed(row: Row, names: Sequence[str]) -> ListedRecord:
    """Return a row as JSON tells it."""
    return ListedRecord(
        id=row.id, digest=row.digest, path=row.path, title=row.title, created=row.created, fields=told(row, names)
    )


def found(hit: Hit, names: Sequence[str]) -> FoundRecord:
    """Return what the search found as JSON tells it."""
    return FoundRecord(**dict(listed(hit.row, names)), excerpt=hit.excerpt)


class SchemaDocument(Value):
    """Printed by `kb schema`.

    Attributes:
        schema_: `envkb.schema/1`.
        names: Every schema there is.
        name: The one asked for; null where none was.
        json_schema: The JSON Schema asked for; null where none was.
    """

    schema_: Literal["envkb.schema/1"] = Field(alias="schema", default="envkb.schema/1")
    names: tuple[str, ...]
    name: str | None
    json_schema: dict[str, JsonValue] | None


class CitedRecord(Reference):
    """One record of a bibliography.

    Attributes:
        state: Where it stands in its chain of amendments.
        private: Whether it lies in the private place.
        url: Its permanent address; null where it is not published.
        warning: What a reader must know before relying on it; null where there is nothing.
        successors: Ids of the records that took its place, retracted it, or amend the same one.
        quotes: What is quoted from it.
        mentioned: Where the texts of `--used-in` name it first, one place a text.
    """

    state: Literal["current", "superseded", "retracted", "fork"]
    private: bool
    url: str | None
    warning: str | None
    successors: tuple[str, ...]
    quotes: tuple[str, ...]
    mentioned: tuple[str, ...]


class UnknownRecord(Value):
    """Something in a text that is written like an id, and names no record here.

    Attributes:
        id: The id as far as it can be told.
        mentioned: Where it stands.
        problem: Why it names none.
    """

    id: str
    mentioned: str
    problem: str


class CitedDocument(Value):
    """Printed by `kb cite`.

    Attributes:
        schema_: `envkb.cited/1`.
        format: The format of the citations.
        text: The citations.
        output: The file that they were written to, as given; null where none was.
        records: The records, in the order they were asked for.
        unknown: What the texts of `--used-in` name and is not here.
    """

    schema_: Literal["envkb.cited/1"] = Field(alias="schema", default="envkb.cited/1")
    format: str
    text: str
    output: str | None
    records: tuple[CitedRecord, ...]
    unknown: tuple[UnknownRecord, ...]


PRINTED: Final = (
    ErrorDocument,
    RecordedDocument,
    RecordedManyDocument,
    ListDocument,
    ShownDocument,
    FoundDocument,
    SchemaDocument,
    CitedDocument,
)
"""Every document that `--json` prints."""
