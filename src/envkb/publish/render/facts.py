"""Facts of a record, grouped by what they are about, ready to be shown."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pydantic import JsonValue

from envkb.model.fact import Fact, Status
from envkb.publish.render.quantities import Shown, show, unit_of

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

_ORDER: Final = (
    "host board os layer wsl container cgroup process cpu memory gpu nvidia amd intel apple jetson cuda "
    "python torch environment install storage power thermal manager managers"
).split()
_ACRONYMS: Final = {
    word.casefold(): word
    for word in (
        "AMD API BAR1 BIOS BLAS CPU CPUs CUDA DMI ECC GPU GPUs GSP ID ISA JIT L1d L1i L2 L3 MIG MPS NUMA NVIDIA OS PCI "
        "PCIe RAM ROCm SMT SM TCC UUID VBIOS VM WDDM WSL XPU cuDNN glibc libc"
    ).split()
}


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact as a line of a table.

    Attributes:
        name: Its name in the vocabulary.
        label: The name in words, without the unit.
        status: Its status, as the record spells it.
        status_words: The status in words.
        shown: Its value; None unless it was read.
        tellings: For a conflict, what each source says.
        source: Where it was read; empty where nowhere.
        reason: Why there is no value; empty where there is one.
    """

    name: str
    label: str
    status: str
    status_words: str
    shown: Shown | None
    tellings: tuple[tuple[str, Shown], ...]
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class FactGroup:
    """All facts of one subject.

    Attributes:
        subject: The subject.
        anchor: Its place on the page.
        title: The subject in words.
        headline: What a closed group says of itself; empty where nothing stands out.
        known: Facts with a value, conflicts first.
        unknown: Facts without one.
        conflicts: Number of conflicts; a group with one is shown open.
    """

    subject: str
    anchor: str
    title: str
    headline: str
    known: tuple[FactRow, ...]
    unknown: tuple[FactRow, ...]
    conflicts: int


class FactSheet:
    """Finds single values among the facts of a record."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """Index the facts."""
        self._facts = {(fact.subject, fact.name): fact for fact in facts}

    def value(self, subject: str, *names: str) -> JsonValue:
        """Return the value of the first of these facts that was read, None where none was."""
        for name in names:
            fact = self._facts.get((subject, name))
            if fact is not None and fact.status is Status.OK:
                return fact.value
        return None

    def text(self, subject: str, *names: str) -> str:
        """Return the same as people read it, empty where none was read."""
        for name in names:
            value = self.value(subject, name)
            if value is not None:
                return show(name, value).text
        return ""

    def subjects(self, family: str) -> list[str]:
        """Return the subjects of a family in order: `gpu` gives `gpu/0`, `gpu/1` …, not what is inside of them."""
        found = {subject for subject, _ in self._facts if re.fullmatch(rf"{re.escape(family)}/[^/]+", subject)}
        return sorted(found, key=_natural)


def group_facts(facts: Sequence[Fact]) -> tuple[FactGroup, ...]:
    """Return the facts by subject, in the order in which people think of a machine."""
    groups = [_group(subject, list(members)) for subject, members in groupby(facts, key=lambda fact: fact.subject)]
    return tuple(sorted(groups, key=lambda group: _rank(group.subject)))


def _group(subject: str, facts: Sequence[Fact]) -> FactGroup:
    rows = [_row(fact) for fact in facts]
    known = [row for row in rows if row.shown or row.tellings]
    sheet = FactSheet(facts)
    return FactGroup(
        subject=subject,
        anchor="facts-" + (re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-") or "other"),
        title=_title(subject),
        headline=sheet.text(subject, "model", "name", "pretty_name", "total_bytes", "version", "kind"),
        known=tuple(sorted(known, key=lambda row: not row.tellings)),
        unknown=tuple(row for row in rows if not (row.shown or row.tellings)),
        conflicts=sum(bool(row.tellings) for row in rows),
    )


def _row(fact: Fact) -> FactRow:
    conflict = fact.status is Status.CONFLICT and isinstance(fact.value, list)
    return FactRow(
        name=fact.name,
        label=label_of(fact.name),
        status=fact.status.value,
        status_words=STATUS_WORDS[fact.status],
        shown=show(fact.name, fact.value) if fact.status is Status.OK else None,
        tellings=tuple(_tellings(fact)) if conflict else (),
        source=fact.source or "",
        reason=fact.reason or "",
    )


def _tellings(fact: Fact) -> Iterable[tuple[str, Shown]]:
    for telling in fact.value if isinstance(fact.value, list) else ():
        if isinstance(telling, dict) and "source" in telling:
            yield str(telling["source"]), show(fact.name, telling.get("value"))
        else:
            yield "source not given", show(fact.name, telling)


def label_of(name: str) -> str:
    """Return a fact's name in words, without its unit: `memory_bytes` is "memory"."""
    words = name.removesuffix(unit_of(name)).split("_")
    return " ".join(_ACRONYMS.get(word, word) for word in words)


def _title(subject: str) -> str:
    words = [_ACRONYMS.get(word.casefold(), word) for word in re.split(r"[ _]", subject.replace("/", " · "))]
    title = " ".join(words)
    return (
        title[:1].upper() + title[1:]
        if title[1:2].islower() and title.split(" ")[0] not in _ACRONYMS.values()
        else title
    )


def _rank(subject: str) -> tuple[int, tuple[tuple[int, str], ...]]:
    family = subject.split("/", maxsplit=1)[0]
    return (_ORDER.index(family) if family in _ORDER else len(_ORDER), _natural(subject))


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text[:200]))
