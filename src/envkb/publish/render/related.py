"""How a record stands to other records: what replaces it, what it points to, what points to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from envkb.publish.render.entry import Collection, Entry


@dataclass(frozen=True, slots=True)
class Banner:
    """A warning above everything else.

    Attributes:
        kind: `superseded`, `retracted`, `fork` or `private`.
        text: What it says.
        ids: The records it points to.
    """

    kind: str
    text: str
    ids: tuple[str, ...] = ()


def banners(entry: Entry, collection: Collection) -> list[Banner]:
    """Return what a reader has to know before using the record."""
    pointing = collection.pointing_at.get(entry.id, ())
    amended = tuple(other.id for other, link in pointing if link.relation == "amends")
    retracted = [(other.id, link.reason) for other, link in pointing if link.relation == "retracts"]
    found = []
    if entry.private:
        found.append(Banner("private", "Private: this record is not part of the published knowledge base."))
    if entry.state == "superseded":
        found.append(Banner("superseded", "Superseded: a later record replaces this one.", amended))
    if entry.state == "retracted":
        reasons = "; ".join(reason for _, reason in retracted if reason)
        text = "Retracted: this record counts for nothing." + (f" Reason: {reasons}" if reasons else "")
        found.append(Banner("retracted", text, tuple(other for other, _ in retracted)))
    if entry.state == "fork":
        text = "Fork: more than one record claims to be the latest of this chain, so none of them counts."
        found.append(Banner("fork", text))
    return found


@dataclass(frozen=True, slots=True)
class Related:
    """One line of the section on related records.

    Attributes:
        words: How this record relates to that one: "amends", "is amended by".
        id: The other record's id.
        title: Its title; empty where it is not here.
        known: Whether it has a page here.
        reason: Why; empty where none is given.
    """

    words: str
    id: str
    title: str
    known: bool
    reason: str


_PASSIVE: Final[Mapping[str, str]] = {
    "amends": "is amended by",
    "retracts": "is retracted by",
    "reproduces": "is reproduced by",
    "based_on": "is used by",
}


def links(entry: Entry, collection: Collection) -> list[Related]:
    """Return the records that this one points to, then those that point to it."""

    def related(words: str, record_id: str, reason: str | None) -> Related:
        other = collection.by_id.get(record_id)
        return Related(words, record_id, other.record.title if other else "", other is not None, reason or "")

    here = [related(link.relation.replace("_", " "), link.id, link.reason) for link in entry.record.links]
    there = collection.pointing_at.get(entry.id, ())
    return here + [related(_PASSIVE[link.relation], other.id, link.reason) for other, link in there]
