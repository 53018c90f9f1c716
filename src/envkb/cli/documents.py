"""The documents that `--json` prints; `kb schema` publishes their schemas."""

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import Field, JsonValue

from envkb.assess.compared import Comparison
from envkb.cli.filters import told
from envkb.cli.told_proofs import ToldProofs
from envkb.errors import KbError
from envkb.knowledge.folder import StoredRecord
from envkb.knowledge.index.rows import Hit, Row
from envkb.model.measurement import Parameter
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


class CreatedFile(Value):
    """One file of `kb init`.

    Attributes:
        path: The file, relative to the folder.
        made: Whether it was made; false where it was there and was left alone.
        missing: Lines that a file which was there should have, and has not.
    """

    path: str
    made: bool
    missing: tuple[str, ...]


class InitialisedDocument(Value):
    """Printed by `kb init`.

    Attributes:
        schema_: `envkb.initialised/1`.
        root: The folder.
        files: Every file with what became of it.
    """

    schema_: Literal["envkb.initialised/1"] = Field(alias="schema", default="envkb.initialised/1")
    root: str
    files: tuple[CreatedFile, ...]


class ImportedRecord(Reference):
    """One record of a bundle.

    Attributes:
        new: Whether it was added now; false where it was there.
    """

    new: bool


class RefusedBundle(Value):
    """A bundle that was not taken.

    Attributes:
        path: The bundle, as given.
        error: Why not.
    """

    path: str
    error: Failure


class ImportedDocument(Value):
    """Printed by `kb import`.

    Attributes:
        schema_: `envkb.imported/1`.
        records: The records of the bundles that were taken.
        refused: The bundles that were not.
    """

    schema_: Literal["envkb.imported/1"] = Field(alias="schema", default="envkb.imported/1")
    records: tuple[ImportedRecord, ...]
    refused: tuple[RefusedBundle, ...]


class RenderedDocument(Value):
    """Printed by `kb render`.

    Attributes:
        schema_: `envkb.rendered/1`.
        path: The folder of the pages, relative to the root.
        files: Number of files in it.
        changed: Number of files that were written now.
        removed: Number of files that were removed now.
    """

    schema_: Literal["envkb.rendered/1"] = Field(alias="schema", default="envkb.rendered/1")
    path: str
    files: int
    changed: int
    removed: int


class BuiltDocument(Value):
    """Printed by `kb build`.

    Attributes:
        schema_: `envkb.built/1`.
        path: The folder of the site.
        pages: Number of its pages.
        records: Number of records in it.
    """

    schema_: Literal["envkb.built/1"] = Field(alias="schema", default="envkb.built/1")
    path: str
    pages: int
    records: int


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


class FileProblem(Value):
    """One thing that is wrong with a knowledge base.

    Attributes:
        level: `error` where something is broken, `warning` where it only may be.
        path: The file, relative to the root.
        place: Where in the file; null where it is about the whole of it.
        message: What is wrong.
        hint: How to mend it.
    """

    level: Literal["error", "warning"]
    path: str
    place: str | None
    message: str
    hint: str


class CheckedDocument(Value):
    """Printed by `kb check`.

    Attributes:
        schema_: `envkb.checked/1`.
        records: Number of records there are.
        problems: What is wrong, sorted by file; empty where nothing is.
    """

    schema_: Literal["envkb.checked/1"] = Field(alias="schema", default="envkb.checked/1")
    records: int
    problems: tuple[FileProblem, ...]


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


class RunRecord(Reference):
    """One combination of a run, with its record.

    Attributes:
        arm: Name of the arm.
        request: Name of the request; null for an existing environment.
        manager: The manager; null for an existing environment.
        python: The Python version asked for; null where none was.
        cache: The state of the cache; null for an existing environment.
        bytecode: `default` or `parity`; null for an existing environment.
        outcome: How it ended.
        error: What kind of failure the install was; null where it did not fail.
        medians_s: Medians of what was timed.
    """

    arm: str
    request: str | None
    manager: str | None
    python: str | None
    cache: str | None
    bytecode: str | None
    outcome: str | None
    error: str | None
    medians_s: tuple[Parameter, ...]


