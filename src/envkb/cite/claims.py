"""Quotes claims: what a comparison found, and what it was computed from. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from pydantic import ConfigDict, ValidationError

from envkb.cite.numbers import number
from envkb.errors import UsageError
from envkb.model.record import Claim
from envkb.model.value import Value

_COMPARISON: Final = "envkb.compare"
_VERSIONS: Final = frozenset({"1", "2"})  # what is quoted of their results is alike


class _Part(Value):
    """What is quoted of a part of a result; the rest of it is not looked at."""

    model_config = ConfigDict(extra="ignore")


class _Side(_Part):
    label: str


class _Benchmark(_Part):
    name: str


class _Row(_Part):
    benchmark: _Benchmark
    quantity: str
    basis: str
    count: int
    ratio: float | None
    low: float | None
    high: float | None
    verdict: str
    reason: str | None


class _Contrast(_Part):
    baseline: _Side
    candidate: _Side
    measurements: tuple[_Row, ...]


class _Comparison(_Part):
    margin: float
    confidence: float
    contrasts: tuple[_Contrast, ...]


def quote_claim(claim: Claim, basis: Iterable[str], benchmarks: Sequence[str] = ()) -> list[str]:
    """Return what a claim says, a line each: the results of a comparison, then how and from what they were computed.

    Of a claim that was computed in another way only the latter is told.

    Args:
        claim: The claim.
        basis: Ids of the records that it was computed from.
        benchmarks: Names of the benchmarks that are quoted; all where none is named.

    Raises:
        UsageError: The comparison has no benchmark of a name.
    """
    seed = "" if claim.seed is None else f", seed {claim.seed}"
    computed = f"computed by {claim.method} {claim.version}{seed}, from {', '.join(basis) or 'no record'}"
    comparison = _comparison(claim)
    if comparison is None:
        _check_names(benchmarks, ())
        return [computed]
    known = {row.benchmark.name: None for contrast in comparison.contrasts for row in contrast.measurements}
    _check_names(benchmarks, tuple(known))
    wanted = set(benchmarks or known)
    rows = [
        _told(contrast, row, comparison.confidence)
        for contrast in comparison.contrasts
        for row in contrast.measurements
        if row.benchmark.name in wanted
    ]
    return [*rows, f"{computed}, with differences up to {_percent(comparison.margin)} taken for none"]


def _comparison(claim: Claim) -> _Comparison | None:
    if claim.method != _COMPARISON or claim.version not in _VERSIONS:
        return None
    try:
        return _Comparison.model_validate_json(json.dumps(claim.result))
    except ValidationError:
        return None  # whoever computed it did so in a way of their own


def _check_names(wanted: Iterable[str], known: Sequence[str]) -> None:
    for name in wanted:
        if name not in known:
            raise UsageError(
                f"the claim has no benchmark {name!r}", hint=f"its benchmarks: {', '.join(known) or 'it has none'}"
            )


def _told(contrast: _Contrast, row: _Row, confidence: float) -> str:
    what = f"{row.benchmark.name} {row.quantity}, {contrast.candidate.label} against {contrast.baseline.label}"
    interval = ""
    if row.low is not None and row.high is not None:
        interval = f", {_percent(confidence)} interval {number(row.low)} to {number(row.high)}"
    ratio = "no ratio" if row.ratio is None else f"ratio {number(row.ratio)}{interval}"
    why = f": {row.reason}" if row.reason else ""
    return f"{what}: {row.verdict}{why} ({ratio}, n = {row.count}, {row.basis})"


def _percent(share: float) -> str:
    return f"{number(share * 100)} %"
