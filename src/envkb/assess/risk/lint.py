"""Finds what is wrong with a risk beyond its form: names that mean nothing, scopes without records, days gone by."""

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from envkb.assess.risk.assessment import Assessment
from envkb.knowledge.check.problem import Level, Problem
from envkb.model.edge_case import EDGE_CASE_CLASSES
from envkb.model.risk import Event


@dataclass(frozen=True, slots=True)
class Names:
    """What an event can name.

    Attributes:
        classes: Edge-case classes of the knowledge base's own.
        rules: Rules that any record has a finding of.
        benchmarks: Benchmarks that any record has measured.
    """

    classes: Collection[str]
    rules: Collection[str]
    benchmarks: Collection[str]


def risk_problems(assessment: Assessment, names: Names) -> list[Problem]:
    """Return what is wrong with a risk, errors first."""
    found = [*_of_names(assessment, names), *_of_evidence(assessment), *_of_days(assessment)]
    return sorted(found, key=lambda problem: problem.level)


def _of_names(assessment: Assessment, names: Names) -> Iterator[Problem]:
    event = assessment.risk.event
    if event is None:
        return
    known = sorted({*EDGE_CASE_CLASSES, *names.classes})
    for name in event.edges if isinstance(event.edges, tuple) else ():
        if name not in known:
            hint = _nearest(name, known) or f"known: {', '.join(known)}; kb.toml can add others"
            yield _problem(assessment, "error", ("event", "edges"), f"there is no edge-case class {name!r}", hint)
    for rule in event.findings or ():
        if rule not in names.rules:
            hint = _nearest(rule, names.rules) or "until one has, it counts for nothing"
            yield _problem(assessment, "warning", ("event", "findings"), f"no record has a finding of {rule!r}", hint)
    yield from _of_benchmarks(assessment, event, names)


def _of_benchmarks(assessment: Assessment, event: Event, names: Names) -> Iterator[Problem]:
    for key, part in (("measurement", event.measurement), ("ratio", event.ratio)):
        if part is not None and part.benchmark not in names.benchmarks:
            hint = _nearest(part.benchmark, names.benchmarks) or "until one has, it counts for nothing"
            path = ("event", key, "benchmark")
            yield _problem(assessment, "warning", path, f"no record has measured {part.benchmark!r}", hint)


def _of_evidence(assessment: Assessment) -> Iterator[Problem]:
    if assessment.judged or assessment.clusters:
        return
    if assessment.silent:
        message = f"none of the {len(assessment.silent)} records in scope tells whether the event occurred"
        yield _problem(assessment, "warning", ("event",), message, "state outcomes, or choose another event")
    else:
        hint = "try it with `kb list --where`; until then its likelihood is the prior's"
        yield _problem(assessment, "warning", ("scope",), "no record is in its scope", hint)


def _of_days(assessment: Assessment) -> Iterator[Problem]:
    risk, today = assessment.risk, assessment.today
    if assessment.overdue:
        hint = f"{risk.owner} looks at it again, and sets the next day"
        yield _problem(assessment, "warning", ("review",), f"its review was due on {risk.review}", hint)
    if risk.judgement and today > risk.judgement.until:
        hint = f"{risk.judgement.author} says anew what to think of it, and until when"
        path = ("judgement", "until")
        yield _problem(assessment, "warning", path, f"the judgement held until {risk.judgement.until}", hint)


def _nearest(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else ""


def _problem(assessment: Assessment, level: Level, path: tuple[str, ...], message: str, hint: str) -> Problem:
    place = f"line {assessment.file.page.lines.get(path, 1)}"
    return Problem(level, str(assessment.file.path), place, message, hint)
