"""`kb decision new`."""

from typing import Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say, show


def run(
    title: Annotated[str, typer.Argument(help="The title, one line: what is decided, or to be decided.")],
    *,
    slug: Annotated[
        str | None, typer.Option(metavar="NAME", help="Its id, for ever; else made from the title.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="RUN", help="Draft options, evidence and assumptions from a run or a record."),
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Begin a decision: a draft to be filled in.

    Example: kb decision new 'Use uv for CPU-only environments' --from 20261122-101500-a1b2
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up
    from envkb.experiment.decision_drafts import draft_decision  # noqa: PLC0415 - start-up

    file = draft_decision(open_base(root), title, day=present().date(), slug=slug, source=source)
    if as_json:
        from envkb.cli.decision_documents import DecisionsChangedDocument, refer  # noqa: PLC0415 - only for JSON

        emit(DecisionsChangedDocument(decisions=(refer(file),), rewritten=()))
    else:
        show(str(file.path))
    say(inert(f"kb: fill it in, then `kb decision accept {file.slug}`"))
