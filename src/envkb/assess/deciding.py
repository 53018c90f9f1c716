"""The `kb run` that would decide what a comparison cannot tell. Pure."""

import math
import shlex
from collections.abc import Sequence
from typing import Final

from envkb.assess.compared import Compared
from envkb.assess.evidence import Evidence, Side
from envkb.assess.statistics import Estimate, judge, rounds_to_decide

SUITES: Final = ("python", "numpy", "torch", "io")
"""The suites that `--bench` takes by name."""


def deciding_command(baseline: Side, candidate: Side, lines: Sequence[Compared], margin: float) -> str | None:
    """Return the command that measures both sides in turn, on one host; None where nothing is left open.

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
    request = next((each.request for each in held if each.request is not None), None)
    words += request.requirements if request else ()
    words += [word for word in dict.fromkeys(_arm(each) for each in held) if word]
    if request is not None:
        words += [f"--python={request.python}"] if request.python else []
        words += [f"--torch-backend={request.torch_backend}"] if request.torch_backend else []
    caches = {line.cache for line in undecided if line.cache and line.benchmark.suite not in SUITES}
    words += [f"--cache={cache}" for cache in sorted(caches)] if len(caches) == 1 else []
    suites = {line.benchmark.suite for line in undecided}
    words += [f"--bench={suite}" for suite in SUITES if suite in suites]
    words += _rounds(undecided, margin)
    return shlex.join(words)


def _arm(evidence: Evidence) -> str:
    if evidence.request is not None and evidence.manager is not None:
        return f"--with={evidence.manager}"
    # An environment that was there before: only its owner knows where it is.
    name = evidence.arm if evidence.record.run else None
    return f"--env={name or 'NAME'}=PATH"


def _rounds(undecided: Sequence[Compared], margin: float) -> list[str]:
    held = (
        Estimate(ratio=line.ratio, low=line.low, high=line.high, count=line.count)
        for line in undecided
        if line.basis == "interleaved" and line.ratio and line.low and line.high
    )
    # Some lines are open for another reason, however narrow their interval.
    told = [rounds_to_decide(each, margin) for each in held if judge(each, margin, "lower") == "cannot tell"]
    # What no number of rounds would decide makes no run longer.
    needed = [number for number in told if number is not None]
    if not needed:
        return []
    even = math.ceil(max(needed) / 2) * 2  # rounds come in mirrored pairs
    return [f"--rounds={even}"]
