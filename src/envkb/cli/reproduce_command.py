"""`kb reproduce`."""

from typing import Annotated

import typer

from envkb.cli.console import AsJson, Root


def run(  # noqa: PLR0913 - the options of a command are its arguments
    record: Annotated[str, typer.Argument(metavar="ID", help="The record.")],
    *,
    with_: Annotated[
        str | None, typer.Option("--with", metavar="MANAGER", help="Another manager than that of the record.")
    ] = None,
    from_installed: Annotated[
        bool, typer.Option("--from-installed", help="Without a lock, take the versions that were installed.")
    ] = False,
    flag: Annotated[
        list[str] | None, typer.Option(metavar="MANAGER=FLAG", help="Extra flags in place of the record's; repeatable.")
    ] = None,
    rounds: Annotated[
        int | None, typer.Option(metavar="N", help="How often it is measured; else as often as it was.")
    ] = None,
    bench: Annotated[
        list[str] | None,
        typer.Option(metavar="SUITE[:quick|full]|FILE.py[:FUNCTION]|none", help="Other benchmarks; repeatable."),
    ] = None,
    index: Annotated[
        list[str] | None, typer.Option(metavar="NAME=URL", help="Where an index is that the lock names; repeatable.")
    ] = None,
    channel: Annotated[
        list[str] | None, typer.Option(metavar="NAME=URL", help="Where a channel is that the lock names; repeatable.")
    ] = None,
    timeout: Annotated[
        str | None, typer.Option(metavar="DURATION", help="For each step, such as 90s, 20m; 1h if nothing is said.")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Write to the private place.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Make the environment of a record again from its lock, measure it, and write a record that says how it went.

    Exits with 4 where it is not reproduced.

    Example: kb reproduce KB-2026-WERC8-GMRZGT
    """
    from envkb.cli.reproducing import Wanted, answer  # noqa: PLC0415 - start-up

    answer(
        Wanted(
            record=record,
            manager=with_,
            from_installed=from_installed,
            flags=tuple(flag or ()),
            rounds=rounds,
            bench=tuple(bench or ()),
            indexes=tuple(index or ()),
            channels=tuple(channel or ()),
            timeout=timeout,
            private=private,
            root=root,
            as_json=as_json,
        )
    )
