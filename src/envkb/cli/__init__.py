"""The command line: parse, call one function, print.

Only the module of the command that was asked for is imported; `kb --help` imports none of them.
"""

import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from envkb import __version__
from envkb.errors import KbError, UsageError

COMMANDS: Final = {
    "init": "Make a knowledge base in a folder.",
    "record": "Record this machine and a Python environment.",
    "run": "Run an experiment: install, benchmark, compare, record.",
    "reproduce": "Make the environment of a record again, and compare.",
    "list": "List records.",
    "show": "Show one record.",
    "search": "Search the text of all records.",
    "cite": "Cite records; one bibliography of several.",
    "verify": "Verify records: bytes, links, claims, log, signatures, time.",
    "compare": "Compare experiments.",
    "check": "Check every file of the knowledge base.",
    "risk": "Judge risks by the records: list, show, matrix, check.",
    "next": "Say which experiment would tell most for its cost.",
    "decision": "Keep decisions, and check what they assume.",
    "amend": "Correct a record by a new one that replaces it.",
    "retract": "Take back a record.",
    "sign": "Sign a record as its author.",
    "witness": "Sign that you have read and understood a record.",
    "stamp": "Have time-stamp authorities attest that the log, or a record, exists.",
    "log": "Begin, seal, check and show the append-only log; prove that a record is in it.",
    "exhibit": "Make a dossier that stands alone, with its proofs.",
    "disclose": "Move a private record into the open, with the proof that it existed.",
    "import": "Add records from bundles and crates.",
    "export": "Export records: RO-Crate, JSON Lines, CSV, Parquet.",
    "schema": "Print a JSON Schema.",
    "render": "Write the pages of the site.",
    "build": "Build the site and check it.",
    "serve": "Serve the site and rebuild it on change.",
}
"""Every command with its one-line help; the module `envkb.cli.<name>_command` holds it as `run`, or as `group` where
it has commands of its own."""
ALIASES: Final = {"adr": "decision"}
"""Other names of commands, which the help leaves out."""


_OF_STREAMS: Final = (errno.ENOSPC, errno.EIO, errno.EBADF)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The command line without the program's name; the process's own by default.

    Returns:
        The exit code.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # What stands behind `--` is another program's.
    as_json = "--json" in (given[: given.index("--")] if "--" in given else given)
    _prepare_streams()
    if not given:
        # Asked for nothing: the help is the answer, and a script that forgot the command learns it from the code.
        main(["--help"])
        return UsageError.exit_code
    try:
        code = _run(given)
        sys.stdout.flush()
    except KbError as error:
        return _report(error, as_json=as_json)
    except BrokenPipeError:
        _drop_output()  # the reader has seen enough: `kb list | head`
        return 0
    except OSError as error:
        return _report(_explained(error), as_json=as_json)
    except Exception as error:
        if "KB_TRACEBACK" in os.environ:
            raise
        return _report(_mistake(error), as_json=as_json)
    return code


def _run(given: list[str]) -> int:
    try:
        command = typer.main.get_command(_application(given))
        _name_arguments(command)
        result = command(args=given, prog_name="kb", standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt) as error:
        raise _interrupted() from error
    except typer.TyperException as error:
        # typer's own: an unknown option, a missing argument, a value of the wrong type.
        below: Any = getattr(getattr(error, "ctx", None), "command", None)
        if type(error).__name__ == "NoArgsIsHelpError":  # its message is the whole help
            raise UsageError(
                f"`kb {given[0]}` needs one of {', '.join(below.commands)}", hint=_help_hint(given)
            ) from error
        message = error.format_message().replace("Value error, ", "")
        raise UsageError(message or type(error).__name__, hint=_help_hint(given)) from error
    except SystemExit as error:
        # typer's answer to a reader that has gone; nothing else of what is called here exits.
        raise BrokenPipeError from error
    if result == _InterruptedError.exit_code:
        raise _interrupted()
    return result if isinstance(result, int) else 0


