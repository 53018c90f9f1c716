"""Tries the verdicts on what is known: an environment beside itself, and slowdowns of a tenth that were planted.

    .venv/bin/python benchmarks/verdicts.py [--comparisons 20] [--rounds 40] [--write]

Every comparison has fresh processes that interleave, and an A/A control, as in `kb run`; half of the comparisons run
beside a process that keeps one core busy. With `--write` the table goes into the documentation. Leave the machine
alone meanwhile: the quiet half is only as quiet as the machine is.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from envkb.assess.compared import Compared
from envkb.assess.comparison import compare
from envkb.assess.evidence import Evidence, Side
from envkb.assess.verdicts import Options
from envkb.bench.schedule import interleave
from envkb.experiment.compose import Captured, Circumstances, compose
from envkb.experiment.stated import Stated
from envkb.model.measurement import Benchmark, Cell, Measurement, Run
from envkb.model.record import Record
from envkb.model.value import Origin
from timing import table, write_section

MODULES, LOOPS, SLOWER = 100, 10, 1.1
MATMUL = """
import json, os, sys, time
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
import numpy
a = numpy.random.default_rng(1).standard_normal((300, 300))
def sample():
    begin = time.perf_counter()
    for _ in range(int(sys.argv[1])):
        a @ a
    return time.perf_counter() - begin
sample()
print(json.dumps([sample() for _ in range(5)]))
"""
IMPORT = """
import importlib, json, sys, time
sys.path.insert(0, sys.argv[1])
begin = time.perf_counter()
importlib.import_module(sys.argv[2])
print(json.dumps([time.perf_counter() - begin]))
"""
MODULE = "\n".join(
    f"def f{n}(a, b={n}):\n    '''Add {n}.'''\n    return a * b + {n}\n\nclass C{n}:\n    x = {n}\n" for n in range(25)
)
# Ends with this script, however that ends.
BUSY = """
import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(10**6):
        pass
"""


class Workload(NamedTuple):
    """Two commands of which one does a tenth more; each prints its samples in seconds as JSON."""

    name: str
    plain: tuple[str, ...]
    slowed: tuple[str, ...]


class Outcome(NamedTuple):
    """What one comparison said, and how long it took."""

    line: Compared
    seconds: float


def main() -> None:
    """Compare, print, and with `--write` publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comparisons", type=int, default=20, help="of each kind under each load")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workloads = make_workloads(Path(folder))
        results = {
            (kind, load): list(outcomes(workloads, kind, load, arguments.comparisons, arguments.rounds))
            for load in ("quiet", "one core busy")
            for kind in ("A/A", "a tenth slower")
        }
    text = report(results, arguments.rounds)
    print(text)
    if arguments.write:
        write_section("verdicts", text)


def make_workloads(folder: Path) -> tuple[Workload, ...]:
    """Write two packages, one with a tenth more modules, and return what is to be timed."""
    slowed = round(MODULES * SLOWER)
    for name, count in (("plain", MODULES), ("slowed", slowed)):
        (folder / name).mkdir()
        for number in range(count):
            (folder / name / f"m{number}.py").write_text(MODULE, "utf-8")
        imports = "\n".join(f"from {name} import m{number}" for number in range(count))
        (folder / name / "__init__.py").write_text(imports, "utf-8")
    python = (sys.executable, "-I", "-c")
    return (
        Workload("matmul", (*python, MATMUL, str(LOOPS)), (*python, MATMUL, str(round(LOOPS * SLOWER)))),
        Workload("import", (*python, IMPORT, str(folder), "plain"), (*python, IMPORT, str(folder), "slowed")),
    )


def outcomes(workloads: tuple[Workload, ...], kind: str, load: str, comparisons: int, rounds: int) -> Iterator[Outcome]:
    """Make comparisons of one kind under one load, the workloads in turn."""
    for number in range(comparisons):
        workload = workloads[number % len(workloads)]
        candidate = workload.plain if kind == "A/A" else workload.slowed
        with busy_core(wanted=load != "quiet"):
            begin = time.monotonic()
            line = compare_commands(workload, candidate, rounds)
            seconds = time.monotonic() - begin
        print(
            f"{kind}, {load}, {workload.name}: {line.verdict} {line.ratio:.3f} ({line.low:.3f} to {line.high:.3f}), "
            f"{seconds:.0f} s, load {os.getloadavg()[0]:.1f} {line.reason or ''}",
            file=sys.stderr,
        )
        yield Outcome(line, seconds)


