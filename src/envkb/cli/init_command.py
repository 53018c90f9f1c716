"""`kb init`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from envkb.cli.console import AsJson, emit, say, show


class Service(StrEnum):
    """A service that runs workflows."""

    GITHUB = "github"


def run(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; made where it is missing.")] = Path(),
    *,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Name for people; else the folder's name.")] = None,
    id_: Annotated[
        str | None, typer.Option("--id", metavar="NAME", help="Short name for addresses; else made from the title.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(metavar="URL", help="Address of the site to be.")] = None,
    ci: Annotated[
        Service | None, typer.Option(metavar="github", help="Write workflows and a pre-commit configuration, too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a knowledge base in a folder; nothing that is there is overwritten.

    Example: kb init ~/my-kb --title 'Our machines' --ci github
    """
    from envkb.cli.base_documents import CreatedFile, InitialisedDocument  # noqa: PLC0415 - start-up
    from envkb.knowledge.creation import create_knowledge_base  # noqa: PLC0415 - start-up

    created = create_knowledge_base(folder, title=title, slug=id_, base_url=base_url, ci=ci.value if ci else None)
    if as_json:
        files = tuple(CreatedFile(path=str(file.path), made=file.made, missing=file.missing) for file in created)
        emit(InitialisedDocument(root=str(folder.resolve()), files=files))
        return
    for file in created:
        if file.made:
            show(f"made      {folder / file.path}")
        elif file.missing:
            show(f"kept      {folder / file.path}: it was there; add these lines to it:")
            for line in file.missing:
                show(f"            {line}")
        else:
            show(f"kept      {folder / file.path}: it was there")
    say()
    say("next: kb record    (from inside this folder)")
