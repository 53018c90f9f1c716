"""How a record stands to other records: what replaces it, what it points to, what points to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

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


def banners(entry: Entry, collection: Collection) -> list[Banner]:
    """Return what a reader has to know before using the record."""
    amending = tuple(name for relation, name in entry.pointing if relation == "amends")
    retracting = tuple(name for relation, name in entry.pointing if relation == "retracts")
    if entry.row.state == "superseded":
        return [Banner("superseded", "Superseded: a later record replaces this one.", amending)]
    if entry.row.state == "retracted":
        reasons = "; ".join(filter(None, (_reason(collection.by_id[name], entry.row.id) for name in retracting)))
        told = f" Reason: {reasons}" if reasons else ""
        return [Banner("retracted", f"Retracted: this record counts for nothing.{told}", retracting)]
    if entry.row.state == "fork":
        text = "Fork: more than one record claims to be the latest of this chain, so none of them counts."
        return [Banner("fork", text)]
    return []


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
