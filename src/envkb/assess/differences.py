"""What differs between two experiments beside their numbers and packages: the comparability contract. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import JsonValue

from envkb.assess.compared import Difference, Standing
from envkb.assess.evidence import OWN_PYTHON, Evidence
from envkb.model.fact import Status
from envkb.model.install import request_key
from envkb.model.vocabulary import is_identity

DECLARED: Final = frozenset({"arm", "manager"})
"""What a comparison is about, so that it may differ."""

# These follow from the packages, which are compared by themselves.
_OF_PACKAGES: Final = frozenset({"torch", "jax", "tensorflow", "cuda/packages"})
# What whoever provides the interpreter or makes the environment decides; the language's version is told by itself.
_OF_MANAGER: Final = frozenset(
    {"python/build", "python/compiler", "python/packager", "python/platform", "python/provider", "python/abi_flags"}
)
_MANAGER_VARIABLES: Final = ("CONDA_", "MAMBA_", "PIP_", "PIXI_", "RATTLER_", "UV_", "VIRTUAL_ENV")
_COMPILING: Final = frozenset({"pip"})  # compiles every module unasked

_Rows = Iterator[tuple[str, JsonValue, JsonValue, Standing]]


def differences(
    baseline: Evidence, candidate: Evidence, *, across: bool, allowed: frozenset[str]
) -> tuple[Difference, ...]:
    """Return what differs between two experiments; what is not known of one of them is no difference.

    Args:
        baseline: One experiment.
        candidate: The other.
        across: Whether they are on two sides; within one, nothing is declared and a manager explains nothing.
        allowed: Names of differences that are no obstacle; a name before a slash stands for all behind it.
    """
    managers = across and baseline.manager != candidate.manager
    found = []
    for name, own, other, standing in (*_plain(baseline, candidate, managers), *_facts(baseline, candidate, managers)):
        if own == other:
            continue
        meant: Standing = "declared" if across and name in DECLARED else standing
        if meant == "undeclared" and not allowed.isdisjoint((name, name.partition("/")[0])):
            meant = "allowed"
        found.append(Difference(name=name, baseline=own, candidate=other, standing=meant))
    return tuple(found)


def _plain(baseline: Evidence, candidate: Evidence, managers: bool) -> _Rows:  # noqa: FBT001 - private
    both = (baseline, candidate)
    if any(each.arm != each.manager for each in both):
        yield from _known("arm", *(each.arm for each in both))
    yield from _known("manager", *(each.manager for each in both))
    if not managers:
        yield from _known("manager-version", *(_manager_version(each) for each in both))
    yield from _known("host", *(each.host for each in both))
    yield from _known("request", *(request_key(each.request) for each in both))
    yield from _known("cache", *(each.cache for each in both))
    yield from _bytecode(*both)
    yield from _python(*both, managers)
    yield from _cell_parameters(*both)
    yield from _environments(*both)
    yield from _variables(*both)


def _known(name: str, own: JsonValue, other: JsonValue) -> _Rows:
    if own is not None and other is not None:
        yield name, own, other, "undeclared"


def _manager_version(evidence: Evidence) -> str | None:
    return evidence.record.install.manager_version if evidence.record.install else None


def _bytecode(baseline: Evidence, candidate: Evidence) -> _Rows:
    """Compare what becomes of bytecode; a manager that compiles unasked is at parity with one that was told to."""
    own, other = (each.record.install.bytecode if each.record.install else None for each in (baseline, candidate))
    told = (_effective(baseline.manager, own), _effective(candidate.manager, other))
    if own != other and told[0] != told[1]:
        yield from _known("bytecode", own, other)


def _effective(manager: str | None, bytecode: str | None) -> str | None:
    return "compiled" if bytecode == "default" and manager in _COMPILING else bytecode


def _python(baseline: Evidence, candidate: Evidence, managers: bool) -> _Rows:  # noqa: FBT001 - private
    environments = baseline.record.environment, candidate.record.environment
    own, other = (each.python_version if each else None for each in environments)
    if own is None or other is None:
        return
    # Some managers bring an interpreter as one of their packages: which build of a series is their choice.
    brought = managers and not OWN_PYTHON.isdisjoint((baseline.manager, candidate.manager))
    same_series = own.split(".")[:2] == other.split(".")[:2]
    yield "python", own, other, "manager" if brought and same_series else "undeclared"


def _cell_parameters(baseline: Evidence, candidate: Evidence) -> _Rows:
    own, other = (
        {row.name: row.value for row in each.record.run.cell.parameters} if each.record.run else {}
        for each in (baseline, candidate)
    )
    for name in sorted(own.keys() & other.keys() - {"bytecode"}):
        yield from _known(name, own[name], other[name])


def _environments(baseline: Evidence, candidate: Evidence) -> _Rows:
    own, other = (each.record.environment is not None for each in (baseline, candidate))
    if own != other:
        told = {True: "known", False: "not known"}
        yield "environment", told[own], told[other], "undeclared"


def _variables(baseline: Evidence, candidate: Evidence) -> _Rows:
    own, other = (_settings(each) for each in (baseline, candidate))
    if baseline.record.environment is None or candidate.record.environment is None:
        return
    for name in sorted(own.keys() | other.keys()):
        if not name.startswith(_MANAGER_VARIABLES):
            yield f"${name}", own.get(name), other.get(name), "undeclared"


def _settings(evidence: Evidence) -> dict[str, str]:
    environment = evidence.record.environment
    rows = environment.settings if environment else ()
    return {row.name: row.value for row in rows if row.tool == "environment"}


def _facts(baseline: Evidence, candidate: Evidence, managers: bool) -> _Rows:  # noqa: FBT001 - private
    own, other = _identity(baseline), _identity(candidate)
    for key in sorted(own.keys() & other.keys()):
        by_manager = key in _OF_MANAGER or key.startswith("environment/")
        yield key, own[key], other[key], "manager" if managers and by_manager else "undeclared"


def _identity(evidence: Evidence) -> dict[str, Any]:
    return {
        f"{fact.subject}/{fact.name}": fact.value
        for fact in evidence.record.facts
        if fact.status is Status.OK
        and fact.subject not in _OF_PACKAGES
        and (fact.subject, fact.name) not in (("python", "version"), ("environment", "manager"))
        and is_identity(fact.subject, fact.name)
    }
