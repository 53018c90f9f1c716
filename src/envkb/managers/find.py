"""Finding managers, and Pythons to base environments on."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from envkb.errors import InvalidDataError, KbError, ToolMissingError
from envkb.managers.job import Tool
from envkb.managers.last_words import words_of
from envkb.managers.places import Places
from envkb.managers.protocol import Manager
from envkb.managers.step import UNSET, said
from envkb.process import Runner

_PATIENCE_S: Final = 30.0
_ASK: Final = (
    "import sys; print('%d.%d.%d' % sys.version_info[:3]); "
    "print(getattr(sys, '_base_executable', '') or sys.executable)"
)


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a manager can be used here.

    Attributes:
        manager: Its name.
        tool: The manager, None where it cannot be used.
        reason: Why it cannot be used, None where it can.
    """

    manager: str
    tool: Tool | None
    reason: str | None

    def required(self) -> Tool:
        """Return the tool.

        Raises:
            ToolMissingError: It cannot be used; the message says why.
        """
        if self.tool is None:
            raise ToolMissingError(
                self.reason or f"{self.manager} is missing", hint=f"install {self.manager}, or leave it out"
            )
        return self.tool


def look_for(manager: Manager, run: Runner, environ: Mapping[str, str], places: Places | None = None) -> Availability:
    """Find a manager and ask it for its version.

    Args:
        manager: The manager.
        run: Starts processes.
        environ: The caller's environment variables.
        places: Where to look; PATH and kb's own Python where nothing else is said.
    """
    reason = None
    for args in manager.commands(places or Places.of(environ)):
        try:
            version = _version(manager, args, run, environ)
        except KbError as error:  # a shim that leads nowhere: the next place may have the real one
            reason = reason or f"{manager.name} does not run: {error.message}"
            continue
        unusable = manager.unusable(version)
        if unusable is None:
            return Availability(manager.name, Tool(manager.name, args, version), None)
        reason = reason or unusable
    return Availability(manager.name, None, reason or manager.missing)


def base_python(
    version: str | None, run: Runner, environ: Mapping[str, str], places: Places | None = None
) -> Path | None:
    """Find the interpreter that environments of uv and pip are to be based on, the same for both.

    Args:
        version: The version wanted, `3.12` or `3.12.4`; None for that of kb's own Python.
        run: Starts processes.
        environ: The caller's environment variables.
        places: Where to look; PATH and kb's own Python where nothing else is said.

    Returns:
        An interpreter that is in no virtual environment; None where this version is not here.
    """
    places = places or Places.of(environ)
    candidates = [] if version is None else places.programs(f"python{'.'.join(version.split('.')[:2])}")
    for args in (*candidates, (str(places.interpreter),)):
        # Of itself it knows; another one has to be asked.
        found = _own() if args == (sys.executable,) else _ask(args, run, environ)
        if found is not None and (version is None or f"{found[0]}.".startswith(f"{version}.")):
            return found[1]
    return None


def _version(manager: Manager, args: tuple[str, ...], run: Runner, environ: Mapping[str, str]) -> str:
    completed = run((*args, "--version"), env=_inherited(environ), timeout_s=_PATIENCE_S)
    if completed.exit_code != 0:
        words = words_of(said(completed.stdout), said(completed.stderr)).splitlines()
        raise InvalidDataError(words[0] if words else f"exit status {completed.exit_code}")
    return manager.read_version(said(completed.stdout))


def _own() -> tuple[str, Path]:
    return ".".join(map(str, sys.version_info[:3])), Path(getattr(sys, "_base_executable", "") or sys.executable)


def _ask(args: tuple[str, ...], run: Runner, environ: Mapping[str, str]) -> tuple[str, Path] | None:
    try:
        completed = run((*args, "-I", "-c", _ASK), env=_inherited(environ), timeout_s=_PATIENCE_S)
    except ToolMissingError:
        return None
    lines = said(completed.stdout).splitlines()
    return (lines[0], Path(lines[1])) if completed.exit_code == 0 and len(lines) == 2 else None  # noqa: PLR2004 - as asked


def _inherited(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name not in UNSET}
