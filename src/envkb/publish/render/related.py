"""How a record stands to other records: what replaces it, what it points to, what points to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from envkb.cite.citation import Standing
from envkb.model.record import Record
from envkb.publish.render.entry import Collection, Entry


@dataclass(frozen=True, slots=True)
class Banner:
    """A warning above everything else.

    Attributes:
        kind: `superseded`, `retracted` or `fork`.
        text: What it says.
        ids: The records it points to.
    """

    kind: str
    text: str
    ids: tuple[str, ...] = ()


_SAID: Final[Mapping[str, str]] = {
    "superseded": "Superseded: a later record replaces this one.",
    "retracted": "Retracted: this record counts for nothing.",
    "fork": "Fork: more than one record claims to be the latest of this chain, so none of them counts.",
}


def banners(standing: Standing) -> list[Banner]:
    """Return what a reader has to know before using a record that stands so in its chain."""
    if standing.state == "current":
        return []
    reasons = [successor.reason for successor in standing.successors if successor.reason and standing.state != "fork"]
    told = f" Reason: {'; '.join(reasons)}" if reasons else ""
    ids = tuple(successor.id for successor in standing.successors)
    return [Banner(standing.state, _SAID[standing.state] + told, ids)]


def _reason(source: Entry, target: str) -> str:
    return next((link.reason for link in source.read().links if link.id == target and link.reason), "")


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


def related_records(entry: Entry, record: Record, collection: Collection) -> list[Related]:
    """Return the records that this one points to, then those that point to it."""

    def relate(words: str, name: str, reason: str | None) -> Related:
        other = collection.by_id.get(name)
        return Related(words, name, other.row.title if other else "", other is not None, reason or "")

    here = [relate(link.relation.replace("_", " "), link.id, link.reason) for link in record.links]
    there = [
        relate(_PASSIVE[relation], name, _reason(collection.by_id[name], entry.row.id))
        for relation, name in entry.pointing
    ]
    return here + there
