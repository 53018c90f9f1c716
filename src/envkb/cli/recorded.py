"""What `kb record` was asked for, and how it prints what became of it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import typer

from envkb.capture.summary import machine_lines
from envkb.cli.console import emit, program, say, show
from envkb.errors import IncompleteError, KbError
from envkb.experiment.record import Recorded
from envkb.experiment.recording import Elsewhere
from envkb.experiment.stated_document import StatedDocument
from envkb.publish.summary import conflict_lines, text_lines

if TYPE_CHECKING:
    from envkb.cli.documents import RecordedDocument, RecordedManyDocument

_WHY_THIS_ONE: Final = {
    "VIRTUAL_ENV": "the environment active in this shell (VIRTUAL_ENV)",
    "CONDA_PREFIX": "the environment active in this shell (CONDA_PREFIX)",
    "kb itself": "kb's own environment, because none is active in this shell",
    "--python": "the environment that was asked for (--python)",
}


class Asked(NamedTuple):
    """Everything the command line said.

    Attributes:
        document: What the person says about the experiment.
        target: The environment; empty for the active one.
        on: Addresses of other machines; empty for this one.
        host_facts: `none`, the path of a snapshot, or None for the host that is read.
        imports: What to import in the target.
        private: Whether the record is private.
        if_new: Whether to write only what is new.
        dry_run: Whether to write nothing.
        interactive: Whether to ask.
        root: The knowledge base named, None to look for one.
        as_json: Whether to print JSON.
    """

    document: StatedDocument
    target: str
    on: tuple[str, ...]
    host_facts: str | None
    imports: tuple[str, ...]
    private: bool
    if_new: bool
    dry_run: bool
    interactive: bool
    root: Path | None
    as_json: bool


def print_recorded(asked: Asked, recorded: Recorded) -> None:
    """Print what became of one experiment."""
    if asked.as_json:
        emit(_document(asked, recorded))
        return
    content = recorded.record
    if asked.dry_run:
        for line in text_lines(content, with_facts=True):
            show(line)
        show("nothing was written (--dry-run)")
        return
    labels = ("machine", "", "")
    for label, line in zip(labels, machine_lines(content.facts, content.environment), strict=True):
        show(f"{label:<12}{line}")
    if content.environment:
        show(f"{'':<12}{_WHY_THIS_ONE.get(content.environment.selected_by, content.environment.selected_by)}")
    for number, line in enumerate(conflict_lines(content.facts) or ["none found"]):
        show(f"{'conflicts' if number == 0 else '':<12}{line}")
    state = "recorded" if recorded.new else "already recorded, nothing has changed"
    show(f"{'record':<12}{recorded.id}  {state}{' (private)' if recorded.private else ''}")
    show(f"{'file':<12}{recorded.path}")
    show(f"{'cite':<12}{recorded.citation}")
    if not content.authors:
        show(f"{'':<12}no author is stated: use --author, or [[authors]] in kb/kb.toml")
    for number, line in enumerate(_next_commands(asked, recorded)):
        show(f"{'next' if number == 0 else '':<12}{line}")
    sys.stdout.flush()


def _next_commands(asked: Asked, recorded: Recorded) -> tuple[str, str]:
    kb = program()
    if recorded.path and recorded.path.endswith(".kbz"):
        return f"{kb} import {Path(recorded.path).name}    (in a knowledge base)", f"{kb} init    (makes one here)"
    root = f" --root {asked.root}" if asked.root and asked.root != Path() else ""
    return f"{kb} show {recorded.id}{root}", f"{kb} build{root}"


def _document(asked: Asked, recorded: Recorded) -> "RecordedDocument":
    from envkb.cli.documents import RecordedDocument  # noqa: PLC0415 - only for `--json`

    stored = not asked.dry_run
    return RecordedDocument(
        id=recorded.id if stored else None,
        digest=recorded.digest if stored else None,
        path=recorded.path,
        title=recorded.record.title,
        created=recorded.record.created,
        new=recorded.new,
        private=recorded.private,
        citation=recorded.citation if stored else None,
        conflicts=tuple(conflict_lines(recorded.record.facts)),
        record=None if stored else recorded.record,
    )


def print_elsewhere(asked: Asked, results: Sequence[Elsewhere]) -> None:
    """Print what became of other machines.

    Raises:
        KbError: There is one machine alone, and it has no record.
        typer.Exit: Some of several have none.
    """
    if len(results) == 1 and results[0].error:
        raise results[0].error
    if len(results) == 1 and results[0].recorded:
        print_recorded(asked, results[0].recorded)
        return
    failed = [(result.address, result.error) for result in results if result.error]
    done = [(result.address, result.recorded) for result in results if result.recorded]
    if asked.as_json:
        emit(_many_document(asked, done, failed))
    else:
        for address, recorded in done:
            show(address)
            print_recorded(asked, recorded)
    for address, error in failed:
        say(f"kb: {address}: {error.message}")
        say(f"    {error.hint}")
    if failed:
        say(f"kb: {len(failed)} of {len(results)} machines have no record")
        raise typer.Exit(IncompleteError.exit_code)


def _many_document(
    asked: Asked, done: Sequence[tuple[str, Recorded]], failed: Sequence[tuple[str, KbError]]
) -> "RecordedManyDocument":
    from envkb.cli.documents import FailedThere, RecordedManyDocument, RecordedThere, failure  # noqa: PLC0415 - likewise

    records = (RecordedThere(**dict(_document(asked, recorded)), on=address) for address, recorded in done)
    errors = (FailedThere(on=address, error=failure(error)) for address, error in failed)
    return RecordedManyDocument(records=tuple(records), failed=tuple(errors))
