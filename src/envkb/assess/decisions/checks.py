"""Evaluates the check of an assumption over rows. Pure; the day is passed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple, Protocol

from envkb.assess.decisions.counts import count_edges, count_successes, count_versions
from envkb.assess.decisions.outcome import AssumptionOutcome, AssumptionState, Found
from envkb.assess.decisions.ratio_lines import RatioLine
from envkb.assess.decisions.ratios import judge_ratio
from envkb.knowledge.index.evidence import EvidenceRow
from envkb.model.decision import (
    Assumption,
    EdgeCheck,
    RatioCheck,
    ReviewCheck,
    RiskCheck,
    SuccessesCheck,
    VersionCheck,
    Waiver,
)

Level = Literal["low", "medium", "high"]
_LEVELS: Sequence[Level] = ("low", "medium", "high")


class RiskStanding(NamedTuple):
    """What is known of a risk.

    Attributes:
        level: Its level; null where the evidence does not tell.
        reason: Its numbers, or why there is no level, in one line.
        records: Ids of the records that counted.
    """

    level: Level | None
    reason: str
    records: tuple[str, ...]


class Ground(Protocol):
    """What checks look at: public records that count, and what follows from them."""

    def rows(self, query: str) -> Sequence[EvidenceRow]:
        """Return the records that answer a query, the oldest first."""

    def versions(self, package: str) -> Mapping[str, str]:
        """Return the version of a package by the id of each record that has it."""

    def ratio(
        self, check: RatioCheck, baseline: Sequence[EvidenceRow], candidate: Sequence[EvidenceRow]
    ) -> Sequence[RatioLine]:
        """Return what comparing these records gives."""

    def risk(self, slug: str) -> RiskStanding | None:
        """Return what is known of a risk; null where there is none of that name."""


@dataclass(frozen=True, slots=True)
class _Fresh:
    rows: tuple[EvidenceRow, ...]
    stale: tuple[str, ...]


def evaluate(assumption: Assumption, waivers: Sequence[Waiver], ground: Ground, *, on: date) -> AssumptionOutcome:
    """Return whether an assumption holds on a day.

    Args:
        assumption: What is assumed.
        waivers: Waivers of the decision.
        ground: What is known.
        on: The day.
    """
    found = _found(assumption, ground, on)
    own = sorted((each for each in waivers if each.assumption == assumption.id), key=lambda each: each.until)
    waiver = own[-1] if own else None
    return AssumptionOutcome(assumption, found, waiver, waiver is not None and waiver.until >= on.isoformat())


def _found(assumption: Assumption, ground: Ground, on: date) -> Found:
    check = assumption.check
    match check:
        case None:
            return Found("undetermined", "nothing checks it")
        case ReviewCheck():
            return _review(check, on)
        case RiskCheck():
            return _risk(check, ground)
        case RatioCheck():
            return _ratio(check, _freshness(assumption, on), ground)
        case SuccessesCheck() | EdgeCheck() | VersionCheck():
            return _counting(check, _freshness(assumption, on), ground)


def _freshness(assumption: Assumption, on: date) -> Callable[[Sequence[EvidenceRow]], _Fresh]:
    limits = []
    if assumption.fresh_days is not None:
        limits.append((on - timedelta(days=assumption.fresh_days)).isoformat())
    if assumption.fresh_until is not None and on.isoformat() > assumption.fresh_until:
        # What was fresh until that day is renewed by what happened since, and by nothing else.
        limits.append((date.fromisoformat(assumption.fresh_until) + timedelta(days=1)).isoformat())

    def split(rows: Sequence[EvidenceRow]) -> _Fresh:
        if not limits:
            return _Fresh(tuple(rows), ())
        aged = {row.id for row in rows if _day(row) < max(limits)}
        return _Fresh(tuple(row for row in rows if row.id not in aged), tuple(row.id for row in rows if row.id in aged))

    return split


def _day(row: EvidenceRow) -> str:
    # `2026` and `2026-03` are taken for their first day: what is not known does not make evidence younger.
    return (row.happened[:10] + "-01-01"[len(row.happened[:10]) - 4 :])[:10]


def _review(check: ReviewCheck, on: date) -> Found:
    if on.isoformat() <= check.date:
        return Found("holds", f"taken as given until {check.date}")
    return Found("violated", f"the day to review it by has passed: {check.date}")


def _risk(check: RiskCheck, ground: Ground) -> Found:
    standing = ground.risk(check.risk)
    if standing is None:
        return Found("undetermined", f"there is no risk {check.risk}")
    if standing.level is None:
        return Found("undetermined", f"{check.risk}: {standing.reason}", supporting=standing.records)
    state: AssumptionState = "holds" if _LEVELS.index(standing.level) <= _LEVELS.index(check.at_most) else "violated"
    reason = f"{check.risk} is {standing.level}, at most {check.at_most} assumed: {standing.reason}"
    told = standing.records
    return Found(state, reason, supporting=told) if state == "holds" else Found(state, reason, opposing=told)


def _ratio(check: RatioCheck, fresh: Callable[[Sequence[EvidenceRow]], _Fresh], ground: Ground) -> Found:
    baseline, candidate = fresh(ground.rows(check.baseline)), fresh(ground.rows(check.candidate))
    stale = tuple(dict.fromkeys((*baseline.stale, *candidate.stale)))
    for query, side in ((check.baseline, baseline), (check.candidate, candidate)):
        if not side.rows:
            return Found("undetermined", _nothing(query, len(side.stale)), stale=stale)
    twice = {row.id for row in baseline.rows} & {row.id for row in candidate.rows}
    if twice:
        reason = f"{len(twice)} records answer both queries, {min(twice)} first: narrow them"
        return Found("undetermined", reason, stale=stale)
    found = judge_ratio(check, ground.ratio(check, baseline.rows, candidate.rows))
    return replace(found, reason=found.reason + _too_old(len(stale)), stale=stale)


def _nothing(query: str, stale: int) -> str:
    return f"no record answers {query!r}" + (f" that is fresh enough; {stale} are too old" if stale else "")


def _too_old(stale: int) -> str:
    return f"; {stale} more {'record is' if stale == 1 else 'records are'} too old to count" if stale else ""


def _counting(
    check: SuccessesCheck | EdgeCheck | VersionCheck,
    fresh: Callable[[Sequence[EvidenceRow]], _Fresh],
    ground: Ground,
) -> Found:
    side = fresh(ground.rows(check.where))
    if not side.rows:
        return Found("undetermined", _nothing(check.where, len(side.stale)), stale=side.stale)
    match check:
        case SuccessesCheck():
            found = count_successes(check, side.rows)
        case EdgeCheck():
            found = count_edges(check, side.rows)
        case _:
            found = count_versions(check, side.rows, ground.versions(check.package))
    return replace(found, reason=found.reason + _too_old(len(side.stale)), stale=side.stale)
