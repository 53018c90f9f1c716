"""Failures as data: what kind, in which phase, in whose words."""

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from envkb.document.fingerprint import fingerprint
from envkb.managers.error_kind import ErrorKind
from envkb.managers.failure_texts import classify
from envkb.managers.last_words import shortened, words_of
from envkb.managers.step import Step, said
from envkb.model.edge_case import Phase
from envkb.process import Completed

_DEADLY: Final = frozenset(
    {signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGINT}
)

_NAME: Final = re.compile(r"[A-Z]\w+")
_ITEM: Final = re.compile(r"\s+- (\S.*)")
_CAUSE: Final = re.compile(r"\s+(?:cause:|[└╰][─-]*▶|[├└]─(?=.* does not exist))\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed.

    Attributes:
        manager: Which manager it was.
        kind: What kind of failure it is.
        edge_class: The class of an edge case that fits.
        phase: Where it happened.
        exit_status: The exit status; None where a signal ended it.
        signal: The signal that ended it, or that ended a process that it waited for; None where none did.
        last_words: What the manager said of it; empty where it said nothing.
        fingerprint: Hash of the last words without their variable parts; None without words.
    """

    manager: str
    kind: ErrorKind
    edge_class: str
    phase: Phase
    exit_status: int | None
    signal: int | None
    last_words: str
    fingerprint: str | None

    @property
    def headline(self) -> str:
        """The first sentence of the last words, or what the process ended with."""
        # pip begins every failure with the versions that it did not look at.
        lines = [line for line in self.last_words.splitlines() if not line.startswith("ERROR: Ignored the following")]
        if lines:
            return _sentence(lines[-1:] if lines[0].startswith("Traceback") else lines)
        return f"signal {self.signal}" if self.signal is not None else f"exit status {self.exit_status}"


def _sentence(lines: Sequence[str]) -> str:
    """Return the first line with what makes a sentence of it: conda gives a bare name first, others a cause below."""
    first, *rest = lines
    told = first.strip()
    if rest and _NAME.fullmatch(told):
        told = f"{told}: {rest.pop(0).strip()}"
    if told.endswith(":"):
        items = (found[1] for found in takewhile(bool, map(_ITEM.match, rest)) if found)
        told = f"{told} {', '.join(items)}".removesuffix(": ")
    # mamba has one more line between.
    cause = next((found[1] for line in rest[:2] if (found := _CAUSE.match(line))), None)
    return f"{told}: {cause}" if cause else told


def explain(step: Step, completed: Completed, *, out_of_memory: bool = False) -> Failure:
    """Tell why a step failed.

    Args:
        step: The step.
        completed: What became of its process.
        out_of_memory: Whether the kernel counted a kill for want of memory meanwhile; the process cannot know.
    """
    words = words_of(said(completed.stdout), said(completed.stderr))
    ended_by = signal_of(completed.exit_code)
    kind = _kind(completed, ended_by, words, out_of_memory=out_of_memory)
    return Failure(
        manager=step.manager,
        kind=kind,
        edge_class=kind.edge_class,
        phase=kind.phase or step.phase,
        exit_status=completed.exit_code if completed.exit_code >= 0 else None,
        signal=ended_by,
        last_words=shortened(words),
        fingerprint=fingerprint(words) if words else None,
    )


def signal_of(exit_code: int) -> int | None:
    """Return the signal behind an exit code: the process's own, or one that a shell or a Python passes on."""
    candidates = (-exit_code, exit_code - 128, 256 - exit_code)
    return next((number for number in candidates if number in _DEADLY), None)


def _kind(completed: Completed, ended_by: int | None, words: str, *, out_of_memory: bool) -> ErrorKind:
    if completed.timed_out:
        return ErrorKind.TIME_OUT
    if ended_by == signal.SIGKILL and out_of_memory:
        return ErrorKind.OUT_OF_MEMORY
    if ended_by is not None:
        kind = classify(words)
        return kind if kind in {ErrorKind.OUT_OF_MEMORY, ErrorKind.DISK_FULL} else ErrorKind.KILLED
    return classify(words)
