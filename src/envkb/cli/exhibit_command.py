"""`kb exhibit`."""

from pathlib import Path
from typing import Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say
from envkb.errors import UsageError


def run(
    names: Annotated[list[str], typer.Argument(metavar="ID", help="Records; what they rest on comes along.")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="A .html, .pdf or .zip file.")],
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Make a dossier that stands alone: records, proofs, and how to check them with nothing of ours.

    Example: kb exhibit KB-2026-WERC8-GMRZGT -o exhibit.zip
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.publish.site import require_extra  # noqa: PLC0415 - start-up

    require_extra()
    from envkb.publish.exhibit.exhibit import make_exhibit  # noqa: PLC0415 - start-up
    from envkb.publish.exhibit.writing import FORMATS, write, written  # noqa: PLC0415 - start-up

    if output.suffix not in FORMATS:
        raise UsageError(f"{output}: an exhibit is a file that ends in {', '.join(FORMATS)}")
    base = open_base(root)
    exhibit = make_exhibit(base, names)
    data = written(exhibit, output.suffix)
    write(output, data)
    private = [piece.stored.id for piece in exhibit.pieces if piece.stored.private]
    if private:
        say(f"kb: it holds private records: {', '.join(private)}; to publish them can destroy novelty")
    if as_json:
        from envkb.cli.documents import reference  # noqa: PLC0415 - only for JSON
        from envkb.cli.exhibit_documents import ExhibitDocument  # noqa: PLC0415 - only for JSON

        emit(ExhibitDocument(file=str(output), records=tuple(reference(piece.stored) for piece in exhibit.pieces)))
    else:
        count = len(exhibit.pieces)
        say(inert(f"{output}: {count} record{'s' if count != 1 else ''}, {len(data)} bytes"))
