"""`kb list`."""

from envkb.cli import filters
from envkb.cli.console import AsJson, Root, emit, say, show_table


def run(  # noqa: PLR0913 - the options of a command are its arguments
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
    limit: filters.Limit = None,
    names: filters.Fields = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """List records, the newest first.

    Example: kb list --manager uv --package 'torch>=2.13' --where 'gpu ~ 4070 and outcome != failure'
    """
    from envkb.cli.base import open_base, tell_due, tell_unreadable  # noqa: PLC0415 - start-up
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
    columns, told = filters.shown_columns(names), filters.told_columns(names)
    base = open_base(root)
    with open_index(base) as index:
        rows = index.rows(query, limit=limit)
        total = index.count(query) if limit else len(rows)
        unreadable = index.unreadable()
        any_records = bool(rows or unreadable or index.count())
    if as_json:
        from envkb.cli.documents import ListDocument, listed  # noqa: PLC0415 - only for JSON

        emit(ListDocument(total=total, records=tuple(listed(row, told) for row in rows)))
    elif rows:
        show_table(columns, ([filters.cell(row, name) for name in columns] for row in rows))
        if total > len(rows):
            say(f"{len(rows)} of {total} records")
    else:
        say("no record answers that" if any_records else "no records yet: `kb record` makes the first")
    tell_unreadable(unreadable)
    tell_due(base)
