"""`kb import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, say, show
from envkb.errors import InvalidDataError, KbError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envkb.cli.base_documents import ImportedDocument
    from envkb.knowledge.folder import KnowledgeBase
    from envkb.knowledge.importing import Imported

_BUNDLES = (".kbz", ".zip")


def run(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Bundles (.kbz), crates (.zip), folders with bundles, results of the bench worker."
        ),
    ],
    *,
    private: Annotated[bool, typer.Option("--private", help="Add them to the private place.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Add the records of bundles and crates, and of results of the bench worker; what is there is left alone.

    Example: kb import KB-2026-WERC8-GMRZGT.kbz
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up

    base = open_base(root)
    results = [result for path in paths for result in _imported(base, path, private=private)]
    if as_json:
        emit(_document(base, results))
    else:
        for stored in (stored for result in results for stored in result.records):
            show(f"{stored.id}  {'added' if stored.new else 'was there'}  {stored.path}")
    refused = [(result.path, result.error) for result in results if result.error]
    for path, error in refused:
        say(f"kb: {path}: {error.message.removeprefix(f'{path}: ')}")
        if error.hint:
            say(f"    {error.hint}")
    if refused:
        # A full disk is no fault of the bundles.
        codes = {error.exit_code for _, error in refused}
        raise typer.Exit(codes.pop() if len(codes) == 1 else InvalidDataError.exit_code)


def _imported(base: "KnowledgeBase", path: Path, *, private: bool) -> "list[Imported]":
    from envkb.knowledge.importing import Imported, import_bundles  # noqa: PLC0415 - start-up

    if path.suffix.lower() in _BUNDLES or not path.is_file():
        return import_bundles(base, [path], private=private)
    from envkb.experiment.clock import present  # noqa: PLC0415 - most imports are of bundles
    from envkb.experiment.worker_results import holds_results, import_results  # noqa: PLC0415 - likewise

    try:
        if not holds_results(path):
            return import_bundles(base, [path], private=private)
        return [Imported(path, (import_results(base, path, now=present(), private=private),), None)]
    except KbError as error:
        return [Imported(path, (), error)]


def _document(base: "KnowledgeBase", results: "Sequence[Imported]") -> "ImportedDocument":
    from envkb.cli.base_documents import ImportedDocument, ImportedRecord, RefusedBundle  # noqa: PLC0415 - start-up
    from envkb.cli.documents import failure, reference  # noqa: PLC0415 - start-up

    records = [
        ImportedRecord(**dict(reference(base.read(stored.id))), new=stored.new)
        for result in results
        for stored in result.records
    ]
    refused = [RefusedBundle(path=str(result.path), error=failure(result.error)) for result in results if result.error]
    return ImportedDocument(records=tuple(records), refused=tuple(refused))
