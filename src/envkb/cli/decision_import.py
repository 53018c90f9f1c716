"""`kb decision import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say, show
from envkb.errors import InvalidDataError

if TYPE_CHECKING:
    from envkb.exchange.adr.importing import AdrImport


def run(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with decision records in Markdown.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be written.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Import decision records of other tools, byte for byte; what was imported before is left alone.

    Example: kb decision import doc/adr --dry-run
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.exchange.adr.importing import import_adrs  # noqa: PLC0415 - start-up

    result = import_adrs(open_base(root).root, folder, dry_run=dry_run)
    if as_json:
        from envkb.cli.decision_import_documents import told  # noqa: PLC0415 - only for JSON

        emit(told(result, dry_run=dry_run))
    else:
        _tell(result, dry_run=dry_run)
    for each in result.refused:
        say(inert(f"kb: {folder / each.source}: {each.error.message.removeprefix(f'{each.source}: ')}"))
        if each.error.hint:
            say(inert(f"    {each.error.hint}"))
    if result.refused:
        raise typer.Exit(InvalidDataError.exit_code)


def _tell(result: "AdrImport", *, dry_run: bool) -> None:
    done = "would be added" if dry_run else "added"
    for each in result.decisions:
        what = done if each.new else "was there"
        show(inert(f"{each.file.path}  {each.file.decision.status}  {what}  from {each.source}"))
        for note in each.notes:
            show(inert(f"    {note}"))
    new = sum(each.new for each in result.decisions)
    say(f"{new} {done}, {len(result.decisions) - new} there already, {len(result.refused)} refused")
    if result.skipped:
        say(inert(f"left out, no decision records by their names: {', '.join(map(str, result.skipped))}"))