class RunDocument(Value):
    """Printed by `kb run`.

    Attributes:
        schema_: `envkb.run/1`.
        run: Names the run.
        records: Its records.
        comparison: How its combinations compare, as `kb compare` tells it; null where nothing was compared.
        unjudged: Why nothing was compared although there is something to compare; null otherwise.
        left_out: What did not fit into the budget.
    """

    schema_: Literal["envkb.run/1"] = Field(alias="schema", default="envkb.run/1")
    run: str
    records: tuple[RunRecord, ...]
    comparison: Comparison | None
    unjudged: str | None
    left_out: tuple[str, ...]


class ForeseenPackage(Value):
    """A package that would be installed.

    Attributes:
        name: Its name.
        version: Its version; null where the manager does not say.
        size_bytes: Size of its archive; null where the manager does not say.
        url: Where it comes from; null where the manager does not say.
    """

    name: str
    version: str | None
    size_bytes: int | None
    url: str | None


class DifferingPackage(Value):
    """A package that differs between an environment and what would be installed.

    Attributes:
        name: Its name.
        here: Its version in the environment; null where it is not there.
        there: The version that would be installed; null where none would be.
    """

    name: str
    here: str | None
    there: str | None


class ForeseenRequest(Value):
    """What a manager would do with a request.

    Attributes:
        request: Name of the request.
        manager: The manager.
        python: The Python version asked for; null where none was.
        resolves: Whether it would work.
        problem: Why not; null where it would.
        download_bytes: What it would receive with an empty cache; null where that is not known.
        packages: What it would install.
        differences: Where that differs from the environment of `--against`; empty without one.
    """

    request: str
    manager: str
    python: str | None
    resolves: bool
    problem: str | None
    download_bytes: int | None
    packages: tuple[ForeseenPackage, ...]
    differences: tuple[DifferingPackage, ...]


class ForeseenDocument(Value):
    """Printed by `kb run --dry-run`.

    Attributes:
        schema_: `envkb.foreseen/1`.
        against: The environment that it is compared with; null without one.
        requests: What each manager would do.
    """

    schema_: Literal["envkb.foreseen/1"] = Field(alias="schema", default="envkb.foreseen/1")
    against: str | None
    requests: tuple[ForeseenRequest, ...]


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


class ComparedDocument(Value):
    """Printed by `kb compare`.

    Attributes:
        schema_: `envkb.compared/1`.
        records: The records that the comparison rests on.
        comparison: What it says.
        claim: The record that keeps it; null where none was asked for.
    """

    schema_: Literal["envkb.compared/1"] = Field(alias="schema", default="envkb.compared/1")
    records: tuple[Reference, ...]
    comparison: Comparison
    claim: Reference | None


class ReproducedDocument(Reference):
    """Printed by `kb reproduce`: the new record, and how it stands to the old one.

    Attributes:
        schema_: `envkb.reproduced/1`.
        reproduces: Id of the old record.
        verdict: Whether the environment is the same again, at the same speed: the worse of both.
        environment: Whether the environment is the same again.
        speed: Whether benchmarks that both have take as long as then; null where both have none.
        reasons: What that rests on.
        comparison: What was measured now and then; null where it could not be compared.
    """

    schema_: Literal["envkb.reproduced/1"] = Field(alias="schema", default="envkb.reproduced/1")
    reproduces: str
    verdict: Literal["reproduced", "not reproduced", "cannot tell"]
    environment: Literal["reproduced", "not reproduced", "cannot tell"]
    speed: Literal["reproduced", "not reproduced", "cannot tell"] | None
    reasons: tuple[str, ...]
    comparison: Comparison | None


PRINTED: Final = (
    ErrorDocument,
    RecordedDocument,
    RecordedManyDocument,
    InitialisedDocument,
    ImportedDocument,
    ListDocument,
    ShownDocument,
    FoundDocument,
    CheckedDocument,
    SchemaDocument,
    RunDocument,
    ForeseenDocument,
    ReproducedDocument,
    RenderedDocument,
    BuiltDocument,
    CitedDocument,
    ComparedDocument,
)
"""Every document that `--json` prints."""
