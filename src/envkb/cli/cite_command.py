"""`kb cite`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, say, show
from envkb.errors import IncompleteError

if TYPE_CHECKING:
    from envkb.cli.citing import Bibliography


def run(
    records: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID[#MEASUREMENT]]...", help="Records; a measurement's name quotes it."),
    ] = None,
    *,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="short, long, markdown, bibtex, biblatex, ris, csl-json, cff, datacite, apa, ieee, iso690.",
        ),
    ] = "short",
    every: Annotated[bool, typer.Option("--all", help="Every public record that counts.")] = False,
    used_in: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="The records that a LaTeX, Markdown, text or Word file names; repeatable."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.", show_default=False)
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Cite records; several make one bibliography.

    Example: kb cite --used-in report.tex --format biblatex -o evidence.bib
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.citing import Wanted, compile_bibliography  # noqa: PLC0415 - start-up
    from envkb.knowledge.files import explain_os_errors  # noqa: PLC0415 - start-up

    wanted = Wanted(records=tuple(records or ()), every=every, texts=tuple(used_in or ()))
    bibliography = compile_bibliography(open_base(root), wanted, format_)
    if output is not None:
        with explain_os_errors(output):
            output.write_text(bibliography.text, encoding="utf-8", newline="\n")
    if as_json:
        emit(bibliography.document(output))
    elif output is None:
        show(bibliography.text.rstrip("\n"))
    _report(bibliography)
    if bibliography.unknown:
        raise typer.Exit(IncompleteError.exit_code)


def _report(bibliography: "Bibliography") -> None:
    if not bibliography.cited and not bibliography.unknown:
        say("kb: no record is named there")
    for cited in bibliography.cited:
        where = f" (in {'; '.join(cited.mentioned)})" if cited.mentioned else ""
        if cited.citation.warning:
            say(f"kb: {cited.citation.id} is {cited.citation.warning}{where}")
        if cited.stored.private:
            say(f"kb: {cited.citation.id} is private: its id and title are in this citation{where}")
    for unknown in bibliography.unknown:
        say(f"kb: {unknown.mentioned}: {unknown.problem}")
