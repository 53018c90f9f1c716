"""What `kb amend` and `kb retract` share: reading what is stated, and printing what became of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from envkb.cli.amending_documents import AmendedDocument, AmendedLink
from envkb.cli.console import emit, inert, show
from envkb.cli.recording import collect_document
from envkb.experiment.amending import Changes
from envkb.experiment.record import Recorded
from envkb.experiment.recording import read_document, read_files
from envkb.experiment.stated_document import interpret
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.edge_case import EDGE_CASE_CLASSES


def stated_changes(
    base: KnowledgeBase,
    path: Path | None,
    options: Mapping[str, Any],
    *,
    notes: Sequence[Path],
    edges: Sequence[str],
    now: datetime,
) -> Changes:
    """Return what options and the file of `--from` change; what the file states replaces, also where it is empty.

    Raises:
        UsageError: A value that cannot be meant, or a file that is not there.
        InvalidDataError: A file that cannot be read.
    """
    document = collect_document(None, options, notes=notes, edges=edges)
    replaced: frozenset[str] = frozenset()
    if path is not None:
        file = read_document(path)
        replaced = frozenset(file.model_fields_set)
        document = file.joined(document)
    stated = interpret(
        document,
        now=now,
        zone=now.astimezone().tzinfo or now.tzinfo,  # type: ignore[arg-type] # a time of `present` has one
        classes=(*EDGE_CASE_CLASSES, *base.settings.edge_cases),
        files=read_files(document.attach),
    )
    return Changes(stated, replaced)


def print_amended(recorded: Recorded, *, relation: str, as_json: bool) -> None:
    """Print the new record, and which records it amends or retracts."""
    links = [link for link in recorded.record.links if link.relation == relation]
    if as_json:
        emit(
            AmendedDocument(
                id=recorded.id,
                digest=recorded.digest,
                path=recorded.path or "",
                title=recorded.record.title,
                created=recorded.record.created,
                private=recorded.private,
                citation=recorded.citation,
                links=tuple(AmendedLink(relation=relation, id=link.id, digest=link.digest) for link in links),
            )
        )
        return
    for link in links:
        show(f"{relation:<12}{link.id}, which stays as it is")
    show(f"{'record':<12}{recorded.id}{' (private)' if recorded.private else ''}")
    show(f"{'file':<12}{recorded.path}")
    show(f"{'cite':<12}{inert(recorded.citation)}")
