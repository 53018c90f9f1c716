"""The filter options that `kb list` and `kb search` share."""

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.errors import UsageError

if TYPE_CHECKING:
    from pydantic import JsonValue

    from envkb.knowledge.index.rows import Row
    from envkb.knowledge.query.language import Query

Host = Annotated[list[str] | None, typer.Option(metavar="LABEL|KEY", help="Label or key of a host; repeatable.")]
Manager = Annotated[list[str] | None, typer.Option(metavar="NAME", help="uv, pip, conda …; repeatable.")]
Tag = Annotated[list[str] | None, typer.Option(metavar="TAG", help="A tag; several must all be there.")]
Outcome = Annotated[list[str] | None, typer.Option(metavar="success|partial|failure", help="How it ended; repeatable.")]
Gpu = Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Part of a GPU's name; repeatable.")]
Package = Annotated[list[str] | None, typer.Option(metavar="REQUIREMENT", help="'torch>=2.13'; repeatable.")]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Written on that day or later.")]
Where = Annotated[str | None, typer.Option(metavar="QUERY", help="A query: 'manager = uv and gpu ~ 4070'.")]
All = Annotated[bool, typer.Option("--all", help="Superseded and retracted records, too.")]
Limit = Annotated[int | None, typer.Option(metavar="N", min=1, help="At most so many.")]
Fields = Annotated[str | None, typer.Option("--fields", metavar="NAMES", help="Columns to show: 'id,gpus,driver'.")]

REFERENCE = ("id", "digest", "path", "title", "created")
_SHOWN = ("id", "created", "title", "host", "manager", "outcome")
_TOLD = ("kind", "state", "private", "host", "manager", "python", "os", "gpus", "outcome", "tags", "edges")


def build_query(  # noqa: PLR0913 - one argument an option
    *,
    host: Sequence[str] | None,
    manager: Sequence[str] | None,
    tag: Sequence[str] | None,
    outcome: Sequence[str] | None,
    gpu: Sequence[str] | None,
    package: Sequence[str] | None,
    since: str | None,
    where: str | None,
    everything: bool,
) -> "Query":
    """Return the query that the options stand for; without `--all`, only what stands in lists.

    Raises:
        UsageError: One of them cannot be read.
    """
    from envkb.knowledge.query.filters import filter_query  # noqa: PLC0415 - start-up
    from envkb.knowledge.query.language import And, names_field  # noqa: PLC0415 - start-up
    from envkb.knowledge.query.parser import parse_query  # noqa: PLC0415 - start-up
    from envkb.model.record import OUTCOMES  # noqa: PLC0415 - start-up

    for word in outcome or ():
        if word not in OUTCOMES:
            raise UsageError(f"outcome {word!r} is not known", hint=f"known: {', '.join(OUTCOMES)}")
    query = filter_query(
        where=where,
        since=since,
        packages=package or (),
        host=host or (),
        manager=manager or (),
        tag=tag or (),
        outcome=outcome or (),
        gpu=gpu or (),
    )
    # A fork counts for nothing, but somebody has to see it to mend it. Whoever asks for a state gets it.
    if everything or names_field(query, "state"):
        return query
    return And((query, parse_query("state = current or state = fork")))


def shown_columns(names: str | None) -> tuple[str, ...]:
    """Return the columns of a table.

    Raises:
        UsageError: A name that no column has.
    """
    return _named(names) if names else _SHOWN


def told_columns(names: str | None) -> tuple[str, ...]:
    """Return what JSON tells of each record beside its reference.

    Raises:
        UsageError: A name that no column has.
    """
    return tuple(name for name in (_named(names) if names else _TOLD) if name not in REFERENCE)


def _named(names: str) -> tuple[str, ...]:
    from envkb.knowledge.index.rows import Row  # noqa: PLC0415 - start-up

    known = [field.name for field in fields(Row)]
    wanted = tuple(name.strip() for name in names.split(",") if name.strip())
    for name in wanted:
        if name not in known:
            raise UsageError(f"there is no field {name!r}", hint=f"fields: {', '.join(known)}")
    return wanted or _SHOWN


def cell(row: "Row", name: str) -> str:
    """Return one cell of a table."""
    value = getattr(row, name)
    if name == "host":
        value = row.host_label or row.host
    if name == "id" and row.state != "current":
        return f"{row.id} ({row.state})"
    if name == "created":
        return row.created[:10]
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)


def told(row: "Row", names: Sequence[str]) -> "dict[str, JsonValue]":
    """Return what JSON tells of a row beside its reference."""
    values = ((name, getattr(row, name)) for name in names)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}
