"""The suite `python`: how long the interpreter takes to start, and modules to be imported.

Every sample is an interpreter of its own. Interpreters run isolated (`-I`), so that neither the working directory nor
`PYTHON...` variables count.
"""

from __future__ import annotations

import sys
from typing import Callable

from envkb.bench.worker.case import Case, Row, Work, condition
from envkb.bench.worker.child import Run, start
from envkb.bench.worker.request import FULL, Request

VERSION = "1"
_KIBI = 1024
# The import alone is timed, by the child itself, which imports nothing else that the interpreter has not loaded.
# What modules print must not stand beside the answer.
IMPORT = """
import os, sys, time
out = os.dup(1)
os.dup2(2, 1)
begin = time.perf_counter()
__import__(sys.argv[1])
seconds = time.perf_counter() - begin
specs = [getattr(module, "__spec__", None) for module in list(sys.modules.values())]
files = [spec.cached for spec in specs if spec is not None and isinstance(getattr(spec, "cached", None), str)]
os.write(out, b"%r %d %d" % (seconds, len(files), sum(map(os.path.exists, files))))
"""


class Children:
    """Runs interpreters and keeps what they told beside their time."""

    def __init__(self) -> None:
        self.peak_kib = 0
        self.files = 0
        self.cached = 0

    def started(self, args: list[str]) -> Run:
        """Start an interpreter and wait for its end."""
        run = start([sys.executable, "-I", *args])
        self.peak_kib = max(self.peak_kib, run.peak_kib or 0)
        return run

    def import_time(self, options: list[str], module: str) -> float:
        """Return the seconds that an import took in an interpreter of its own."""
        seconds, files, cached = self.started([*options, "-c", IMPORT, module]).stdout.split()
        self.files, self.cached = int(files), int(cached)
        return float(seconds)

    def peak_memory(self) -> tuple[int, str] | None:
        """Return the most bytes that one of them had in use."""
        return (self.peak_kib * _KIBI, "wait4 ru_maxrss") if self.peak_kib else None

    def bytecode(self) -> list[Row]:
        """Return how much of what was imported has its bytecode on disk."""
        if not self.files:
            return []
        share = round(self.cached / self.files, 3)
        return [condition("bytecode_share", share, "importlib", "after")]


def cases(request: Request) -> list[Case]:
    """Return the suite's benchmarks."""
    found = [_startup("startup", [])]
    if request.level == FULL:
        found.append(_startup("startup-without-site", ["-S"]))
    keep = [] if request.write_bytecode else ["-B"]
    for module in request.modules:
        found.append(_import(module, "first", keep, once=True))
        found.append(_import(module, "steady", keep))
        if request.level == FULL:
            found.append(_uncompiled(module))
    return found


def _startup(name: str, options: list[str]) -> Case:
    def prepare() -> Work:
        children = Children()
        args = ["-B", *options, "-c", "pass"]
        return Work(lambda _: children.started(args).seconds, warmups=2, peak_memory=children.peak_memory)

    return Case("python", name, name, VERSION, {}, prepare)


def _import(module: str, state: str, options: list[str], *, once: bool = False) -> Case:
    def prepare() -> Work:
        children = Children()
        return _work(children, lambda: children.import_time(options, module), warmups=0 if once else 1)

    return _case(module, state, prepare, once=once)


def _uncompiled(module: str) -> Case:
    """Return the import as if no bytecode were there: it is said to be where nothing can be."""

    def prepare() -> Work:
        children = Children()
        # Below a file there is nothing, and nobody can put anything there.
        options = ["-B", "-X", f"pycache_prefix={sys.executable}/none"]
        return _work(children, lambda: children.import_time(options, module), warmups=1)

    return _case(module, "uncompiled", prepare)


def _work(children: Children, sample: Callable[[], float], warmups: int) -> Work:
    return Work(lambda _: sample(), warmups=warmups, conditions=children.bytecode, peak_memory=children.peak_memory)


def _case(module: str, state: str, prepare: Callable[[], Work], *, once: bool = False) -> Case:
    parameters = {"module": module, "state": state}
    return Case("python", f"import-{module}-{state}", "import", VERSION, parameters, prepare, once=once)
