"""`kb stamp`."""

from typing import Annotated

import typer

from envkb.cli.console import AsJson, Root, say
from envkb.errors import IncompleteError, KbError


def run(
    record: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="A record; without one the newest checkpoint, which covers all before it."),
    ] = None,
    *,
    tsa: Annotated[list[str], typer.Option("--tsa", metavar="URL", help="An authority's address; repeatable.")],
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Have time-stamp authorities attest that the log, or a record, exists now.

    Example: kb stamp --tsa https://tsa.example/tsr
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - start-up

    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.stamping import print_stamped  # noqa: PLC0415 - start-up
    from envkb.proof.stamps.stamping import newest_checkpoint, stamp, this_record  # noqa: PLC0415 - start-up

    base = open_base(root)
    subject, data = this_record(base.read(record)) if record else newest_checkpoint(base)
    stamps, failures = [], []
    for url in tsa:
        try:
            stamps.append(stamp(base, subject, data, url, datetime.now(UTC)))
        except KbError as error:
            failures.append((url, error))
    if not stamps:
        raise failures[0][1]
    print_stamped(subject, stamps, failures, as_json=as_json)
    for _, failure in failures:
        say(f"kb: {failure.message}")
        if failure.hint:
            say(f"    {failure.hint}")
    if failures:
        raise typer.Exit(IncompleteError.exit_code)
