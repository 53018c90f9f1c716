"""Runs the worker under the Python to be measured: one process for each set of samples."""

import json
import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from envkb.bench.document import Document, Listed, read_document, write_document
from envkb.bench.interpret import Interpreted, interpret
from envkb.bench.payload import assemble
from envkb.bench.schedule import Seat, Slot
from envkb.bench.suites import SuiteSpec
from envkb.bench.trouble import NO_INTERPRETER
from envkb.bench.worker.outcome import Ended, document_of
from envkb.bench.worker.request import Request
from envkb.errors import InvalidDataError, KbError
from envkb.process import Completed, Runner

TIMEOUT_S: Final = 300.0
SAMPLES_OF_A_ROUND: Final = 5
"""Most samples of one process where there are many rounds; what takes long gives fewer, at least one."""


@dataclass(frozen=True, slots=True)
class Target:
    """An interpreter to be measured.

    Attributes:
        python: Its path.
        environ: Variables of its processes; None for ours.
        write_bytecode: Whether imports may write `.pyc` files into its environment: true only where kb made that.
    """

    python: Path
    environ: Mapping[str, str] | None = None
    write_bytecode: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """What a suite has in one environment.

    Attributes:
        spec: The suite.
        cases: Its benchmarks; empty where the suite cannot be used there.
        document: The document, with what went wrong.
    """

    spec: SuiteSpec
    cases: tuple[Listed, ...]
    document: Document

    def keys(self) -> tuple[str, ...]:
        """Return the keys of the benchmarks, for a schedule."""
        return tuple(key_of(self.spec, listed) for listed in self.cases)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one slot of a schedule.

    Attributes:
        slot: The slot.
        document: With one result, or what went wrong.
    """

    slot: Slot
    document: Document


@dataclass(frozen=True, slots=True)
class BenchResult:
    """What a suite showed in one environment.

    Attributes:
        found: Measurements, troubles and edge cases.
        raw: The documents they come from as one, to be kept as the raw output.
    """

    found: Interpreted
    raw: bytes


def key_of(spec: SuiteSpec, listed: Listed) -> str:
    """Return what names a benchmark among all of a run."""
    return f"{spec.label}/{listed.case}"


def measure(python: Path, spec: SuiteSpec, *, runner: Runner, timeout_s: float = TIMEOUT_S) -> BenchResult:
    """Measure a suite in one environment, every benchmark once, in a process of its own.

    Whatever goes wrong is part of the result: one benchmark that crashes, hangs or prints garbage costs no other.

    Args:
        python: The interpreter to be measured.
        spec: The suite.
        runner: Starts processes.
        timeout_s: Seconds that each process may take.
    """
    target = Target(python)
    seen = survey(target, spec, runner=runner, timeout_s=timeout_s)
    slots = tuple(Slot(order, 0, Seat(""), key) for order, key in enumerate(seen.keys()))
    taken = take_slots(slots, {"": target}, {"": (seen,)}, runner=runner, timeout_s=timeout_s)
    return collect([seen.document, *(one.document for one in taken)])


def survey(target: Target, spec: SuiteSpec, *, runner: Runner, timeout_s: float = TIMEOUT_S) -> Survey:
    """Ask which benchmarks a suite has in one environment; what it measures is imported there.

    Args:
        target: The environment.
        spec: The suite.
        runner: Starts processes.
        timeout_s: Seconds that it may take.
    """
    request = _request(target, spec)
    document = _run(target, request, None, runner, timeout_s)
    wanted = tuple(listed for listed in document.cases if spec.function in ("", listed.name))
    return Survey(spec, wanted, document)


def take_slots(
    slots: Sequence[Slot],
    targets: Mapping[str, Target],
    surveys: Mapping[str, Collection[Survey]],
    *,
    runner: Runner,
    samples: int = 0,
    earlier: Sequence[Taken] = (),
    timeout_s: float = TIMEOUT_S,
) -> Iterator[Taken]:
    """Take the samples of a schedule, one slot at a time.

    The caller may stop between two slots, keep what it has, and go on later with the slots that are left. Iterations
    are calibrated by the first process of a benchmark; all others, of every arm, take over their number.

    Args:
        slots: The schedule.
        targets: The environment of each arm.
        surveys: What each arm's environment has.
        runner: Starts processes.
        samples: Most samples in a slot, one of many rounds; 0 for as many as the level says.
        earlier: What was taken before the run was interrupted.
        timeout_s: Seconds that each slot may take.
    """
    known = {
        (arm, key_of(seen.spec, listed)): (seen.spec, listed)
        for arm, own in surveys.items()
        for seen in own
        for listed in seen.cases
    }
    loops = _Loops()
    for one in earlier:
        loops.learn(one.slot.benchmark, one.document)
    began = time.monotonic() - _elapsed(earlier)
    for slot in slots:
        spec, listed = known[slot.seat.arm, slot.benchmark]
        target = targets[slot.seat.arm]
        request = _request(target, spec)._replace(
            case=listed.case,
            samples=samples,
            loops=loops.known.get(slot.benchmark, 0),
            order=slot.order,
            role=slot.seat.role,
            zero_s=began,
        )
        document = _run(target, request, listed, runner, timeout_s)
        loops.learn(slot.benchmark, document)
        yield Taken(slot, document)


def collect(documents: Sequence[Document]) -> BenchResult:
    """Return what the documents of one arm say together."""
    joined = Document(
        python=next((document.python for document in documents if document.python), None),
        cases=(),
        results=tuple(result for document in documents for result in document.results),
        problems=tuple(problem for document in documents for problem in document.problems),
    )
    return BenchResult(interpret([joined]), write_document(_stating_once(joined)))


def _stating_once(document: Document) -> Document:
    """Return a document that states once what all its results have: a run has hundreds of them."""
    measured = [result for result in document.results if result.problem is None]
    first = measured[0].conditions if measured else ()
    shared = tuple(row for row in first if all(row in result.conditions for result in measured))
    results = (
        result.model_copy(update={"conditions": tuple(row for row in result.conditions if row not in shared)})
        for result in document.results
    )
    return document.model_copy(update={"results": tuple(results), "conditions": shared})


def _elapsed(earlier: Sequence[Taken]) -> float:
    """Return the seconds after which the last sample began: an interrupted run goes on from there."""
    return max((start for one in earlier for result in one.document.results for start in result.starts_s), default=0.0)


@dataclass(slots=True)
class _Loops:
    known: dict[str, int] = field(default_factory=dict)

    def learn(self, benchmark: str, document: Document) -> None:
        for result in document.results:
            if result.loops and benchmark not in self.known:
                self.known[benchmark] = result.loops


def _request(target: Target, spec: SuiteSpec) -> Request:
    return Request(
        suite=spec.suite,
        level=spec.level,
        modules=spec.modules,
        threads=spec.threads,
        file=str(spec.file or ""),
        command=spec.command,
        write_bytecode=target.write_bytecode,
    )


def _run(target: Target, request: Request, listed: Listed | None, runner: Runner, timeout_s: float) -> Document:
    args = [str(target.python), "-I", "-", json.dumps(request._asdict())]
    program = assemble(request.suite).encode()
    environ = os.environ if target.environ is None else target.environ
    try:
        completed = runner(args, stdin=program, env=environ, timeout_s=timeout_s)
    except KbError as error:
        # The interpreter has gone; the other environments are still there.
        completed = Completed(tuple(args), NO_INTERPRETER, b"", error.message.encode(), 0.0)
    ended = Ended(completed.stdout, completed.stderr, completed.exit_code, completed.timed_out, timeout_s)
    return _validated(ended, request, listed)


def _validated(ended: Ended, request: Request, listed: Listed | None) -> Document:
    identity = listed.model_dump(mode="json") if listed else None
    circumstances = {"order": request.order, "role": request.role}
    document = document_of(ended, request.suite, identity, **circumstances)
    try:
        return read_document(json.dumps(document).encode())
    except InvalidDataError as error:
        # It is JSON of our schema, and yet it is not what a worker prints.
        wrong = ended._replace(stdout=error.message.encode(), exit_code=0)
        return read_document(json.dumps(document_of(wrong, request.suite, identity, **circumstances)).encode())
