"""What is wrong with the checks of a decision before anything is evaluated. Pure."""

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from envkb.errors import UsageError
from envkb.knowledge.check.problem import Level, Problem
from envkb.knowledge.decisions.files import DecisionFile
from envkb.knowledge.query.parser import parse_query
from envkb.model.decision import (
    Check,
    EdgeCheck,
    RatioCheck,
    ReviewCheck,
    RiskCheck,
    SuccessesCheck,
    VersionCheck,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What checks may name.

    Attributes:
        risks: Slugs of the risks.
        benchmarks: `suite/name` of every benchmark that was measured.
        classes: Edge-case classes of kb and of the knowledge base.
    """

    risks: Collection[str]
    benchmarks: Collection[str]
    classes: Collection[str]


def queries_of(check: Check) -> dict[str, str]:
    """Return the queries of a check by their keys."""
    match check:
        case RatioCheck():
            return {"baseline": check.baseline, "candidate": check.candidate}
        case SuccessesCheck() | EdgeCheck() | VersionCheck():
            return {"where": check.where}
        case RiskCheck() | ReviewCheck():
            return {}


def check_problems(file: DecisionFile, known: Known) -> Iterator[Problem]:
    """Give what is wrong with the checks of a decision: none, an unreadable query, a name that nothing has."""
    for number, assumption in enumerate(file.decision.assumptions):
        if assumption.check is None:
            line = file.page.lines.get(("assumptions", number))
            message = f"the assumption {assumption.id} has no check"
            hint = "say how it is to be told, or `kind: review_by` with a date until which it is taken as given"
            yield Problem("warning", str(file.path), f"line {line}" if line else None, message, hint)
            continue
        for key, message, hint in _faults(assumption.check, known):
            path = ("assumptions", number, "check", key)
            line = file.page.lines.get(path) or file.page.lines.get(path[:2])
            level: Level = "warning" if key == "benchmark" else "error"
            place = f"line {line}" if line else None
            yield Problem(level, str(file.path), place, f"{assumption.id}: {message}", hint)


def _faults(check: Check, known: Known) -> Iterator[tuple[str, str, str]]:
    for key, query in queries_of(check).items():
        try:
            parse_query(query)
        except UsageError as error:
            yield key, error.message, error.hint
    match check:
        case RatioCheck() if check.benchmark not in known.benchmarks:
            # No error: a benchmark that is yet to be measured is what some decisions wait for.
            yield "benchmark", f"nothing measured {check.benchmark} so far", _nearest(check.benchmark, known.benchmarks)
        case RiskCheck() if check.risk not in known.risks:
            yield "risk", f"there is no risk {check.risk}", _nearest(check.risk, known.risks)
        case EdgeCheck() if check.class_ not in known.classes:
            yield "class", f"there is no edge-case class {check.class_}", _nearest(check.class_, known.classes)
        case VersionCheck() if not _is_specifier(check.versions):
            yield "versions", f"{check.versions!r} are no versions", "write them like `>=2.13,<3`"
        case _:
            pass


def _nearest(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(known)) or 'none'}"


def _is_specifier(text: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - slow to load

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return bool(text.strip())
