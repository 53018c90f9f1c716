"""How the packages of two environments differ. Pure."""

from collections.abc import Mapping
from typing import Final, Literal

from envkb.assess.compared import PackageDifference, Standing
from envkb.assess.evidence import Evidence
from envkb.model.environment import Distribution

SEEDS: Final = frozenset({"pip", "setuptools", "wheel"})
"""Distributions that managers put into an environment unasked."""
ALL_PACKAGES: Final = "packages"
"""What `--allow` takes for every package at once."""

_Change = Literal["added", "removed", "version", "build"]
_Rows = Mapping[str, tuple[Distribution, ...]]


def package_differences(
    baseline: Evidence, candidate: Evidence, *, across: bool, allowed: frozenset[str]
) -> tuple[PackageDifference, ...]:
    """Return the distributions that differ, sorted by name; none where one of the environments is not known.

    Args:
        baseline: One experiment.
        candidate: The other.
        across: Whether they are on two sides; within one, a manager explains nothing.
        allowed: Names of differences that are no obstacle.
    """
    if baseline.record.environment is None or candidate.record.environment is None:
        return ()
    ours, theirs = _rows(baseline), _rows(candidate)
    requested = _requested(baseline) | _requested(candidate)
    managers = across and baseline.manager != candidate.manager
    found = []
    for name in sorted(ours.keys() | theirs.keys()):
        own, other = ours.get(name, ()), theirs.get(name, ())
        change = _change(own, other)
        if change is None:
            continue
        seed = name in SEEDS and name not in requested
        native = managers and _is_native((*own, *other)) and (_without_conda(ours) or _without_conda(theirs))
        built = managers and change == "build"
        standing: Standing = "manager" if seed or native or built else "undeclared"
        if standing == "undeclared" and not allowed.isdisjoint((name, ALL_PACKAGES)):
            standing = "allowed"
        found.append(
            PackageDifference(
                name=name, baseline=_versions(own), candidate=_versions(other), change=change, standing=standing
            )
        )
    return tuple(found)


def _rows(evidence: Evidence) -> _Rows:
    rows: dict[str, tuple[Distribution, ...]] = {}
    environment = evidence.record.environment
    for row in environment.distributions if environment else ():
        rows[row.name] = (*rows.get(row.name, ()), row)
    return rows


def _requested(evidence: Evidence) -> set[str]:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - start-up
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - start-up

    names: set[str] = set()
    for text in evidence.request.requirements if evidence.request else ():
        try:
            names.add(canonicalize_name(Requirement(text).name))
        except InvalidRequirement:
            continue  # a path or an address: what it installs is not named
    return names


def _change(own: tuple[Distribution, ...], other: tuple[Distribution, ...]) -> _Change | None:
    if not own:
        return "added"
    if not other:
        return "removed"
    if _versions(own) != _versions(other):
        return "version"
    contents = [{row.content_sha256 for row in rows} for rows in (own, other)]
    return "build" if None not in contents[0] | contents[1] and contents[0] != contents[1] else None


def _versions(rows: tuple[Distribution, ...]) -> str | None:
    return ", ".join(sorted({row.version or "unknown version" for row in rows})) or None


def _is_native(rows: tuple[Distribution, ...]) -> bool:
    return all(row.kind == "conda" for row in rows)


def _without_conda(rows: _Rows) -> bool:
    # An environment with no conda package at all gets its native libraries within wheels.
    return not any(row.kind == "conda" for own in rows.values() for row in own)
