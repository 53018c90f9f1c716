"""The suite `command`: any command of a user, with the environment's programs first on PATH.

Each sample is one run of the command, from its start to its end; one that fails is a problem, not a time.
"""

from __future__ import annotations

import os
import sys

from envkb.bench.worker.case import Case, Work
from envkb.bench.worker.child import start
from envkb.bench.worker.request import Request

VERSION = "1"
_KIBI = 1024


def cases(request: Request) -> list[Case]:
    """Return the one benchmark."""
    name = os.path.basename(request.command[0])  # noqa: PTH119 - it may be no path
    parameters = {"command": list(request.command)}
    return [Case("command", name, name, VERSION, parameters, lambda: _prepare(list(request.command)))]


def _prepare(command: list[str]) -> Work:
    environ, peaks = _activated(), [0]

    def sample(_: int) -> float:
        run = start(command, environ)
        peaks[0] = max(peaks[0], run.peak_kib or 0)
        return run.seconds

    def peak_memory() -> tuple[int, str] | None:
        return (peaks[0] * _KIBI, "wait4 ru_maxrss") if peaks[0] else None

    return Work(sample, warmups=1, peak_memory=peak_memory)


def _activated() -> dict[str, str]:
    """Return the variables of an activated environment."""
    # Not the interpreter's real path: that is outside a virtual environment.
    programs = os.path.dirname(sys.executable)  # noqa: PTH120 - PATH is a text
    kind = "VIRTUAL_ENV" if os.path.exists(os.path.join(sys.prefix, "pyvenv.cfg")) else "CONDA_PREFIX"  # noqa: PTH110, PTH118
    path = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
    inherited = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX")}
    return {**inherited, "PATH": path, kind: sys.prefix}
