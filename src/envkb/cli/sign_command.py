"""`kb sign`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from envkb.cli.console import AsJson, Root


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
    """Sign a record as its author, with an SSH key that you have.

    Example: kb sign KB-2026-WERC8-GMRZGT --key ~/.ssh/id_ed25519
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.signing import print_signed  # noqa: PLC0415 - start-up
    from envkb.proof.signatures.judging import Judge  # noqa: PLC0415 - start-up
    from envkb.proof.signatures.signing import sign, start_at_terminal, start_quietly  # noqa: PLC0415 - start-up

    base = open_base(root)
    stored = base.read(record)
    start = start_at_terminal if sys.stdin.isatty() else start_quietly
    print_signed(stored, sign(Judge.of(base.root), stored, key, start=start), "author", as_json=as_json)
