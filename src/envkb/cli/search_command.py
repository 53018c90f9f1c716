"""`kb search`."""

from typing import Annotated

import typer

from envkb.cli import filters
from envkb.cli.console import AsJson, Root, emit, inert, say, show


def run(  # noqa: PLR0913 - the options of a command are its arguments
    words: Annotated[
        list[str], typer.Argument(metavar="WORD...", help="Words, or beginnings of words; all must be there.")
    ],
    *,
    host: filters.Host = None,
    manager: filters.Manager = None,
    tag: filters.Tag = None,
    outcome: filters.Outcome = None,
    gpu: filters.Gpu = None,
    package: filters.Package = None,
    since: filters.Since = None,
    where: filters.Where = None,
    everything: filters.All = False,
    limit: filters.Limit = 20,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Search titles, notes, symptoms, facts and packages of all records.

    Example: kb search 'cannot open shared object' --manager conda
    """
    from envkb.cli.base import open_base, tell_unreadable  # noqa: PLC0415 - start-up
    from envkb.knowledge.index.index import open_index  # noqa: PLC0415 - start-up

    query = filters.build_query(
        host=host,
        manager=manager,
        tag=tag,
        outcome=outcome,
        gpu=gpu,
        package=package,
        since=since,
        where=where,
        everything=everything,
    )
    with open_index(open_base(root)) as index:
        hits = index.search(" ".join(words), query, limit=limit)
        unreadable = index.unreadable()
    if as_json:
        from envkb.cli.documents import FoundDocument, found  # noqa: PLC0415 - only for JSON

        emit(FoundDocument(records=tuple(found(hit, filters.told_columns(None)) for hit in hits)))
    for hit in () if as_json else hits:
        show(f"{hit.row.id}  {inert(hit.row.title)}")
        show(f"    {' '.join(inert(hit.excerpt).split())}")
    if not hits:
        say("nothing found: try fewer words, or the beginning of one")
    tell_unreadable(unreadable)
