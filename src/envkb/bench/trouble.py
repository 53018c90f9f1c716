"""What a problem of a benchmark means: its kind, and the edge case that it is."""

import re
import signal
from dataclasses import dataclass
from typing import Final

from envkb.bench.document import Document, Problem
from envkb.bench.trouble_texts import TroubleKind, read_text
from envkb.document.fingerprint import fingerprint as fingerprint_of
from envkb.model.edge_case import EdgeCase, Phase, Severity
from envkb.model.value import Origin


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a benchmark, or a whole suite, has no samples.

    Attributes:
        suite: The suite's name.
        case: The benchmark within it; None where it is the whole suite.
        kind: What kind of trouble it is.
        stage: Where it happened.
        edge_class: The class of an edge case that fits.
        message: What a person sees.
        last_words: The end of the traceback or of what the process said; empty where it said nothing.
        exit_status: Exit status of the process; None where it was not that.
        signal: Signal that ended the process; None where none did.
    """

    suite: str
    case: str | None
    kind: TroubleKind
    stage: str
    edge_class: str
    message: str
    last_words: str
    exit_status: int | None
    signal: int | None

    @property
    def fingerprint(self) -> str:
        """A hash of the message without paths, addresses and numbers: equal for one problem on two machines."""
        return fingerprint_of(f"{self.kind} {self.message}")

    def edge_case(self, origin: Origin = Origin.CAPTURED) -> EdgeCase:
        """Return it as a record keeps it."""
        about = f"{self.suite} {self.case}" if self.case else self.suite
        return EdgeCase(
            origin=origin,
            class_=self.edge_class,
            symptom=f"{about}: {self.kind}: {self.message}",
            severity=_SEVERITY.get(self.kind, Severity.MAJOR),
            phase=Phase.IMPORT if self.stage == "import" else Phase.BENCHMARK,
            package=self.suite if self.suite in {"numpy", "torch"} else None,
            workaround=None,
            worked=None,
            link=None,
            fingerprint=self.fingerprint,
        )


_SEVERITY: Final = {TroubleKind.UNSUPPORTED: Severity.MINOR, TroubleKind.MISSING: Severity.NOTE}
_TOLD: Final = {
    "crash": TroubleKind.CRASH,
    "hang": TroubleKind.HANG,
    "garbage": TroubleKind.GARBAGE,
    "not-a-number": TroubleKind.NOT_A_NUMBER,
    "wrong-result": TroubleKind.WRONG_RESULT,
    "nothing-counted": TroubleKind.NOTHING_COUNTED,
    "exception": TroubleKind.FAILED,
}
# What libraries say, from texts that mean one thing to texts that stand beside many.
NO_INTERPRETER: Final = 127
"""What stands for the exit status of an interpreter that is not there, as in a shell."""
_OF_LIBRARIES: Final = frozenset({TroubleKind.FAILED, TroubleKind.CRASH})


def troubles(document: Document) -> tuple[Trouble, ...]:
    """Return all troubles of a document."""
    machine = document.python.machine if document.python else ""
    of_suites = (explain(problem, problem.suite, None, machine) for problem in document.problems)
    of_results = (
        explain(result.problem, result.suite, result.case, machine) for result in document.results if result.problem
    )
    return (*of_suites, *of_results)


def explain(problem: Problem, suite: str, case: str | None, machine: str) -> Trouble:
    """Return what a problem means.

    Args:
        problem: As the worker, or who watched it, told it.
        suite: The suite's name.
        case: The benchmark; None for the whole suite.
        machine: The kind of processor.
    """
    kind, edge_class = _meaning(problem, suite, machine)
    return Trouble(
        suite=suite,
        case=case,
        kind=kind,
        stage=problem.stage,
        edge_class=edge_class,
        message=" ".join(problem.message.split()),
        last_words=problem.traceback or "",
        exit_status=problem.exit_status,
        signal=problem.signal,
    )


def _meaning(problem: Problem, suite: str, machine: str) -> tuple[TroubleKind, str]:
    kind = _TOLD[problem.kind]
    if kind is TroubleKind.HANG:
        return kind, "slow"
    if problem.signal == signal.SIGILL:
        return kind, "arm-illegal-instruction" if machine.startswith(("aarch64", "arm")) else "other"
    if kind not in _OF_LIBRARIES:
        return kind, "other"
    if _is_missing(problem, suite):
        return TroubleKind.MISSING, "other"
    meant, edge_class = read_text(f"{problem.type or ''}: {problem.message}\n{problem.traceback or ''}")
    # What a signal ended stays a crash, whatever was said before it; only what it is about becomes clearer.
    if meant is None or (problem.signal is not None and meant is not TroubleKind.OUT_OF_MEMORY):
        meant = kind
    return meant, edge_class


def _is_missing(problem: Problem, suite: str) -> bool:
    if problem.stage == "process":
        return problem.exit_status == NO_INTERPRETER
    wanted = re.escape(suite) if problem.stage == "import" else r"[\w.]+"
    is_import = "ModuleNotFoundError" in (problem.type, *problem.message.replace(":", " ").split())
    return is_import and bool(re.search(rf"No module named '{wanted}'", problem.message))