def _interrupted() -> KbError:
    """End what other threads have started, since nobody waits for it any more, and return what is to be told."""
    from envkb.capture.collect.commands import end_commands  # noqa: PLC0415 - start-up
    from envkb.process import end_running  # noqa: PLC0415 - likewise

    end_commands()
    end_running()
    return _InterruptedError("stopped")


class _InterruptedError(KbError):
    exit_code = 130


def _prepare_streams() -> None:
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:  # the caller has closed it
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the end
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            # What a terminal's encoding lacks is shown as an escape instead of failing.
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    # What is left in the buffer cannot be written; Python would complain about it at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explained(error: OSError) -> KbError:
    said = (error.strerror or str(error)).lower()
    if error.filename is None and error.errno in _OF_STREAMS:
        _drop_output()
        return KbError(f"the answer cannot be written to standard output: {said}", hint="free some space and try again")
    try:
        os.getcwd()  # noqa: PTH109 - pathlib is not loaded yet
    except OSError:
        return UsageError("the folder you are in is no longer there", hint="go to another one, and try again")
    where = f"{error.filename}: " if error.filename else ""
    return KbError(f"{where}{said}", hint="check the path, who may use it, and the disk")


def _mistake(error: Exception) -> KbError:
    said = " ".join(str(error).split())[:200]
    hint = "this is a mistake in kb: please report it, with what it prints where KB_TRACEBACK=1 is set"
    return KbError(f"unexpected {type(error).__name__}: {said}", hint=hint)


def _application(given: Sequence[str]) -> typer.Typer:
    application = typer.Typer(
        name="kb",
        help="Evidence for ML environment decisions: capture, compare, judge and cite experiments.",
        epilog="Example: kb record --title 'torch 2.13 with uv' --outcome success",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    application.callback()(_root)
    asked = next((word for word in given if not word.startswith("-")), None)
    completing = "_KB_COMPLETE" in os.environ or "_ENVKB_COMPLETE" in os.environ
    for name, summary in COMMANDS.items():
        if completing or name == asked:
            module = import_module(f"envkb.cli.{name}_command")
            if hasattr(module, "group"):
                application.add_typer(module.group, name=name, help=summary)
                continue
            # A command that reads its line in its own way says so.
            application.command(name, short_help=summary, cls=getattr(module, "Command", None))(module.run)
        else:
            application.command(name, help=summary)(_not_loaded)
    if asked in ALIASES:
        module = import_module(f"envkb.cli.{ALIASES[asked]}_command")
        application.add_typer(module.group, name=asked, help=COMMANDS[ALIASES[asked]], hidden=True)
    return application


def _name_arguments(command: Any) -> None:  # noqa: ANN401 - typer keeps the class of commands to itself
    # After the name of an argument typer tells the type in Python's words: `ID <list[str]>`.
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            parameter.display_type_rich = lambda ctx: None  # noqa: ARG005 - as typer calls it
    for below in getattr(command, "commands", {}).values():
        _name_arguments(below)


def _not_loaded() -> None:
    """Stand for a command that was not asked for."""


def _print_version(*, wanted: bool) -> None:
    if wanted:
        print(f"kb {__version__}")  # noqa: T201 - the command line prints
        raise typer.Exit


def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=lambda value: _print_version(wanted=value), is_eager=True)
    ] = False,
) -> None:
    pass


def _help_hint(given: Sequence[str]) -> str:
    asked = next((word for word in given if word in COMMANDS or word in ALIASES), None)
    return f"see `kb {asked} --help`" if asked else "see `kb --help`"


def _report(error: KbError, *, as_json: bool) -> int:
    from envkb.cli.console import emit, say  # noqa: PLC0415 - only where something failed

    if as_json:
        from envkb.cli.documents import ErrorDocument, failure  # noqa: PLC0415 - likewise

        try:
            emit(ErrorDocument(error=failure(error)))
            sys.stdout.flush()
        except OSError:
            _drop_output()  # the line on standard error is left
    say(f"kb: {error.message}")
    if error.hint:
        say(f"    {error.hint}")
    return error.exit_code
