"""`kb cite`."""

from collections.abc import Sequence
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
        typer.Argument(
            metavar="ID[#MEASUREMENT]",
            help="Records; a measurement's name quotes it. Or `decision SLUG`: a decision with its state today.",
        ),
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
    if records and records[0] == "decision":
        _cite_decisions(records[1:], format_, output, root, as_json=as_json)
        return
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.citing import Wanted, compile_bibliography  # noqa: PLC0415 - start-up

    wanted = Wanted(records=tuple(records or ()), every=every, texts=tuple(used_in or ()))
    bibliography = compile_bibliography(open_base(root), wanted, format_)
    _write(bibliography.text, output)
    if as_json:
        emit(bibliography.document(output))
    elif output is None and bibliography.cited:
        show(bibliography.text.rstrip("\n"))
    _report(bibliography)
    if bibliography.unknown:
        raise typer.Exit(IncompleteError.exit_code)


def _cite_decisions(
    names: Sequence[str], format_name: str, output: Path | None, root: Path | None, *, as_json: bool
) -> None:
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.decision_citing import cite_decisions  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up

    cited = cite_decisions(open_base(root), names, format_name, on=present().date())
    _write(cited.text, output)
    if as_json:
        emit(cited)
    elif output is None:
        show(cited.text.rstrip("\n"))


def _write(text: str, output: Path | None) -> None:
    from envkb.knowledge.files import explain_os_errors  # noqa: PLC0415 - start-up

    if output is not None:
        with explain_os_errors(output):
            output.write_text(text, encoding="utf-8", newline="\n")


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
