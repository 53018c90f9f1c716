"""Lists or runs the benchmarks of a suite, and prints one document: one line of JSON."""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import platform
import sys
from typing import Callable

from envkb.bench.worker.attempt import attempt, limit_threads, problem, told
from envkb.bench.worker.case import Case, Row
from envkb.bench.worker.outcome import Document, empty_document
from envkb.bench.worker.request import Request

SUITES = ("python", "numpy", "torch", "io", "own", "command")


def cases_of(request: Request) -> list[Case]:
    """Return the benchmarks of a suite, with whatever it measures imported."""
    limit_threads(request.threads)
    # Found among the joined modules, which has only the suites that are wanted.
    suite = importlib.import_module(f"envkb.bench.worker.{request.suite}_suite")
    cases: list[Case] = suite.cases(request)
    return cases


def answer(request: Request) -> Document:
    """Return the document of a request."""
    document = empty_document(python())
    try:
        cases = cases_of(request)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever an import raises is the answer
        document["problems"].append({**told(error, "import"), "suite": request.suite})
        return document
    if not request.case:
        document["cases"] = [case.identity() for case in cases]
        return document
    document["results"] = [attempt(case, request) for case in cases if case.key == request.case]
    if not document["results"]:
        gone = problem("exception", "prepare", f"{request.suite} has no benchmark {request.case} here")
        document["problems"].append({**gone, "suite": request.suite})
    return document


def python() -> Row:
    """Return the interpreter that runs this, and the kind of processor."""
    return {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "machine": platform.machine(),
    }


def main(argv: list[str]) -> int:
    """Answer a request given as JSON; with anything else, run whole suites as a program of its own.

    Args:
        argv: The name of the program and its arguments.
    """
    if sys.stdout is None:
        raise SystemExit("standard output is closed: there the results go")
    # The last words of a crash in C.
    faulthandler.enable()
    if len(argv) > 1 and argv[1].startswith("{"):
        fields = json.loads(argv[1])
        for name in ("modules", "command"):
            fields[name] = tuple(fields.get(name, ()))
        return _print_what(lambda: (answer(Request(**fields)), 0))
    alone = importlib.import_module("envkb.bench.worker.alone")
    requests = alone.requests_of(argv)
    return _print_what(lambda: alone.run_alone(argv[0], requests, python()))


def _print_what(work: Callable[[], tuple[Document, int]]) -> int:
    """Print the document that the work returns, and return the exit status that it says."""
    # Whatever is measured may write to standard output, from C too: there the document stands alone.
    out, process = os.dup(1), os.getpid()
    os.dup2(2, 1)
    document, status = work()
    if os.getpid() != process:
        # A copy of this process that a benchmark made, and that came back from it, has nothing to say.
        os._exit(0)
    # On a line of its own, and at once: some builds crash while the interpreter ends.
    text = ("\n" + json.dumps(document, allow_nan=False) + "\n").encode()
    try:
        while text:
            text = text[os.write(out, text) :]
    except OSError as error:
        raise SystemExit(f"the results cannot be printed: {error.strerror}") from None
    return status
