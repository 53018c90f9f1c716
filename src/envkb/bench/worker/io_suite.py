"""The suite `io`: how long an environment takes to start when nothing of it is in memory.

Before each sample the kernel is asked to forget the files that the start reads; that needs no privileges, and
changes nothing but time. Where the kernel cannot be asked (macOS), there is nothing to measure, and that is said.
"""

from __future__ import annotations

import os
import sys
from typing import Callable

from envkb.bench.worker.case import Case, DiscardedError, Row, Work, condition
from envkb.bench.worker.child import start
from envkb.bench.worker.request import Request

VERSION = "1"
_BLOCK = 512
_WARM = "no read from a disk was counted: the files were still in memory, or lie on a file system that does not count"
# What was imported, and what the kernel mapped for it.
_START = """
import os, sys
out = os.dup(1)
os.dup2(2, 1)
for name in sys.argv[1:]:
    __import__(name)
specs = [getattr(module, "__spec__", None) for module in list(sys.modules.values())]
paths = {path for spec in specs if spec is not None for path in (spec.origin, getattr(spec, "cached", None))}
with open("/proc/self/maps") as maps:
    paths.update(line.split(None, 5)[5].strip() for line in maps if "/" in line)
os.write(out, "\\n".join(path for path in paths if path and os.path.isfile(path)).encode())
"""


def cases(request: Request) -> list[Case]:
    """Return the suite's benchmarks: one for the bare interpreter, one for each module.

    Raises:
        NotImplementedError: This system cannot be asked to forget files.
    """
    if not hasattr(os, "posix_fadvise"):
        raise NotImplementedError(f"{sys.platform} cannot be asked to forget files, so no start is from disk")
    return [_start(""), *(_start(module) for module in request.modules)]


def _start(module: str) -> Case:
    key = f"start-{module}-from-disk" if module else "start-from-disk"
    return Case("io", key, "start-from-disk", VERSION, {"module": module or None}, lambda: _prepare(module))


def _prepare(module: str) -> Work:
    names = [module] if module else []
    listed = start([sys.executable, "-I", "-B", "-c", _START, *names])
    files = [os.fsdecode(line) for line in listed.stdout.splitlines()]
    statement = f"import {module}" if module else "pass"
    told: list[int] = []

    def sample(_: int) -> float:
        forget(files)
        run = start([sys.executable, "-I", "-B", "-c", statement])
        if not run.blocks:
            raise DiscardedError(_WARM)
        told.append(run.blocks * _BLOCK)
        return run.seconds

    return Work(sample, warmups=0, conditions=_read(told, len(files)), peak_memory=lambda: None)


def _read(told: list[int], files: int) -> Callable[[], list[Row]]:
    def conditions() -> list[Row]:
        return [
            condition("bytes_read", [min(told), max(told)], "wait4 ru_inblock", "during"),
            condition("files_forgotten", files, "posix_fadvise", "before"),
        ]

    return conditions


def forget(files: list[str]) -> None:
    """Ask the kernel to keep nothing of these files in memory; what others have mapped stays."""
    for path in files:
        try:
            number = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            # What is not written yet would stay.
            os.fdatasync(number)
            os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        except OSError:
            pass
        finally:
            os.close(number)
