"""`kb compare`."""

import sys
from shutil import get_terminal_size
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say, show, show_table

if TYPE_CHECKING:
    from envkb.assess.compared import Comparison
    from envkb.experiment.record import Recorded


def run(  # noqa: PLR0913 - the options of a command are its arguments
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID|RUN...", help="Records, or runs for all their arms; the first is the baseline."),
    ] = None,
    *,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="QUERY", help="A set of records as one side; give it twice or more, the baseline first."),
    ] = None,
    margin: Annotated[
        float, typer.Option(metavar="SHARE", min=0.001, max=1.0, help="Share of the baseline that makes no difference.")
    ] = 0.05,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A difference that is no obstacle: python, numpy, packages …; repeatable."),
    ] = None,
    plot: Annotated[bool, typer.Option("--plot", help="Draw the intervals.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print it as Markdown, for a report.")] = False,
    claim: Annotated[bool, typer.Option("--claim", help="Keep it as a record that can be cited.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Compare experiments: what differs, and whether a candidate is faster, slower, equivalent, or it cannot be told.

    Example: kb compare --where 'manager = pip and tag = torch' --where 'manager = uv and tag = torch' --plot
    """
    from envkb.assess.verdicts import Options  # noqa: PLC0415 - start-up
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.documents import reference  # noqa: PLC0415 - start-up
    from envkb.cli.run_documents import ComparedDocument  # noqa: PLC0415 - start-up
    from envkb.experiment.compare import compare_records  # noqa: PLC0415 - start-up

    base = open_base(root)
    options = Options(margin=margin, allowed=frozenset(allow or ()))
    compared = compare_records(base, names or (), where or (), options)
    for remark in compared.remarks:
        say(f"kb: {remark}")
    kept: Recorded | None = None
    if claim:
        from envkb.capture.transports.local import collect_local  # noqa: PLC0415 - only for what is written
        from envkb.experiment.claiming import keep_claim  # noqa: PLC0415 - likewise
        from envkb.experiment.clock import present  # noqa: PLC0415 - likewise

        kept = keep_claim(compared, base, collect_local().machine_values, present())
    if as_json:
        records = tuple(reference(stored) for stored in compared.records)
        claimed = reference(base.read(kept.id)) if kept else None
        emit(ComparedDocument(records=records, comparison=compared.comparison, claim=claimed))
        return
    if markdown:
        from envkb.publish.comparison import markdown as as_markdown  # noqa: PLC0415 - start-up

        show(as_markdown(compared.comparison).rstrip())
    else:
        _print(compared.comparison, plot=plot)
    if kept:
        (say if markdown else show)(f"claim        {kept.id}{' (private)' if kept.private else ''}  {kept.path}")
        (say if markdown else show)(f"cite         {inert(kept.citation)}")


def _print(comparison: "Comparison", *, plot: bool) -> None:
    from envkb.assess.sentences import overview  # noqa: PLC0415 - start-up
    from envkb.publish.comparison import COLUMNS, DECIDING, interval_lines, notes, open_notes, table_rows  # noqa: PLC0415

    width = get_terminal_size().columns if sys.stdout.isatty() else None
    for number, contrast in enumerate(comparison.contrasts):
        if number:
            show()
        show(inert(overview(contrast)))
        rows = table_rows(contrast, reasons=False)
        if rows:
            show_table(COLUMNS, rows, names_fold=True)
        if plot:
            for line in interval_lines(contrast, comparison.margin, width):
                show(inert(line))
        before = ""
        for label, text in (*open_notes(contrast), *notes(contrast, comparison.margin)):
            copied = label == DECIDING and not text.startswith("#")
            _show_note(label if label != before else "", text, None if copied else width)
            before = label


def _show_note(label: str, text: str, width: int | None) -> None:
    line = f"{label:<12} {inert(text)}"
    if width is None or len(line) <= width:
        show(line)
        return
    for part in wrap(line, width, subsequent_indent=" " * 13, break_long_words=False, break_on_hyphens=False):
        show(part)
