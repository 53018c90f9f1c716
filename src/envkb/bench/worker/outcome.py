"""Turns what became of a worker's process into its document: what it printed, or why it printed none."""

from __future__ import annotations

import json
from typing import Any, Dict, NamedTuple, NoReturn

from envkb.bench.worker.attempt import MOST_CHARACTERS, blank, problem
from envkb.bench.worker.case import Row

SCHEMA = "envkb.bench/1"
Document = Dict[str, Any]


class Ended(NamedTuple):
    """A worker's process that has ended.

    Attributes:
        stdout: What it wrote to standard output.
        stderr: What it wrote to standard error.
        exit_code: Its exit status; negative for the signal that ended it.
        timed_out: Whether its time was over.
        timeout_s: How much time it had.
    """

    stdout: bytes
    stderr: bytes
    exit_code: int
    timed_out: bool
    timeout_s: float


def empty_document(python: Row | None = None) -> Document:
    """Return a document of no results."""
    return {"schema": SCHEMA, "python": python, "cases": [], "results": [], "problems": []}


def document_of(ended: Ended, suite: str, identity: Row | None = None, **circumstances: Any) -> Document:  # noqa: ANN401
    """Return the document of a process.

    Args:
        ended: The process.
        suite: The suite that it was asked for.
        identity: The benchmark that it was asked for; None where it was to list them.
        **circumstances: `order` and `role` that it was told, for a result that has to be made up.
    """
    document = printed_document(ended.stdout)
    failure = _failure(ended, document)
    if document is None:
        document = empty_document()
    if failure is not None:
        # What was printed before a crash at the end stands; it is said beside it.
        if identity is None or document["results"]:
            document["problems"].append({**failure, "suite": suite})
        else:
            document["results"].append({**blank(identity), **circumstances, "problem": failure})
    return document


def printed_document(stdout: bytes) -> Document | None:
    """Return the document in what a worker wrote: one line of it; None where there is none.

    What an interpreter says before the worker begins (a talkative `.pth` file) stands on lines of its own.
    """
    for line in reversed(stdout.decode("utf-8", "replace").splitlines()):
        if line.startswith("{"):
            try:
                document = json.loads(line, parse_constant=_refuse)
            except (ValueError, RecursionError):
                continue
            if isinstance(document, dict) and document.get("schema") == SCHEMA:
                return document
    return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _failure(ended: Ended, document: Document | None) -> Row | None:
    words = ended.stderr.decode("utf-8", "replace").strip()
    tail = words[-MOST_CHARACTERS:] or None
    if ended.timed_out:
        return problem("hang", "process", f"it did not end within {ended.timeout_s:g} s", traceback=tail)
    if ended.exit_code < 0:
        message = _headline(words) or f"signal {-ended.exit_code}"
        return problem("crash", "process", message, signal=-ended.exit_code, traceback=tail)
    if ended.exit_code > 0:
        message = _headline(words) or f"exit status {ended.exit_code}"
        return problem("crash", "process", message, exit_status=ended.exit_code, traceback=tail)
    if document is None:
        start = ended.stdout.decode("utf-8", "replace").strip()[:200]
        message = f"what it printed is no result: {start}" if start else "it printed nothing"
        return problem("garbage", "process", message, exit_status=0, traceback=tail)
    return None


def _headline(words: str) -> str:
    """Return the line that says what happened: Python's own on a crash, else the last one."""
    lines = [line.strip() for line in words.splitlines()]
    return next((line for line in lines if line.startswith("Fatal Python error")), lines[-1] if lines else "")
