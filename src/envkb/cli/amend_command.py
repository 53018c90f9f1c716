"""`kb amend`."""

from pathlib import Path
from typing import Annotated

import typer

from envkb.cli.console import AsJson, Root


def run(  # noqa: PLR0913 - the options of a command are its arguments
    record: Annotated[str, typer.Argument(metavar="ID", help="The record, in any spelling of its id.")],
    *,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="A new title.")] = None,
    summary: Annotated[str | None, typer.Option(metavar="TEXT", help="A new summary.")] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="success|partial|failure", help="How it ended, after all.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="One more label; repeatable.")] = None,
    author: Annotated[
        list[str] | None, typer.Option(metavar="AUTHOR", help="The authors, in place of the old ones; repeatable.")
    ] = None,
    note: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="One more note in Markdown; repeatable.")
    ] = None,
    edge: Annotated[
        list[str] | None,
        typer.Option(metavar="'KEY=TEXT;…'", help="One more edge case, as `kb record` takes it; repeatable."),
    ] = None,
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE.toml", help="What this file states replaces the old, lists too."),
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; readers of the old record see it.")] = None,
    also: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Another head of a fork that this makes one; repeatable.")
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Correct a record by a new one that replaces it; the old one stays, and says so.

    Example: kb amend KB-2026-WERC8-GMRZGT --outcome failure --reason 'it crashed the day after'
    """
    from envkb.capture.transports.local import collect_local  # noqa: PLC0415 - start-up
    from envkb.cli.amending import print_amended, stated_changes  # noqa: PLC0415 - start-up
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.experiment.amending import amend  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up

    base, now = open_base(root), present()
    changes = stated_changes(
        base,
        from_,
        {
            "title": title,
            "summary": summary,
            "outcome": outcome,
            "tags": tuple(tag or ()),
            "authors": tuple(author or ()),
        },
        notes=note or (),
        edges=edge or (),
        now=now,
    )._replace(reason=reason)
    names = (record, *(also or ()))
    recorded = amend(base, names, changes, machine=collect_local().machine_values, now=now)
    print_amended(recorded, relation="amends", as_json=as_json)
