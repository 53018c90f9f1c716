"""What commands print under `--json` that work on a knowledge base as a whole: init, import, check, render, build."""

from typing import Final, Literal

from pydantic import Field

from envkb.cli.documents import Failure, Reference
from envkb.model.value import Value


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


PRINTED: Final = (
    InitialisedDocument,
    ImportedDocument,
    CheckedDocument,
    RenderedDocument,
    BuiltDocument,
)
