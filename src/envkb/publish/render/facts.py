"""Facts of a record, grouped by what they are about, ready to be shown."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from envkb.model.fact import Fact, Status
from envkb.model.vocabulary import Term, term_for, terms
from envkb.publish.render.fact_names import headline_facts, label_of, section_title, title_of
from envkb.publish.render.quantities import Shown, show

STATUS_WORDS: Final[Mapping[Status, str]] = {
    Status.OK: "ok",
    Status.ABSENT: "absent",
    Status.NOT_APPLICABLE: "does not apply",
    Status.DENIED: "denied",
    Status.TIMEOUT: "timed out",
    Status.FAILED: "failed",
    Status.NOT_READ: "not read",
    Status.REDACTED: "withheld",
    Status.CONFLICT: "conflict",
}

_LAST: Final = 1_000_000
"""The rank of what the vocabulary does not know."""
_MOST_HEADLINES: Final = 4


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact that has a value.

    Attributes:
        name: Its name in the vocabulary.
        label: The name in words, without the unit.
        meaning: What the vocabulary says of it; empty where it does not know the name.
        shown: Its value; None for a conflict.
        tellings: For a conflict, what each source says.
        source: Where it was read, unless that is where most of its group was read.
    """

    name: str
    label: str
    meaning: str
    shown: Shown | None
    tellings: tuple[tuple[str, Shown], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Facts that have no value for one and the same reason."""

    status_words: str
    reason: str
    rows: tuple[FactRow, ...]


@dataclass(frozen=True, slots=True)
class FactSection:
    """The facts of one subject.

    Attributes:
        subject: The subject.
        title: What tells it from others of its family; empty for the family itself.
        headline: The most telling value; empty where nothing stands out.
        conflicts: Facts on which sources disagree.
        known: Other facts with a value.
        missing: Facts without one.
    """

    subject: str
    title: str
    headline: str
    conflicts: tuple[FactRow, ...]
    known: tuple[FactRow, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class FactGroup:
    """All facts of one family of subjects, such as `gpu`, `gpu/0` and `gpu/1`.

    Attributes:
        anchor: Its place on the page.
        title: The family in words.
        headline: What a closed group says of itself; empty where nothing stands out.
        source: Where most of it was read; empty where every fact has a source of its own, or no value.
        sections: One for each subject.
        values: Number of facts with a value.
        conflicts: Number of conflicts; a group with one is shown open.
        without: Number of facts without a value.
    """

    anchor: str
    title: str
    headline: str
    source: str
    sections: tuple[FactSection, ...]
    values: int
    conflicts: int
    without: int


class FactSheet:
    """Finds single values among the facts of a record."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """Index the facts."""
        self._facts = {(fact.subject, fact.name): fact for fact in facts}

    def number(self, subject: str, name: str) -> float | None:
        """Return the value of a fact that is a number and was read, None otherwise."""
        fact = self._facts.get((subject, name))
        if fact is None or fact.status is not Status.OK or isinstance(fact.value, bool):
            return None
        return fact.value if isinstance(fact.value, int | float) else None

    def text(self, subject: str, *names: str) -> str:
        """Return the first of these facts that has a value, as people read it; of a conflict all values."""
        for name in names:
            fact = self._facts.get((subject, name))
            if fact is None or fact.value is None:
                continue
            if fact.status is Status.CONFLICT:
                return " or ".join(dict.fromkeys(shown.text for _, shown in _tellings(fact)))
            return show(name, fact.value).text
        return ""

    def subjects(self, family: str) -> list[str]:
        """Return the subjects of a family in order: `gpu` gives `gpu/0`, `gpu/1` …, not what is inside of them."""
        found = {subject for subject, _ in self._facts if re.fullmatch(rf"{re.escape(family)}/[^/]+", subject)}
        return sorted(found, key=_natural)


def group_facts(facts: Sequence[Fact]) -> tuple[FactGroup, ...]:
    """Return the facts by family, in the order in which the vocabulary tells of a machine."""
    ranked = sorted(facts, key=rank_of)
    return tuple(_group(family, list(members)) for family, members in groupby(ranked, key=family_of))


def family_of(fact: Fact) -> str:
    """Return what its subject belongs to: `gpu` of `gpu/0`."""
    return fact.subject.split("/", maxsplit=1)[0]


def rank_of(fact: Fact) -> tuple[object, ...]:
    """Return the place of a fact, family before family, in the order in which the vocabulary tells of a machine."""
    term = term_for(fact.subject, fact.name)
    family = family_of(fact)
    within = _LAST if term is None else _term_ranks()[term]
    return _family_ranks().get(family, _LAST), family, _natural(fact.subject), within, fact.name


@cache
def _family_ranks() -> Mapping[str, int]:
    families = dict.fromkeys(term.subject.split("/", maxsplit=1)[0] for term in terms())
    return {family: rank for rank, family in enumerate(families)}


@cache
def _term_ranks() -> Mapping[Term, int]:
    return {term: rank for rank, term in enumerate(terms())}


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text[:200]))


def _group(family: str, facts: Sequence[Fact]) -> FactGroup:
    sources = Counter(fact.source or "" for fact in facts if fact.status is Status.OK)
    # One source for each fact (a folder with a file for each) is better named with the facts.
    usual = next((source for source, count in sources.most_common(1) if count > 1 or len(facts) == 1), "")
    sections = tuple(
        _section(subject, list(members), usual) for subject, members in groupby(facts, key=lambda fact: fact.subject)
    )
    headlines = dict.fromkeys(section.headline for section in sections if section.headline)
    return FactGroup(
        anchor="facts-" + (re.sub(r"[^a-z0-9]+", "-", family.lower()).strip("-") or "other"),
        title=title_of(family),
        headline=", ".join(list(headlines)[:_MOST_HEADLINES]),
        source=usual,
        sections=sections,
        values=sum(len(section.known) + len(section.conflicts) for section in sections),
        conflicts=sum(len(section.conflicts) for section in sections),
        without=sum(len(missing.rows) for section in sections for missing in section.missing),
    )


def _section(subject: str, facts: Sequence[Fact], usual_source: str) -> FactSection:
    missing: dict[tuple[Status, str], list[Fact]] = {}
    for fact in facts:
        if fact.status not in (Status.OK, Status.CONFLICT):
            missing.setdefault((fact.status, fact.reason or "no reason given"), []).append(fact)
    return FactSection(
        subject=subject,
        title=section_title(subject),
        headline=FactSheet(facts).text(subject, *headline_facts(subject.split("/", maxsplit=1)[0])),
        conflicts=tuple(_row(fact, usual_source) for fact in facts if fact.status is Status.CONFLICT),
        known=tuple(_row(fact, usual_source) for fact in facts if fact.status is Status.OK),
        missing=tuple(
            Missing(STATUS_WORDS[status], reason, tuple(_row(fact, usual_source) for fact in members))
            for (status, reason), members in missing.items()
        ),
    )


def _row(fact: Fact, usual_source: str) -> FactRow:
    term = term_for(fact.subject, fact.name)
    return FactRow(
        name=fact.name,
        label=label_of(fact.name),
        meaning=term.meaning if term else "",
        shown=show(fact.name, fact.value) if fact.status is Status.OK else None,
        tellings=tuple(_tellings(fact)) if fact.status is Status.CONFLICT else (),
        source="" if fact.source == usual_source else fact.source or "source not given",
    )


def _tellings(fact: Fact) -> Iterable[tuple[str, Shown]]:
    for telling in fact.value if isinstance(fact.value, list) else [fact.value]:
        if isinstance(telling, dict) and "source" in telling:
            yield str(telling["source"]), show(fact.name, telling.get("value"))
        else:
            yield "source not given", show(fact.name, telling)
