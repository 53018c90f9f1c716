"""Carries out what `kb run` has prepared, and prints what it showed."""

import sys
from pathlib import Path
from shutil import get_terminal_size

import typer

from envkb.cli.console import emit, inert, say, show
from envkb.cli.run_foresight import Ready, resolve_all
from envkb.cli.run_plan import Asked
from envkb.cli.run_printing import foreseen_document, foreseen_lines, run_document
from envkb.errors import KbError
from envkb.experiment.run.answer import Answer, answer_of
from envkb.experiment.run.run import Finished
from envkb.experiment.run.screen import lines_of


def print_foreseen(asked: Asked, ready: Ready) -> None:
    """Print what every manager would install."""
    document = foreseen_document(resolve_all(ready), asked.against)
    if asked.as_json:
        emit(document)
    else:
        for line in foreseen_lines(document):
            show(line)
    if asked.fail_on == "failure" and not all(row.resolves for row in document.requests):
        raise typer.Exit(KbError.exit_code)


def print_finished(asked: Asked, finished: Finished, ready: Ready) -> None:
    """Print what a run showed."""
    if asked.like is not None:
        ids = " ".join(one.id for one in finished.recorded)
        say(f"kb: to compare them with the old one: kb compare {asked.like} {ids}")
    settings = ready.terms.base.settings if ready.terms.base else None
    told = answer_of(finished.state.run_id, finished.chapters, finished.recorded, finished.state.left_out, settings)
    if asked.as_json:
        emit(run_document(told))
    else:
        width = get_terminal_size().columns if sys.stdout.isatty() else None
        for line in lines_of(told, ready.workshop.sources, str(Path.home()), width):
            show(inert(line))
        for path in finished.kept:
            show(f"    kept: {path}")
    if _fails(asked, told):
        raise typer.Exit(KbError.exit_code)


def _fails(asked: Asked, told: Answer) -> bool:
    if asked.fail_on == "slower":
        contrasts = told.comparison.contrasts if told.comparison else ()
        return any(line.verdict == "slower" for contrast in contrasts for line in contrast.measurements)
    return asked.fail_on == "failure" and any(row.recorded.record.outcome != "success" for row in told.rows)
