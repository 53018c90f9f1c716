"""`kb cite`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, say, show

if TYPE_CHECKING:
    from envkb.cli.citing import Bibliography


def run(
    records: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID[#MEASUREMENT]]...", help="Records; a measurement's name quotes its value."),
    ] = None,
    *,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="short, long, markdown, bibtex, biblatex, csl-json.",
        ),
    ] = "short",
    every: Annotated[bool, typer.Option("--all", help="Every public record that counts.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.", show_default=False)
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Cite records; several make one bibliography.

    Example: kb cite KB-2026-WERC8-GMRZGT --format biblatex -o evidence.bib
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.citing import Wanted, compile_bibliography  # noqa: PLC0415 - start-up
    from envkb.knowledge.files import explain_os_errors  # noqa: PLC0415 - start-up

    wanted = Wanted(records=tuple(records or ()), every=every)
    bibliography = compile_bibliography(open_base(root), wanted, format_)
    if output is not None:
        with explain_os_errors(output):
            output.write_text(bibliography.text, encoding="utf-8", newline="\n")
    if as_json:
        emit(bibliography.document(output))
    elif output is None:
        show(bibliography.text.rstrip("\n"))
    else:
        say(f"kb: {len(bibliography.cited)} cited in {output}")
    _warn(bibliography)


def _warn(bibliography: "Bibliography") -> None:
    for _, citation in bibliography.cited:
        if citation.warning:
            say(f"kb: {citation.id} is {citation.warning}")
