"""`kb decision list`."""

from typing import Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say, show_table
from envkb.errors import UsageError

_COLUMNS = ("number", "slug", "status", "date", "title")


def run(
    *,
    status: Annotated[
        list[str] | None, typer.Option(metavar="STATUS", help="accepted, proposed, draft …; repeatable.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="A tag; several must all be there.")] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """List decisions, by number.

    Example: kb decision list --status accepted
    """
    from typing import get_args  # noqa: PLC0415 - start-up

    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions.files import read_decisions  # noqa: PLC0415 - start-up
    from envkb.model.decision import Status  # noqa: PLC0415 - start-up

    for word in status or ():
        if word not in get_args(Status):
            raise UsageError(f"status {word!r} is not known", hint=f"known: {', '.join(get_args(Status))}")
    shelf = read_decisions(open_base(root).root)
    found = [
        file
        for file in shelf.files
        if (not status or file.decision.status in status) and set(tag or ()) <= set(file.decision.tags)
    ]
    if as_json:
        from envkb.cli.decision_documents import DecisionsDocument, refer  # noqa: PLC0415 - only for JSON

        emit(DecisionsDocument(decisions=tuple(map(refer, found))))
    elif found:
        rows = ((file.handle, file.slug, file.decision.status, file.decision.date or "", file.title) for file in found)
        show_table(_COLUMNS, rows)
    else:
        say("no decision answers that" if shelf.files else "no decisions yet: `kb decision new` makes the first")
    if shelf.problems:
        more = f" and {len(shelf.problems) - 1} more" if shelf.problems[1:] else ""
        say(inert(f"kb: left out, because unreadable: {shelf.problems[0].path}{more}"))
        say("    `kb decision check` says what is wrong with each")
