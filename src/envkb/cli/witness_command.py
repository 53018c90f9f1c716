"""`kb witness`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from envkb.cli.console import AsJson, Root, inert, say


def run(
    record: Annotated[str, typer.Argument(metavar="ID", help="The record, in any spelling of its id.")],
    *,
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your SSH key; else the usual one in ~/.ssh.", show_default=False),
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Sign that you have read and understood a record of somebody else.

    Example: kb witness KB-2026-WERC8-GMRZGT --key ~/.ssh/id_ed25519
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - start-up

    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.signing import print_signed  # noqa: PLC0415 - start-up
    from envkb.proof.signatures.judging import Judge  # noqa: PLC0415 - start-up
    from envkb.proof.signatures.signing import (  # noqa: PLC0415 - start-up
        find_key,
        read_public_key,
        start_at_terminal,
        start_quietly,
        state,
        witness,
    )

    base, now = open_base(root), datetime.now(UTC)
    stored, judge = base.read(record), Judge.of(base.root)
    start = start_quietly
    if sys.stdin.isatty():
        start = start_at_terminal
        statement = state(judge, stored, read_public_key(find_key(key)), now)
        say(f"{inert(stored.record.title)}\n\n{inert(statement.text().decode())}")
        typer.confirm("Sign this?", abort=True, err=True)
    print_signed(stored, witness(judge, stored, key, now, start=start), "witness", as_json=as_json)
