"""What the command line says of itself."""

import contextlib
import inspect
import io
import os
from importlib import import_module
from unittest.mock import patch

from tables import code, table

from envkb import errors
from envkb.cli import COMMANDS, main
from envkb.errors import KbError


def commands() -> str:
    """Return the help of every command, as it is printed."""
    words = [(name, *below) for name in COMMANDS for below in ((), *((sub,) for sub in subcommands(name)))]
    headings = (f"{'#' * (1 + len(command))} kb {' '.join(command)}" for command in words)
    return "\n\n".join(
        [_help(), *(f"{heading}\n\n{_help(*command)}" for heading, command in zip(headings, words, strict=True))]
    )


def subcommands(name: str) -> list[str]:
    """Return the names of the commands below a command; none where it does the work itself."""
    group = getattr(import_module(f"envkb.cli.{name}_command"), "group", None)
    return [str(below.name) for below in group.registered_commands] if group else []


def _help(*command: str) -> str:
    printed = io.StringIO()
    with patch.dict(os.environ, COLUMNS="80"), contextlib.redirect_stdout(printed):
        main([*command, "--help"])
    return f"```text\n$ {' '.join(['kb', *command, '--help'])}\n{printed.getvalue().strip()}\n```"


def exit_codes() -> str:
    """Return every exit code with its meaning."""
    trees = [
        tree
        for _, tree in inspect.getmembers(errors, inspect.isclass)
        if issubclass(tree, KbError) and tree is not KbError
    ]
    rows = [(tree.exit_code, _meaning(tree), code(tree.__name__)) for tree in trees]
    known = [
        (0, "Done. Also: an experiment that failed and was recorded, a fact that could not be read.", ""),
        (
            KbError.exit_code,
            "Something else that a user can act on: a folder that cannot be written, a full disk.",
            code("KbError"),
        ),
        *rows,
        (130, "Interrupted, by Ctrl-C or by an answer.", ""),
    ]
    return table(("code", "meaning", "in Python"), ((str(number), *rest) for number, *rest in sorted(known)))


def _meaning(tree: type[KbError]) -> str:
    return (inspect.getdoc(tree) or "").partition("\n")[0]
