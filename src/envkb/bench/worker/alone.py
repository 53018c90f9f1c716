"""Runs whole suites, each benchmark in a process of its own, where there is no kb to do it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator

from envkb.bench.worker.case import Row
from envkb.bench.worker.outcome import Document, Ended, document_of, empty_document
from envkb.bench.worker.request import FULL, QUICK, Request

ALONE = ("python", "numpy", "torch", "io")
TIMEOUT_S = {QUICK: 120.0, FULL: 300.0}
INTERRUPTED = 130


def requests_of(argv: list[str]) -> list[Request]:
    """Return the suites that a person asked for on the command line.

    Raises:
        SystemExit: They cannot be run; the message says why.
    """
    options = _parser(argv[0]).parse_args(argv[1:])
    if not Path(argv[0]).is_file():
        raise SystemExit("copy this text into a file and run that: it starts itself once for each benchmark")
    requests = []
    for wanted in options.suite or ["python", "numpy", "torch"]:
        suite, colon, level = wanted.partition(":")
        if suite not in ALONE or (colon and level not in (QUICK, FULL)):
            raise SystemExit(f"no suite {wanted}: there are {', '.join(ALONE)}, each with :quick or :full")
        bytecode = options.write_bytecode
        modules = tuple(options.module)
        requests.append(Request(suite, level or QUICK, "", modules, options.threads, write_bytecode=bytecode))
    return requests


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=os.path.basename(program),  # noqa: PTH119 - it may be no path
        description="Measure this Python and print the results as JSON, which `kb import` takes.",
        epilog="example: python kb_bench.py --suite torch:quick > out.json",
    )
    parser.add_argument("--suite", action="append", metavar="NAME[:quick|full]", help=f"one of {', '.join(ALONE)}")
    parser.add_argument("--module", action="append", default=[], help="measure the import of this module")
    parser.add_argument("--threads", type=_count, default=0, help="threads that libraries may use")
    parser.add_argument("--write-bytecode", action="store_true", help="let imports write .pyc files here")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


_count.__name__ = "number"  # what argparse calls it where it is none


def run_alone(program: str, requests: list[Request], python: Row) -> tuple[Document, int]:
    """Run suites, and return one document with all results, and an exit status.

    An interruption ends it in order: no process is left, and what was measured until then is told.

    Args:
        program: The file that this is.
        requests: The suites.
        python: The interpreter, as the document says it.
    """
    document = empty_document(python)
    began = time.monotonic()
    # What the benchmarks leave in the folder for temporary files goes with it, also when one had to be killed.
    with _interrupted_by("SIGTERM", "SIGHUP"), tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        try:
            for request in requests:
                _run_suite(program, request._replace(zero_s=began), folder, document)
        except KeyboardInterrupt:
            sys.stderr.write("interrupted: the results are those measured so far\n")
            return document, INTERRUPTED
    return document, 0


@contextmanager
def _interrupted_by(*names: str) -> Iterator[None]:
    """Let signals that end a process interrupt this one; what is ignored (by `nohup`) stays ignored."""
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    taken = [number for number in known if signal.getsignal(number) == signal.SIG_DFL]
    for number in taken:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _run_suite(program: str, request: Request, folder: str, into: Document) -> None:
    timeout_s = TIMEOUT_S[request.level]
    listed = document_of(_start(program, request, folder, timeout_s), request.suite)
    into["problems"].extend(listed["problems"])
    for number, identity in enumerate(listed["cases"]):
        sys.stderr.write(f"{request.suite}: {identity['case']}\n")
        one = request._replace(case=identity["case"], order=number)
        document = document_of(_start(program, one, folder, timeout_s), request.suite, identity, order=number)
        into["results"].extend(document["results"])
        into["problems"].extend(document["problems"])


def _start(program: str, request: Request, folder: str, timeout_s: float) -> Ended:
    args = [sys.executable, "-I", program, json.dumps(request._asdict())]
    environ = {**os.environ, "TMPDIR": folder, "TEMP": folder, "TMP": folder}
    timed_out = False
    # Files, since whoever inherited a pipe could keep it open for ever.
    with tempfile.TemporaryFile(dir=folder) as out, tempfile.TemporaryFile(dir=folder) as err:
        process = subprocess.Popen(
            args, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environ, start_new_session=True
        )
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            _kill(process)
        out.seek(0)
        err.seek(0)
        return Ended(out.read(), err.read(), process.returncode, timed_out, timeout_s)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and whatever it has started and left behind."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
