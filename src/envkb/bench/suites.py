"""Which benchmarks are wanted."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from envkb.errors import UsageError

SUITES: Final = ("python", "numpy", "torch", "io")
"""The suites that kb brings along; `own` and `command` take what a user brings."""

_OWN: Final = re.compile(r"(?P<file>.+\.py)(?::(?P<function>[A-Za-z_]\w*))?")
_KNOWN: Final = f"there are {', '.join(SUITES)}, each with :quick or :full, and files of your own: mine.py[:function]"

Level = Literal["quick", "full"]


@dataclass(frozen=True, slots=True)
class SuiteSpec:
    """A suite, how long to try, and what it is about.

    Attributes:
        suite: One of `SUITES`, `own` for a file with functions, or `command`.
        level: `quick` or `full`.
        modules: Modules whose import is measured, by `python` and `io`.
        threads: Threads that libraries may use; 0 for what they choose by themselves.
        file: The file with a user's own functions; None for other suites.
        function: The only one of them that is wanted; empty for all.
        command: A user's own command; empty for other suites.
    """

    suite: str
    level: Level = "quick"
    modules: tuple[str, ...] = ()
    threads: int = 0
    file: Path | None = None
    function: str = ""
    command: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Names it among the suites of a run."""
        threads = f"@{self.threads}" if self.threads else ""
        function = f":{self.function}" if self.function else ""
        own = f"({self.file}{function})" if self.file else f"({' '.join(self.command)})" if self.command else ""
        return f"{self.suite}:{self.level}{threads}{own}"


def parse_suite(text: str) -> SuiteSpec:
    """Return the suite that a person names: `torch`, `torch:quick`, `numpy:full`, `mine.py`, `mine.py:sort`.

    Whether there is such a file is not looked at.

    Raises:
        UsageError: There is no such suite or level.
    """
    own = _OWN.fullmatch(text)
    if own:
        function = own["function"] or ""
        named = f"bench_{function}" if function and not function.startswith("bench_") else function
        return SuiteSpec("own", file=Path(own["file"]), function=named)
    name, colon, level = text.partition(":")
    if name not in SUITES:
        raise UsageError(f"no suite {name!r}", hint=_KNOWN)
    if not colon:
        return SuiteSpec(name)
    if level == "quick":
        return SuiteSpec(name)
    if level == "full":
        return SuiteSpec(name, "full")
    raise UsageError(f"no level {level!r}", hint=f"write {name}:quick or {name}:full")


def own_suite(file: Path, level: Level = "quick", threads: int = 0) -> SuiteSpec:
    """Return the suite of a user's own functions.

    Raises:
        UsageError: There is no such file.
    """
    if not file.is_file():
        raise UsageError(f"no file {file}", hint="name a Python file with functions that begin with bench_")
    return SuiteSpec("own", level, threads=threads, file=file.absolute())


def command_suite(command: tuple[str, ...], level: Level = "quick") -> SuiteSpec:
    """Return the suite of one command, which runs with the environment's programs first on PATH.

    Raises:
        UsageError: The command is empty.
    """
    if not command:
        raise UsageError("no command", hint="write the command behind --")
    return SuiteSpec("command", level, command=command)
