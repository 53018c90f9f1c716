"""Asks a person on a terminal what cannot be detected."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import typer

from envkb.cli.console import say
from envkb.experiment.stated_document import StatedDocument, StatedEdgeCase
from envkb.model.edge_case import Severity
from envkb.model.record import OUTCOMES

_NOT_SAID: Final = "not said"


def ask(
    said: StatedDocument, default_title: str, classes: Sequence[str], keep: Callable[[StatedDocument], None]
) -> None:
    """Ask for title, outcome and edge cases, each only where it was not said.

    Args:
        said: What the options said already.
        default_title: The title offered.
        classes: The edge-case classes to choose from.
        keep: Takes the statements after every answer, so that nothing typed is lost on Ctrl-C.
    """
    if said.title is None:
        said = said.model_copy(update={"title": typer.prompt("Title", default=default_title, err=True)})
        keep(said)
    if said.outcome is None:
        said = said.model_copy(update={"outcome": _choose_or_not("Outcome", OUTCOMES)})
        keep(said)
    if not said.edges and typer.confirm("Did anything go wrong or need a workaround?", default=False, err=True):
        edges: list[StatedEdgeCase] = []
        while True:
            for edge in _ask_edge_case(classes):
                said = said.model_copy(update={"edges": (*edges, edge)})
                keep(said)
            edges = [*said.edges]
            if not typer.confirm("Another one?", default=False, err=True):
                return


def _choose_or_not(question: str, choices: Sequence[str]) -> str | None:
    # What nobody says stays unknown: the answer of somebody who only presses Enter is no answer.
    answer = _choose(question, [*choices, _NOT_SAID], default=_NOT_SAID)
    return None if answer == _NOT_SAID else answer


def _ask_edge_case(classes: Sequence[str]) -> Iterator[StatedEdgeCase]:
    """Give the edge case as far as it is told, after every answer from the symptom on."""
    class_ = _choose("Class", list(classes), default="other")
    edge = StatedEdgeCase(class_=class_, symptom=_ask_text("Symptom (the error message, best word for word)"))
    yield edge
    questions: dict[str, Callable[[], str | None]] = {
        "severity": lambda: _choose_or_not("Severity", list(Severity)),
        "workaround": lambda: typer.prompt("Workaround", default="", show_default=False, err=True) or None,
        "link": lambda: typer.prompt("Link", default="", show_default=False, err=True) or None,
    }
    for name, put in questions.items():
        edge = edge.model_copy(update={name: put()})
        yield edge
        if name == "workaround" and edge.workaround:
            edge = edge.model_copy(update={"worked": _choose_or_not("Did it work?", ("yes", "no"))})
            yield edge


def _ask_text(question: str) -> str:
    while True:
        answer: str = typer.prompt(question, err=True)
        if answer.strip():
            return answer


def _choose(question: str, choices: Sequence[str], default: str) -> str:
    """Show a numbered menu; take a number, a name, or the beginning of a name that is the only one."""
    width = max(len(choice) for choice in choices) + 5
    columns = max(1, (min(80, shutil.get_terminal_size().columns) - 2) // width)
    for start in range(0, len(choices), columns):
        row = range(start, min(start + columns, len(choices)))
        say("  " + "".join(f"{number + 1:2} {choices[number]}".ljust(width) for number in row).rstrip())
    while True:
        answer = str(typer.prompt(question, default=default, err=True)).strip().lower()
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return choices[int(answer) - 1]
        found = [choice for choice in choices if choice == answer] or [c for c in choices if c.startswith(answer)]
        if len(found) == 1:
            return found[0]
        say(f"  {answer!r} is none of them: type a number or a name")
