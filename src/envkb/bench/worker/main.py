"""Lists or runs the benchmarks of a suite, and prints one document: one line of JSON."""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import platform

from envkb.bench.worker.attempt import attempt, limit_threads, told
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
    document["results"] = [attempt(case, request) for case in cases if case.key == request.case]
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
    # The last words of a crash in C.
    faulthandler.enable()
    # Whatever is measured may write to standard output, from C too: there the document stands alone.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        if len(argv) > 1 and argv[1].startswith("{"):
            fields = json.loads(argv[1])
            for name in ("modules", "command"):
                fields[name] = tuple(fields.get(name, ()))
            document = answer(Request(**fields))
        else:
            alone = importlib.import_module("envkb.bench.worker.alone")
            document = alone.run_alone(argv, python())
        # On a line of its own, and at once: some builds crash while the interpreter ends.
        out.write("\n" + json.dumps(document, allow_nan=False) + "\n")
        out.flush()
    return 0
