"""Benchmarks, measured in the environment that they are about.

    from envkb.bench import measure, parse_suite
    from envkb.process import run

    result = measure(Path(".venv/bin/python"), parse_suite("torch:quick"), runner=run)
    result.found.measurements, result.found.edge_cases

To compare several environments, take a `survey` of each, `interleave` their benchmarks, go through `take_slots`, and
`collect` the documents of each arm. A worker copied to another machine prints a document that `read_document` and
`interpret` take.
"""

from envkb.bench.document import Document, read_document, write_document
from envkb.bench.interpret import Interpreted, interpret
from envkb.bench.measure import (
    SAMPLES_OF_A_ROUND,
    BenchResult,
    Survey,
    Taken,
    Target,
    collect,
    measure,
    survey,
    take_slots,
)
from envkb.bench.payload import assemble
from envkb.bench.schedule import ABBA, Seat, Slot, interleave
from envkb.bench.suites import SUITES, SuiteSpec, command_suite, own_suite, parse_suite
from envkb.bench.trouble import Trouble
from envkb.bench.trouble_texts import TroubleKind

__all__ = [
    "ABBA",
    "SAMPLES_OF_A_ROUND",
    "SUITES",
    "BenchResult",
    "Document",
    "Interpreted",
    "Seat",
    "Slot",
    "SuiteSpec",
    "Survey",
    "Taken",
    "Target",
    "Trouble",
    "TroubleKind",
    "assemble",
    "collect",
    "command_suite",
    "interleave",
    "interpret",
    "measure",
    "own_suite",
    "parse_suite",
    "read_document",
    "survey",
    "take_slots",
    "write_document",
]
