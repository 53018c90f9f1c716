"""`kb record`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from envkb.capture.transports.local import start_collecting
from envkb.cli.console import AsJson, Root
from envkb.errors import UsageError


def run(  # noqa: PLR0913 - the options of a command are its arguments
    *,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="One line.")] = None,
    summary: Annotated[str | None, typer.Option(metavar="TEXT", help="A few sentences.")] = None,
    outcome: Annotated[str | None, typer.Option(metavar="success|partial|failure", help="How it ended.")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="A label; repeatable.")] = None,
    author: Annotated[
        list[str] | None,
        typer.Option(metavar="AUTHOR", help="'Ada Lovelace <ada@lab.example>'; repeatable; else those of kb.toml."),
    ] = None,
    when: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="When it happened: 2026-11-20, 2026-11, yesterday, or a span A/B."),
    ] = None,
    install: Annotated[
        str | None, typer.Option(metavar="COMMAND", help="The command that made the environment.")
    ] = None,
    note: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A note in Markdown; repeatable.")] = None,
    attach: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A file to keep; repeatable.")] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(metavar="'NAME=NUMBERS UNIT'", help="'matmul=12.1,12.3,12.2 ms;better=lower'; repeatable."),
    ] = None,
    edge: Annotated[
        list[str] | None,
        typer.Option(
            metavar="'KEY=TEXT;…'", help="'class=…;symptom=…;severity=…;workaround=…;worked=yes'; repeatable."
        ),
    ] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="FILE.toml", help="Read all of these from a file, or from a draft.")
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(metavar="PATH|NAME", help="An interpreter, a prefix or a conda environment; else the active one."),
    ] = None,
    import_: Annotated[
        list[str] | None, typer.Option("--import", metavar="torch", help="Ask also what only an import can tell.")
    ] = None,
    host_label: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name this host; remembered in kb.toml.")
    ] = None,
    host_facts: Annotated[
        str | None, typer.Option(metavar="none|FILE", help="Keep nothing of this host, or read it from a snapshot.")
    ] = None,
    on: Annotated[
        list[str] | None, typer.Option(metavar="ssh://USER@HOST[:PORT]", help="Read another machine; repeatable.")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Write to the private place.")] = False,
    if_new: Annotated[
        bool, typer.Option("--if-new", help="Write nothing where host and environment are recorded as they are.")
    ] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the record and write nothing.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Record this machine and a Python environment.

    Outside any knowledge base a bundle is written into the current folder; `kb import` takes it elsewhere.

    Example: kb record --title 'torch 2.13 by uv' --outcome success --metric 'matmul=12.1,12.3 ms;better=lower'
    """
    if python is not None and not python.strip():
        raise UsageError(
            "--python names no environment", hint="a variable may be empty; without --python the active one is recorded"
        )
    # Reading begins at once; the imports below take as long as it does.
    pending = None if on else start_collecting(python or "")
    from envkb.cli.recorded import Asked  # noqa: PLC0415 - see above
    from envkb.cli.recording import answer, collect_document  # noqa: PLC0415 - see above

    document = collect_document(
        from_,
        {
            "title": title,
            "summary": summary,
            "outcome": outcome,
            "when": when,
            "install": install,
            "host_label": host_label,
            "tags": tuple(tag or ()),
            "authors": tuple(author or ()),
            "metrics": tuple(metric or ()),
            "attach": tuple(map(str, attach or ())),
        },
        notes=note or (),
        edges=edge or (),
    )
    asked = Asked(
        document=document,
        target=python or "",
        on=tuple(on or ()),
        host_facts=host_facts,
        imports=tuple(import_ or ()),
        private=private,
        if_new=if_new,
        dry_run=dry_run,
        interactive=sys.stdin.isatty() and not no_input,
        root=root,
        as_json=as_json,
    )
    answer(asked, pending)