@contextmanager
def busy_core(*, wanted: bool) -> Iterator[None]:
    """Keep one core busy meanwhile."""
    process = subprocess.Popen([sys.executable, "-c", BUSY]) if wanted else None
    try:
        yield
        if process is not None and process.poll() is not None:
            raise SystemExit("the process that was to keep a core busy had ended")
    finally:
        if process is not None:
            process.kill()
            process.wait()


def compare_commands(workload: Workload, candidate: tuple[str, ...], rounds: int) -> Compared:
    """Run both commands and the control in turn, and compare them as records of one run are compared."""
    arms = {"baseline": workload.plain, "candidate": candidate}
    taken: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for command in arms.values():
        samples_of(command)  # warms up: bytecode, file cache
    for slot in interleave(dict.fromkeys(arms, (workload.name,)), rounds, control="baseline"):
        seat = (slot.seat.arm, slot.seat.role)
        taken.setdefault(seat, []).extend((slot.order, value) for value in samples_of(arms[slot.seat.arm]))
    sides = [Side(arm, (Evidence(arm, "", "here", record_of(workload, arm, taken, rounds)),)) for arm in arms]
    return compare([(sides[0], sides[1])], Options()).contrasts[0].measurements[0]


def samples_of(command: tuple[str, ...]) -> list[float]:
    """Return the samples that one process prints."""
    samples: list[float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return samples


def record_of(
    workload: Workload, arm: str, taken: Mapping[tuple[str, str], list[tuple[int, float]]], rounds: int
) -> Record:
    """Return the record of one arm."""
    measured = tuple(
        measurement(workload.name, seat[1], *zip(*values, strict=True))
        for seat, values in taken.items()
        if seat[0] == arm
    )
    cell = Cell(arm=arm, request=None, manager=None, python=None, cache=None, parameters=())
    run = Run(
        origin=Origin.CAPTURED,
        id="here",
        plan_sha256="0" * 64,
        cell=cell,
        arms=("baseline", "candidate"),
        rounds=rounds,
        schedule="abba",
        seed=None,
    )
    circumstances = Circumstances(datetime.now(UTC), "0" * 32, "")
    record = compose(Captured(None, (), None), Stated(title=workload.name, measurements=measured), circumstances)
    return record.model_copy(update={"run": run})


def measurement(name: str, role: str, orders: tuple[int, ...], samples: tuple[float, ...]) -> Measurement:
    """Return the measurement of one seat."""
    fields: dict[str, object] = dict.fromkeys(Measurement.model_fields)
    empty: dict[str, object] = dict.fromkeys(("starts_s", "discard_reasons", "conditions"), ())
    told = {
        "id": f"{name}.{role}",
        "origin": Origin.CAPTURED,
        "role": role,
        "benchmark": Benchmark(suite="verdicts", name=name, version="1", parameters=()),
        "quantity": "duration",
        "unit": "s",
        "better": "lower",
        "samples": samples,
        "orders": orders,
    }
    return Measurement(**(fields | empty | told))  # type: ignore[arg-type]  # as its fields are


def report(results: Mapping[tuple[str, str], list[Outcome]], rounds: int) -> str:
    """Return the table as Markdown."""
    columns = ["what", "beside", "comparisons", "faster", "slower", "equivalent", "cannot tell", "longest s"]
    rows = []
    for (kind, load), held in results.items():
        counted = Counter(outcome.line.verdict for outcome in held)
        verdicts = [str(counted[verdict]) for verdict in ("faster", "slower", "equivalent", "cannot tell")]
        longest = max(outcome.seconds for outcome in held)
        rows.append([kind, "nothing" if load == "quiet" else load, str(len(held)), *verdicts, f"{longest:.0f}"])
    return (
        f"{table(columns, rows)}\n\nEach comparison has {rounds} rounds of fresh processes, with an A/A control; half "
        "of them time a matrix product in numpy on one thread, half the import of a package of 100 modules."
    )


if __name__ == "__main__":
    main()
