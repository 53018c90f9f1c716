"""The `kb run` that would decide what a comparison cannot tell. Pure."""

import math
import shlex
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from envkb.assess.compared import Compared
from envkb.assess.evidence import OWN_PYTHON, Evidence, Side
from envkb.assess.statistics import Estimate, control_shows_as_much, judge, rounds_beside, rounds_to_decide
from envkb.model.install import Request, request_key

SUITES: Final = ("python", "numpy", "torch", "io")
"""The suites that `--bench` takes by name."""


def deciding_command(baseline: Side, candidate: Side, lines: Sequence[Compared], margin: float) -> str | None:
    """Return the command that measures both sides in turn, on one host.

    None where nothing is left open, and where no run could decide it: two requests, or one arm on both sides (another
    host, another day), are no two arms of one run.

    Args:
        baseline: One side.
        candidate: The other.
        lines: What was compared.
        margin: Share of the baseline that makes no difference.
    """
    undecided = [line for line in lines if line.verdict == "cannot tell"]
    if lines and not undecided:
        return None
    words = ["kb", "run"]
    held = (*baseline.evidence, *candidate.evidence)
    requests = {request_key(each.request): each.request for each in held if each.request is not None}
    arms = dict.fromkeys(_arm(each) for each in held)
    if len(requests) > 1 or len(arms) == 1:
        return None
    request = next(iter(requests.values()), None)
    words += request.requirements if request else ()
    words += arms
    if request is not None:
        words += [f"--python={request.python}"] if request.python else []
        words += [f"--torch-backend={request.torch_backend}"] if request.torch_backend else []
        words += _sources(request, {each.manager for each in held})
    caches = {line.cache for line in undecided if line.cache and line.benchmark.suite not in SUITES}
    words += [f"--cache={cache}" for cache in sorted(caches)] if len(caches) == 1 else []
    suites = {line.benchmark.suite for line in undecided}
    words += [f"--bench={suite}{_level(suite, held)}" for suite in SUITES if suite in suites]
    words += _rounds(undecided, margin)
    return shlex.join(words)


def _arm(evidence: Evidence) -> str:
    if evidence.request is not None and evidence.manager is not None:
        return f"--with={evidence.manager}"
    # An environment that was there before: only its owner knows where it is.
    name = evidence.arm if evidence.record.run else None
    return f"--env={name or 'NAME'}=PATH"


def _sources(request: Request, managers: Collection[str | None]) -> Iterator[str]:
    """Yield where managers looked, as far as a record keeps it: of an address only the name."""
    if not OWN_PYTHON.isdisjoint(managers):
        yield from (f"--channel={channel}" for channel in request.channels)
    if not OWN_PYTHON.issuperset(managers):
        yield from (f"--index={index}" for index in request.indexes)
    flags = ((given.manager, flag) for given in request.flags if given.manager in managers for flag in given.flags)
    yield from (f"--flag={manager}={flag}" for manager, flag in flags)


def _level(suite: str, held: Sequence[Evidence]) -> str:
    """Return `:full` where the suite was run so: its sizes are others, and another size is another benchmark."""
    levels = {
        row.value
        for evidence in held
        for measurement in evidence.subjects()
        if measurement.benchmark.suite == suite
        for row in measurement.conditions
        if row.name == "level"
    }
    return ":full" if "full" in levels else ""


def _rounds(undecided: Sequence[Compared], margin: float) -> list[str]:
    # What no number of rounds would decide makes no run longer.
    needed = [number for line in undecided if (number := rounds_of(line, margin)) is not None]
    if not needed:
        return []
    even = math.ceil(max(needed) / 2) * 2  # rounds come in mirrored pairs
    return [f"--rounds={even}"]


def rounds_of(line: Compared, margin: float) -> int | None:
    """Return how many rounds would decide a line; None where it is open for another reason, or none would.

    Args:
        line: A line without a verdict.
        margin: Share of the baseline that makes no difference.
    """
    if line.basis != "interleaved" or not line.ratio or not line.low or not line.high:
        return None
    estimate = Estimate(ratio=line.ratio, low=line.low, high=line.high, count=line.count)
    if judge(estimate, margin, "lower") == "cannot tell":
        return rounds_to_decide(estimate, margin)
    if line.control is None or not control_shows_as_much(estimate, line.control):
        return None  # open for another reason, however narrow the interval is
    return rounds_beside(estimate, line.control)
