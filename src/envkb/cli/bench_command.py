"""`kb bench`."""

from pathlib import Path
from typing import Annotated

import typer

from envkb.cli.console import say, show


def run(
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to a file; else it is printed.")
    ] = None,
) -> None:
    """Write the benchmarks as one Python file, which runs alone where there is no kb.

    Any Python from 3.8 on runs it. It prints results that `kb import` takes.

    Example: kb bench -o kb_bench.py
    """
    from envkb.bench.payload import assemble  # noqa: PLC0415 - start-up

    if output is None:
        show(assemble().removesuffix("\n"))
        return
    from envkb.knowledge.files import explain_os_errors  # noqa: PLC0415 - start-up

    with explain_os_errors(output):
        output.write_text(assemble(), "utf-8")
    say(f"run it there: python {output.name} --suite torch:quick > results.json")
