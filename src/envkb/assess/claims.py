"""Comparisons that are kept: what a claim holds, and how anyone computes it again. Pure."""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import JsonValue, ValidationError

from envkb.assess.compared import Comparison, SideRecord, SideShown
from envkb.assess.comparison import METHOD, VERSION, compare
from envkb.assess.evidence import Evidence, Side
from envkb.assess.verdicts import Options
from envkb.document.codec import describe
from envkb.errors import InvalidDataError, UsageError
from envkb.model.record import Claim, Record
from envkb.model.value import Value

TOLERANCE: Final = 1e-9
"""Relative error up to which two numbers are one."""


class _Duel(Value):
    baseline: SideShown
    candidate: SideShown


class Parameters(Value):
    """What a comparison was given.

    Attributes:
        margin: Share of the baseline that makes no difference.
        allowed: Names of differences that were allowed.
        sets: Whether sides are sets, paired by host, request, benchmark and cache.
        contrasts: Baseline and candidate of each; with the hosts as they were known then, since a later join of two
            hosts must not change what was said.
        witnesses: Records whose A/A controls counted.
        libraries: What computed it, such as `scipy 1.17.0`: another release may draw another stream of numbers.
    """

    margin: float
    allowed: tuple[str, ...]
    sets: bool
    contrasts: tuple[_Duel, ...]
    witnesses: tuple[SideRecord, ...]
    libraries: tuple[str, ...]


def claim_of(comparison: Comparison) -> Claim:
    """Return the content of the record that keeps a comparison."""
    parameters = Parameters(
        margin=comparison.margin,
        allowed=comparison.allowed,
        sets=comparison.sets,
        contrasts=tuple(_Duel(baseline=each.baseline, candidate=each.candidate) for each in comparison.contrasts),
        witnesses=comparison.witnesses,
        libraries=_libraries(),
    )
    return Claim(
        method=METHOD,
        version=VERSION,
        seed=comparison.seed,
        parameters=parameters.model_dump(mode="json"),
        result=comparison.model_dump(mode="json"),
    )


def _libraries() -> tuple[str, ...]:
    from importlib.metadata import version  # noqa: PLC0415 - start-up

    return tuple(f"{name} {version(name)}" for name in ("numpy", "scipy"))


def recompute(claim: Claim, records: Sequence[Evidence]) -> Comparison:
    """Compute a claim again, from the records that it names.

    Args:
        claim: The claim.
        records: Those records; their hosts are taken from the claim.

    Raises:
        UsageError: One of them is not given, or the claim is of another method or version.
        InvalidDataError: The claim's parameters cannot be read.
        ToolMissingError: The extra `stats` is not installed.
    """
    if (claim.method, claim.version) != (METHOD, VERSION):
        raise UsageError(
            f"the claim is of {claim.method} {claim.version}, and this is {METHOD} {VERSION}",
            hint="compute it with the version of kb that wrote it",
        )
    try:
        given = Parameters.model_validate_json(json.dumps(claim.parameters))
    except ValidationError as error:
        raise InvalidDataError(f"the claim's parameters cannot be read: {describe(error)}") from error
    held = {each.id: each.record for each in records}
    digests = {each.id: each.digest for each in records}

    def evidence(rows: Sequence[SideRecord]) -> tuple[Evidence, ...]:
        return tuple(Evidence(row.id, digests.get(row.id, ""), row.host, _found(held, row.id)) for row in rows)

    def side(shown: SideShown) -> Side:
        return Side(shown.label, evidence(shown.records))

    return compare(
        [(side(each.baseline), side(each.candidate)) for each in given.contrasts],
        Options(margin=given.margin, allowed=frozenset(given.allowed), seed=claim.seed or 0),
        sets=given.sets,
        witnesses=evidence(given.witnesses),
    )


def _found(held: dict[str, Record], name: str) -> Record:
    if name not in held:
        raise UsageError(f"the claim rests on {name}, which is not given", hint="a claim needs exactly what it names")
    return held[name]


def discrepancies(claim: Claim, computed: Comparison) -> tuple[str, ...]:
    """Return the places where a claim's result is not what was computed again; numbers within `TOLERANCE` are equal."""
    return tuple(_differing("result", claim.result, computed.model_dump(mode="json")))


def _differing(place: str, stored: JsonValue, computed: JsonValue) -> Iterator[str]:
    if isinstance(stored, dict) and isinstance(computed, dict) and stored.keys() == computed.keys():
        for key in stored:
            yield from _differing(f"{place}/{key}", stored[key], computed[key])
    elif isinstance(stored, list) and isinstance(computed, list) and len(stored) == len(computed):
        for number, (one, other) in enumerate(zip(stored, computed, strict=True)):
            yield from _differing(f"{place}/{number}", one, other)
    elif not _equal(stored, computed):
        yield f"{place}: {stored!r} was claimed, {computed!r} is computed"


def _equal(stored: JsonValue, computed: JsonValue) -> bool:
    if isinstance(stored, float) and isinstance(computed, float):
        return math.isclose(stored, computed, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return stored == computed
