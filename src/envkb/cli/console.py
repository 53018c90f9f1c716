"""What commands share: options, and ways to print."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel

_NARROW = 100  # columns

Root = Annotated[
    Path | None,
    typer.Option("--root", metavar="DIR", help="The knowledge base; else found from here upwards.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def program() -> str:
    """Return how a reader can start kb: by its name where the shell finds it, else as this process was started."""
    from shutil import which  # noqa: PLC0415 - start-up

    return sys.argv[0] if Path(sys.argv[0]).name == "kb" and which("kb") is None else "kb"


def emit(document: "BaseModel") -> None:
    """Print the one JSON document of a command on standard output."""
    text = json.dumps(document.model_dump(mode="json"), indent=2, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        # A terminal without UTF-8, or a lone surrogate from a file name: JSON has its own escapes for them.
        text = json.dumps(json.loads(text), indent=2)
    sys.stdout.write(text + "\n")


def show(text: str = "") -> None:
    """Print a line of the answer on standard output."""
    sys.stdout.write(text + "\n")


def say(text: str = "") -> None:
    """Print a message or progress on standard error."""
    sys.stderr.write(text + "\n")


def show_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None, names_fold: bool = False
) -> None:
    """Print a table on standard output; as wide as the terminal, or complete where it is a pipe.

    Args:
        columns: Heads of the columns.
        rows: Their cells.
        title: Stands above; None for none.
        names_fold: Whether the first column gives way where the terminal is narrow, in place of all others.
    """
    if not sys.stdout.isatty():
        _show_plainly(columns, rows, title)
        return
    from rich.console import Console  # noqa: PLC0415 - slow, and most commands print no table
    from rich.table import Table  # noqa: PLC0415 - likewise
    from rich.text import Text  # noqa: PLC0415 - likewise

    console = Console(highlight=False)
    # A space less between columns is what lets most names stay whole.
    between = 1 if names_fold and console.width < _NARROW else 2
    table = Table(
        title=title, title_justify="left", box=None, pad_edge=False, header_style="bold", padding=(0, between, 0, 0)
    )
    for number, column in enumerate(columns):
        table.add_column(column, no_wrap=(number == 0) != names_fold, overflow="fold")
    for row in rows:
        table.add_row(*(Text(inert(cell)) for cell in row))
    console.print(table)


def _show_plainly(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str | None) -> None:
    # rich takes a tenth of a second to load and lay out what a pipe gets, which needs neither colours nor folding.
    lines = [list(columns), *([" ".join(inert(cell).split("\n")) for cell in row] for row in rows)]
    widths = [max(_width(line[number]) for line in lines) for number in range(len(columns))]
    if title:
        show(title)
    for line in lines:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        show("  ".join(padded).rstrip())


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415 - few texts need it

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def inert(text: str) -> str:
    """Return text from a record with control and bidi characters shown, so that a terminal cannot obey them."""
    return "".join(f"<U+{ord(char):04X}>" if (not char.isprintable() and char not in "\n\t") else char for char in text)
