"""Runs whole suites, each benchmark in a process of its own, where there is no kb to do it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from envkb.bench.worker.case import Row
from envkb.bench.worker.outcome import Document, Ended, document_of, empty_document
from envkb.bench.worker.request import FULL, QUICK, Request

ALONE = ("python", "numpy", "torch", "io")
TIMEOUT_S = {QUICK: 120.0, FULL: 300.0}


def run_alone(argv: list[str], python: Row) -> Document:
    """Run the suites that a person asked for on the command line, and return one document with all results."""
    options = _parser(argv[0]).parse_args(argv[1:])
    if not Path(argv[0]).is_file():
        raise SystemExit("copy this text into a file and run that: it starts itself once for each benchmark")
    document = empty_document(python)
    began = time.monotonic()
    for wanted in options.suite or ["python", "numpy", "torch"]:
        suite, _, level = wanted.partition(":")
        if suite not in ALONE or level not in ("", QUICK, FULL):
            raise SystemExit(f"no suite {wanted}: there are {', '.join(ALONE)}, each with :quick or :full")
        request = Request(
            suite,
            level or QUICK,
            modules=tuple(options.module),
            threads=options.threads,
            write_bytecode=options.write_bytecode,
            zero_s=began,
        )
        _run_suite(argv[0], request, document)
    return document


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=os.path.basename(program),  # noqa: PTH119 - it may be no path
        description="Measure this Python and print the results as JSON, which `kb import` takes.",
        epilog="example: python kb_bench.py --suite torch:quick > out.json",
    )
    parser.add_argument("--suite", action="append", metavar="NAME[:quick|full]", help=f"one of {', '.join(ALONE)}")
    parser.add_argument("--module", action="append", default=[], help="measure the import of this module")
    parser.add_argument("--threads", type=int, default=0, help="threads that libraries may use")
    parser.add_argument("--write-bytecode", action="store_true", help="let imports write .pyc files here")
    return parser


def _run_suite(program: str, request: Request, into: Document) -> None:
    timeout_s = TIMEOUT_S[request.level]
    listed = document_of(_start(program, request, timeout_s), request.suite)
    into["problems"].extend(listed["problems"])
    for number, identity in enumerate(listed["cases"]):
        sys.stderr.write(f"{request.suite}: {identity['case']}\n")
        one = request._replace(case=identity["case"], order=number)
        document = document_of(_start(program, one, timeout_s), request.suite, identity, order=number)
        into["results"].extend(document["results"])
        into["problems"].extend(document["problems"])


def _start(program: str, request: Request, timeout_s: float) -> Ended:
    args = [sys.executable, "-I", program, json.dumps(request._asdict())]
    with subprocess.Popen(
        args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        timed_out = False
        try:
            stdout, stderr = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            timed_out = True
            _kill(process)
            stdout, stderr = process.communicate()
        except BaseException:
            _kill(process)
            raise
    return Ended(stdout, stderr, process.returncode, timed_out, timeout_s)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
