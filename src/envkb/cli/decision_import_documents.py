"""The document that `kb decision import` prints with `--json`."""

from typing import Final, Literal

from pydantic import Field

from envkb.cli.decision_documents import DecisionReference, refer
from envkb.cli.documents import Failure, failure
from envkb.exchange.adr.importing import AdrImport, ImportedAdr
from envkb.model.record import Digest
from envkb.model.value import Value


class ImportedDecision(DecisionReference):
    """A record that is in the knowledge base now.

    Attributes:
        source: Its file, relative to the folder that was imported.
        sha256: SHA-256 of the bytes of that file.
        new: Whether it was added; false where it had been imported before.
        supersedes: Slugs of the decisions that it replaces.
        superseded_by: Slugs of the decisions that replace it.
        notes: What a person should know of it.
    """

    source: str
    sha256: Digest
    new: bool
    supersedes: tuple[str, ...]
    superseded_by: tuple[str, ...]
    notes: tuple[str, ...]


class RefusedFile(Value):
    """A file that was not imported.

    Attributes:
        source: The file, relative to the folder.
        error: Why.
    """

    source: str
    error: Failure


class DecisionsImportedDocument(Value):
    """Printed by `kb decision import`.

    Attributes:
        schema_: `envkb.decisions-imported/1`.
        dry_run: Whether nothing was written, and `new` says what would be.
        decisions: The records, by file.
        refused: The files that could not be imported; the others were.
        skipped: Files that are no decision records by their names.
    """

    schema_: Literal["envkb.decisions-imported/1"] = Field(alias="schema", default="envkb.decisions-imported/1")
    dry_run: bool
    decisions: tuple[ImportedDecision, ...]
    refused: tuple[RefusedFile, ...]
    skipped: tuple[str, ...]


PRINTED: Final = (DecisionsImportedDocument,)
"""What the command prints."""


def told(result: AdrImport, *, dry_run: bool) -> DecisionsImportedDocument:
    """Return what JSON tells of an import."""
    return DecisionsImportedDocument(
        dry_run=dry_run,
        decisions=tuple(map(_told, result.decisions)),
        refused=tuple(RefusedFile(source=str(each.source), error=failure(each.error)) for each in result.refused),
        skipped=tuple(map(str, result.skipped)),
    )


def _told(each: ImportedAdr) -> ImportedDecision:
    decision = each.file.decision
    return ImportedDecision(
        **dict(refer(each.file)),
        source=str(each.source),
        sha256=each.sha256,
        new=each.new,
        supersedes=decision.supersedes,
        superseded_by=decision.superseded_by,
        notes=each.notes,
    )
