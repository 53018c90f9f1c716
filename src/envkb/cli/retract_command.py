"""`kb retract`."""

from typing import Annotated

import typer

from envkb.cli.console import AsJson, Root


def run(
    record: Annotated[str, typer.Argument(metavar="ID", help="The record, in any spelling of its id.")],
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; readers of the old record see it.")],
    author: Annotated[
        list[str] | None, typer.Option(metavar="AUTHOR", help="Who retracts it; repeatable; else those of kb.toml.")
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Take back a record with all its versions; it stays, and says so, and counts for nothing.

    Example: kb retract KB-2026-WERC8-GMRZGT --reason 'the benchmark ran on another machine'
    """
    from envkb.capture.transports.local import collect_local  # noqa: PLC0415 - start-up
    from envkb.cli.amending import print_amended  # noqa: PLC0415 - start-up
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.experiment.amending import retract  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up
    from envkb.experiment.stated import parse_author  # noqa: PLC0415 - start-up

    recorded = retract(
        open_base(root),
        record,
        reason,
        authors=[parse_author(text) for text in author or ()],
        machine=collect_local().machine_values,
        now=present(),
    )
    print_amended(recorded, relation="retracts", as_json=as_json)
