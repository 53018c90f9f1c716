"""Performs one install, and tells whatever becomes of it as data."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from envkb.document.fingerprint import fingerprint
from envkb.errors import KbError
from envkb.experiment.run.gauges import Gauges, grown
from envkb.experiment.run.trial import TrialFailure, TrialPhase
from envkb.managers import Call, Failure, Installed, Step, explain, perform
from envkb.model.edge_case import Phase
from envkb.process import Completed, Runner

LOG_CHARACTERS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one install.

    Attributes:
        commands: The command lines, in order.
        wall_s: Wall time of all steps.
        cpu_s: Processor time of all steps; None where it was not measured.
        peak_bytes: The most memory of a step; None where it was not measured.
        phases: What the manager timed itself.
        failure: Why it failed; None where it did not.
        log: What the steps wrote.
        installed: What the manager said that it did; None where it failed.
    """

    commands: tuple[str, ...]
    wall_s: float
    cpu_s: float | None
    peak_bytes: int | None
    phases: tuple[TrialPhase, ...]
    failure: TrialFailure | None
    log: str
    installed: Installed | None


def attempt(
    call: Call[Installed], run: Runner, *, environ: Mapping[str, str], timeout_s: float, gauges: Gauges
) -> Attempt:
    """Perform a call. A manager that fails, has gone or talks garbage is no error: the result says so.

    Args:
        call: The install.
        run: Starts processes; it should meter them.
        environ: Variables of the processes.
        timeout_s: Seconds that each step may take.
        gauges: Tells whether the kernel ended something for want of memory.
    """
    seen = _Seen(run)
    kills = gauges.oom_kills()
    installed: Installed | None = None
    try:
        outcome = perform(call, seen, environ=environ, timeout_s=timeout_s)
    except KbError as error:
        failure: TrialFailure | None = _unreadable(error.message)
    else:
        installed = outcome.value
        told = outcome.failure
        if told is not None and grown(kills, gauges.oom_kills()):
            told = explain(outcome.steps[-1], outcome.completed[-1], out_of_memory=True)
        failure = None if told is None else _told(told)
    completed = tuple(seen.completed)
    return Attempt(
        commands=tuple(shlex.join(step.args) for step in call.steps[: len(completed)]),
        wall_s=sum(ended.duration_s for ended in completed),
        cpu_s=_cpu_s(completed),
        peak_bytes=_peak_bytes(completed),
        phases=tuple(
            TrialPhase(phase=row.phase, seconds=row.seconds) for row in (installed.phases if installed else ())
        ),
        failure=failure,
        log=_log(call.steps, completed)[-LOG_CHARACTERS:],
        installed=installed,
    )


class _Seen:
    """Runs processes and keeps what became of them, also where nobody understands it afterwards."""

    def __init__(self, run: Runner) -> None:
        self._run = run
        self.completed: list[Completed] = []

    def __call__(
        self,
        args: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout_s: float = 60.0,
    ) -> Completed:
        ended = self._run(args, stdin=stdin, env=env, cwd=cwd, timeout_s=timeout_s)
        self.completed.append(ended)
        return ended


def _told(failure: Failure) -> TrialFailure:
    return TrialFailure(
        kind=str(failure.kind),
        edge_class=failure.edge_class,
        phase=failure.phase,
        exit_status=failure.exit_status,
        signal=failure.signal,
        headline=failure.headline,
        last_words=failure.last_words,
        fingerprint=failure.fingerprint,
    )


def _unreadable(message: str) -> TrialFailure:
    return TrialFailure(
        kind="other",
        edge_class="other",
        phase=Phase.INSTALL,
        exit_status=None,
        signal=None,
        headline=message,
        last_words=message,
        fingerprint=fingerprint(message),
    )


def _cpu_s(completed: Sequence[Completed]) -> float | None:
    known = [ended.usage.cpu_s for ended in completed if ended.usage is not None]
    return sum(known) if known and len(known) == len(completed) else None


def _peak_bytes(completed: Sequence[Completed]) -> int | None:
    peaks = [ended.usage.peak_bytes for ended in completed if ended.usage is not None]
    return max((peak for peak in peaks if peak is not None), default=None)


def _log(steps: Sequence[Step], completed: Sequence[Completed]) -> str:
    parts = []
    for step, ended in zip(steps, completed, strict=False):
        ending = f"[{'time-out' if ended.timed_out else ended.exit_code} after {ended.duration_s:.2f} s]"
        said = (ended.stdout + ended.stderr).decode("utf-8", "replace").rstrip()
        parts.append(f"$ {shlex.join(step.args)}\n{said}\n{ending}\n")
    return "\n".join(parts)
