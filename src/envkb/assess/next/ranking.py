"""Ranks what could be tried by what it is expected to tell, for its cost."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from envkb.assess.next.cells import Answers, Cell, HostSeen, Stack, may_hold
from envkb.assess.next.questions import Question, Stake
from envkb.knowledge.query.versions import version_fits
from envkb.knowledge.risk_evidence import Key, series_of
from envkb.model.settings import Thresholds

_MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What an experiment is expected to take.

    Attributes:
        seconds: How long its installs take; benchmarks come on top.
        reason: What that is known from.
    """

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """What an experiment would tell of one question.

    Attributes:
        question: Its name.
        narrowing: How much narrower the interval of a risk is expected to be; 0 for what has none.
        width: Width of that interval now; null for what has none.
    """

    question: str
    narrowing: float
    width: float | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An experiment that was not made yet.

    Attributes:
        cell: What to try.
        needs: Where no known host fits: the query that the host has to answer; else null.
        beside: Managers to be run beside it, since what counts is how they compare.
        suites: Suites of the benchmarks to be measured.
        told: What it would tell of which question.
        stakes: The assumptions at stake.
        cost: What it is expected to take; null where nothing like it was recorded.
        worth: What it is ranked by: expected narrowing and assumptions at stake, for each minute of its cost.
    """

    cell: Cell
    needs: str | None
    beside: tuple[str, ...]
    suites: tuple[str, ...]
    told: tuple[Told, ...]
    stakes: tuple[Stake, ...]
    cost: Cost | None
    worth: float

    @property
    def narrowing(self) -> float:
        """How much narrower all intervals together are expected to be."""
        return sum(each.narrowing for each in self.told)

    @property
    def decisions(self) -> tuple[str, ...]:
        """Slugs of the decisions at stake."""
        return tuple(sorted({stake.decision for stake in self.stakes}))


@dataclass(frozen=True, slots=True)
class Field:
    """What can be tried where.

    Attributes:
        hosts: The hosts that records tell of.
        managers: The managers that can be run.
        answers: Gives the ids of the records that answer a query.
        versions: Versions of a package that records have, the newest last, by the package's name.
        costs: What an install took, by host and manager; by null and manager where the host does not matter.
        thresholds: The knowledge base's own numbers.
    """

    hosts: Sequence[HostSeen]
    managers: Collection[str]
    answers: Answers
    versions: Mapping[str, Sequence[str]]
    costs: Mapping[tuple[str | None, str], Cost]
    thresholds: Thresholds


@dataclass(slots=True)
class _Draft:
    cell: Cell
    needs: str | None
    beside: frozenset[str]
    suites: set[str] = field(default_factory=set)
    told: dict[str, Told] = field(default_factory=dict)
    stakes: dict[tuple[str, str], Stake] = field(default_factory=dict)

    def join(self, other: "_Draft") -> None:
        """Let one experiment tell what another would, too."""
        self.suites |= other.suites
        self.told |= other.told
        self.stakes |= other.stakes


_Place = tuple[str | None, str | None, frozenset[str], Stack]


def rank(questions: Sequence[Question], ground: Field, *, package: tuple[str, str] | None = None) -> list[Suggestion]:
    """Return what to try next, the most worth first.

    Args:
        questions: What is asked.
        ground: What can be tried where.
        package: A package and its version: only what can be told of it, by decision at stake.
    """
    drafts: dict[_Place, _Draft] = {}
    for question in questions:
        if package and package[0] not in question.packages:
            continue
        for cell, needs in _cells(question, ground, package):
            key = _key(cell)
            if question.was_tried(key) and not package:
                continue
            answer = question.answer(question.cluster_of(key), ground.thresholds)
            if answer.narrowing <= 0 and not answer.stakes:
                continue
            beside = _beside(question, cell, ground)
            draft = _Draft(
                cell,
                needs,
                beside,
                set(question.suites),
                {question.name: Told(question.name, answer.narrowing, answer.width)},
                {(stake.decision, stake.assumption): stake for stake in answer.stakes},
            )
            place = (cell.host.name if cell.host else None, needs, beside | {cell.manager}, cell.stack)
            drafts.setdefault(place, draft).join(draft)
    found = _priced(_merged(drafts), ground)
    by_decision = package is not None
    found.sort(key=lambda each: (-len(each.decisions) if by_decision else 0, -each.worth, _name(each.cell)))
    return found


def _beside(question: Question, cell: Cell, ground: Field) -> frozenset[str]:
    """Return the manager to compare with: of those that would do, one whose cost is known, else the first by name."""
    able = sorted((question.beside & {*ground.managers}) - {cell.manager})
    if cell.manager in question.beside or not able:
        return frozenset()
    return frozenset({next((name for name in able if _cost(cell, name, ground)), able[0])})


def _merged(drafts: Mapping[_Place, _Draft]) -> list[_Draft]:
    """Return the drafts, those that ask for no package left out where one that does tells the same and more."""
    left = dict(drafts)
    for place, draft in drafts.items():
        host, needs, managers, stack = place
        fuller = [other for at, other in drafts.items() if at[:3] == (host, needs, managers) and at[3]]
        if not stack and fuller:
            for other in fuller:
                other.join(draft)
            del left[place]
    return list(left.values())


def _cells(question: Question, ground: Field, package: tuple[str, str] | None) -> Iterator[tuple[Cell, str | None]]:
    stack = _stack(question, ground, package)
    managers = sorted(question.managers & {*ground.managers} or ground.managers)
    fits_somewhere = False
    for host in ground.hosts:
        for manager in managers:
            cell = Cell(host, manager, stack)
            if may_hold(question.query, cell, ground.answers) is not False:
                fits_somewhere = True
                yield cell, None
    if fits_somewhere:
        return
    for manager in managers:
        cell = Cell(None, manager, stack)
        if may_hold(question.query, cell, ground.answers) is not False:
            yield cell, question.text


def _stack(question: Question, ground: Field, package: tuple[str, str] | None) -> Stack:
    stack = []
    for name, wanted in sorted(question.packages.items()):
        if package and name == package[0]:
            stack.append((name, package[1]))
            continue
        fitting = [version for version in ground.versions.get(name, ()) if not wanted or version_fits(version, wanted)]
        # A local version names a build of one index: which build is right, the host decides.
        stack.append((name, fitting[-1].partition("+")[0] if fitting else wanted))
    return tuple(stack)


def _key(cell: Cell) -> Key:
    stack = tuple((name, series_of(version)) for name, version in cell.stack)
    return Key(cell.host.name if cell.host else "", cell.manager, stack)


def _priced(drafts: Sequence[_Draft], ground: Field) -> list[Suggestion]:
    costs = [_cost_of(draft, ground) for draft in drafts]
    known = [cost.seconds for cost in costs if cost]
    # What nobody timed is ranked as if it took what the others take; it is still told as unknown.
    usual = median(known) if known else _MINUTE
    found = []
    for draft, cost in zip(drafts, costs, strict=True):
        value = sum(each.narrowing for each in draft.told.values()) + sum(
            stake.chance for stake in draft.stakes.values()
        )
        minutes = max(cost.seconds if cost else usual, _MINUTE) / _MINUTE
        stakes = tuple(draft.stakes[key] for key in sorted(draft.stakes))
        told = tuple(sorted(draft.told.values(), key=lambda each: (-each.narrowing, each.question)))
        beside, suites = tuple(sorted(draft.beside)), tuple(sorted(draft.suites))
        found.append(Suggestion(draft.cell, draft.needs, beside, suites, told, stakes, cost, value / minutes))
    return found


def _cost_of(draft: _Draft, ground: Field) -> Cost | None:
    costs = [_cost(draft.cell, name, ground) for name in (draft.cell.manager, *sorted(draft.beside))]
    known = [cost for cost in costs if cost]
    if len(known) < len(costs):
        return None
    return Cost(sum(cost.seconds for cost in known), "; ".join(cost.reason for cost in known))


def _cost(cell: Cell, manager: str, ground: Field) -> Cost | None:
    own = ground.costs.get((cell.host.name, manager)) if cell.host else None
    return own or ground.costs.get((None, manager))


def _name(cell: Cell) -> tuple[str, str, Stack]:
    return (cell.host.label or cell.host.name) if cell.host else "", cell.manager, cell.stack
