"""Small valid results of benchmarks; each test changes only what it is about."""

import json
from collections.abc import Sequence
from typing import Any

from envkb.bench.document import Document, read_document
from envkb.bench.worker.attempt import problem
from envkb.bench.worker.case import condition

PYTHON = {"version": "3.13.1", "implementation": "CPython", "machine": "x86_64"}


def make_row(case: str = "matmul", samples: Sequence[float] = (0.1, 0.3, 0.2), **changes: Any) -> dict[str, Any]:
    """Return a result that went well, as the worker prints it."""
    duration = make_series("duration", "s", samples)
    row = {
        "suite": "torch",
        "case": case,
        "name": case,
        "version": "1",
        "parameters": [{"name": "n", "value": 8}],
        "order": None,
        "role": "subject",
        "series": [duration],
        "starts_s": [float(number) for number, _ in enumerate(samples)],
        "loops": 4,
        "warmups": 2,
        "discarded": 0,
        "discard_reasons": [],
        "conditions": [condition("threads", 2, "torch")],
        "verified": True,
        "problem": None,
    }
    return row | changes


def make_series(quantity: str, unit: str, samples: Sequence[float]) -> dict[str, Any]:
    """Return the samples of one quantity."""
    return {"quantity": quantity, "unit": unit, "better": "lower", "samples": list(samples), "instrument": "a clock"}


def make_failed(case: str = "matmul", kind: str = "exception", message: str = "boom", **changes: Any) -> dict[str, Any]:
    """Return a result that went wrong."""
    told = problem(kind, changes.pop("stage", "sample"), message, **changes)
    nothing: dict[str, Any] = {"series": [], "starts_s": [], "conditions": [], "verified": None}
    return make_row(case, **nothing, loops=None, warmups=None, discarded=None, problem=told)


def make_listed(case: str = "matmul", suite: str = "torch", *, once: bool = False) -> dict[str, Any]:
    """Return a benchmark as a suite lists it."""
    return {"suite": suite, "case": case, "name": case, "version": "1", "parameters": [], "once": once}


def make_document(*results: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a document as the worker prints it."""
    fields = {"schema": "envkb.bench/1", "python": PYTHON, "cases": [], "results": list(results), "problems": []}
    return fields | changes


def as_document(*results: dict[str, Any], **changes: Any) -> Document:
    """Return a document as kb reads it."""
    return read_document(json.dumps(make_document(*results, **changes)).encode())
