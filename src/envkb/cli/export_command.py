"""`kb export`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from envkb.cli import filters
from envkb.cli.console import AsJson, Root, emit, say
from envkb.errors import UsageError


def run(
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to a file; its name can tell the format."),
    ] = None,
    format_: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="crate (RO-Crate, .zip), jsonl, csv or parquet.")
    ] = None,
    where: filters.Where = None,
    everything: filters.All = False,
    private: Annotated[bool, typer.Option("--private", help="Private records, too.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Export public records: as a crate that `kb import` takes, as JSON Lines, or as a table.

    A crate takes along what its records link to, and what amends or retracts them.

    Example: kb export --where 'gpu ~ 4070' -o evidence.zip
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.exchange.export import FORMATS, TEXTS, choose_format, export_to_file  # noqa: PLC0415 - start-up
    from envkb.exchange.selection import select  # noqa: PLC0415 - start-up

    name = choose_format(format_, output)
    if output is None and (as_json or name not in TEXTS):
        raise UsageError("this needs a file to write to", hint="name it with -o FILE")
    query = filters.build_query(
        host=None,
        manager=None,
        tag=None,
        outcome=None,
        gpu=None,
        package=None,
        since=None,
        where=where,
        everything=everything,
    )
    selection = select(open_base(root), query, private=private, relatives=name == "crate")
    if output is None:
        FORMATS[name](sys.stdout.buffer, selection)
        return
    export_to_file(output, name, selection)
    rows = (*selection.rows, *selection.relatives)
    hidden = sum(row.private for row in rows)
    if as_json:
        from envkb.cli.exchange_documents import ExportedDocument, ExportedRecord  # noqa: PLC0415 - only for JSON

        told = (
            ExportedRecord(
                id=row.id, digest=row.digest, path=row.path, title=row.title, created=row.created, private=row.private
            )
            for row in rows
        )
        emit(ExportedDocument(format=name, output=str(output), records=tuple(told)))
    taken = f", {len(selection.relatives)} of them taken along" if selection.relatives else ""
    say(f"{len(rows)} record{'s' if len(rows) != 1 else ''} in {output}{taken}")
    if hidden:
        say(f"kb: {hidden} of them are private: whoever gets this file can read them")
        if name == "crate":
            say("    `kb import --private` keeps them private in another knowledge base")
