"""Times the first import of what was requested, under the target interpreter, each in a process of its own."""

import csv
import os
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

from envkb.errors import KbError
from envkb.experiment.run.requirement import named
from envkb.model.value import Value
from envkb.process import Completed, Runner

_PATIENCE_S: Final = 300.0
# What a module prints must not stand beside the answer.
_IMPORT: Final = """
import os, sys, time
out = os.dup(1)
os.dup2(2, 1)
begin = time.perf_counter()
__import__(sys.argv[1])
os.write(out, repr(time.perf_counter() - begin).encode())
"""
_PATH: Final = "import os, sys; os.write(1, b'\\n'.join(map(os.fsencode, sys.path)))"


class ImportTime(Value):
    """How long an import took.

    Attributes:
        seconds: Of the import alone; null where it failed.
        process_s: Of the whole interpreter, start and end among them.
        error: The last line that it wrote where it failed; null where it did not.
        log: All that it wrote where it failed; empty where it did not.
        exit_code: Its exit status; negative for the signal that ended it.
        timed_out: Whether it was ended because it took too long.
    """

    seconds: float | None
    process_s: float
    error: str | None
    log: str
    exit_code: int
    timed_out: bool


def names_of(requirements: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the distributions that requirements name; those that name none are left out."""
    found = map(named, requirements)
    return tuple(dict.fromkeys(requirement.name for requirement in found if requirement is not None))


def modules_of(python: Path, requirements: Sequence[str], run: Runner, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return which modules the distributions required have in an environment; empty where it cannot tell.

    Distribution and module have different names often enough; only the environment itself knows.
    """
    names = names_of(requirements)
    if not names:
        return ()
    try:
        ended = run([str(python), "-I", "-c", _PATH], env=environ, cwd=python.parent, timeout_s=_PATIENCE_S)
        folders = os.fsdecode(ended.stdout).splitlines()
        return tuple(module for name in names for module in _modules_in(folders, name))
    except (KbError, OSError, ValueError, csv.Error):
        return ()


def _modules_in(folders: list[str], name: str) -> list[str]:
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - start-up

    found = next(iter(metadata.distributions(name=name, path=folders)), None)
    tops = sorted({top for path in (found and found.files) or () if (top := _top_of(path.parts)).isidentifier()})
    public = [top for top in tops if not top.startswith("_")]
    same = [top for top in public if canonicalize_name(top) == canonicalize_name(name)]
    return same or public[:1]


def _top_of(parts: Sequence[str]) -> str:
    """Return the module that a file makes importable; empty where it makes none."""
    match parts:
        case [top, "__init__.py"]:
            return top
        case [top] if top.endswith((".py", ".so")):
            return top.partition(".")[0]
    return ""


def time_import(
    python: Path, module: str, run: Runner, environ: Mapping[str, str], *, timeout_s: float = _PATIENCE_S
) -> ImportTime:
    """Import a module in a new interpreter, which may write bytecode.

    Args:
        python: The interpreter.
        module: The module.
        run: Starts processes.
        environ: Variables of the process.
        timeout_s: Seconds that it may take.
    """
    try:
        ended = run([str(python), "-I", "-c", _IMPORT, module], env=environ, cwd=python.parent, timeout_s=timeout_s)
    except KbError as error:
        ended = Completed((str(python),), 127, b"", error.message.encode(), 0.0)
    seconds = _seconds(ended)
    log = "" if seconds is not None else ended.stderr.decode("utf-8", "replace").strip()
    return ImportTime(
        seconds=seconds,
        process_s=ended.duration_s,
        error=None if seconds is not None else _last_line(log, ended),
        log=log,
        exit_code=ended.exit_code,
        timed_out=ended.timed_out,
    )


def _seconds(ended: Completed) -> float | None:
    if ended.exit_code != 0 or ended.timed_out:
        return None
    try:
        return float(ended.stdout)
    except ValueError:
        return None


def _last_line(log: str, ended: Completed) -> str:
    if ended.timed_out:
        return f"it did not end within {ended.duration_s:.0f} s"
    if log:
        return log.splitlines()[-1].strip()
    return f"signal {-ended.exit_code}" if ended.exit_code < 0 else f"exit status {ended.exit_code}"
