"""What one process of the worker is asked for."""

from __future__ import annotations

from typing import NamedTuple

QUICK = "quick"
FULL = "full"


class Request(NamedTuple):
    """What to measure, and how long to try.

    Attributes:
        suite: `python`, `numpy`, `torch`, `io`, `own` (functions of a file) or `command`.
        level: `quick` or `full`.
        case: Which benchmark of the suite; empty to list them.
        modules: Modules whose import is measured.
        threads: Threads that libraries may use; 0 for what they choose by themselves.
        samples: Most samples to take, as one of many rounds; 0 for as many as the level says.
        loops: Iterations in one sample; 0 to calibrate them.
        write_bytecode: Whether interpreters that are started may write `.pyc` files into the environment.
        file: The file with a user's own functions, or empty.
        command: A user's own command, or empty.
        order: Position in the schedule of the run that this belongs to; None where there is none.
        role: `subject` or `control`; told back.
        zero_s: Reading of `time.monotonic` at the beginning of the run; None for the beginning of this process.
    """

    suite: str
    level: str = QUICK
    case: str = ""
    modules: tuple[str, ...] = ()
    threads: int = 0
    samples: int = 0
    loops: int = 0
    write_bytecode: bool = False
    file: str = ""
    command: tuple[str, ...] = ()
    order: int | None = None
    role: str = "subject"
    zero_s: float | None = None


class Effort(NamedTuple):
    """How long to try.

    Attributes:
        samples: Samples to take.
        sample_s: Seconds that one sample should take at least.
        warmup_s: Seconds of work before the first sample.
        budget_s: Seconds after which no further sample begins, once there are the fewest.
        fewest: Samples to take however long they take.
        loops: Iterations in one sample; 0 to calibrate them.
    """

    samples: int
    sample_s: float
    warmup_s: float
    budget_s: float
    fewest: int = 3
    loops: int = 0


_EFFORTS = {
    QUICK: Effort(samples=12, sample_s=0.05, warmup_s=0.1, budget_s=1.5),
    FULL: Effort(samples=40, sample_s=0.2, warmup_s=1.0, budget_s=12.0),
}


# One of many rounds takes part of a second, so that the arms of a comparison follow each other closely; the other
# rounds make up for what it does not sample.
_ROUND = Effort(samples=0, sample_s=0.02, warmup_s=0.02, budget_s=0.25, fewest=1)


def effort_of(request: Request) -> Effort:
    """Return how long a request tries; where the caller counts the samples, they are one of many rounds."""
    effort = _ROUND._replace(samples=request.samples) if request.samples else _EFFORTS[request.level]
    return effort._replace(loops=request.loops)
