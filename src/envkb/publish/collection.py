"""Reads a knowledge base into what rendering is given."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from envkb.knowledge.chains import Edge, chain_states, spread_privacy
from envkb.publish.render.entry import Collection, Entry, newest_first

if TYPE_CHECKING:
    from envkb.knowledge.folder import KnowledgeBase, StoredRecord


def read_collection(base: "KnowledgeBase", evaluated: date) -> Collection:
    """Return the public records of a knowledge base with their states.

    Private records, and whatever links to one, directly or not, are left out.

    Args:
        base: The knowledge base.
        evaluated: The day on which what depends on a day is judged.

    Raises:
        InvalidDataError: A file is no longer what its name says.
    """
    stored = {record.id: record for record in base.records()}
    edges = list(_edges(stored))
    hidden = spread_privacy(edges, (name for name, record in stored.items() if record.private))
    states = chain_states(edge for edge in edges if edge.source not in hidden)
    entries = [
        Entry(
            id=record.id,
            digest=record.digest,
            file=base.root / record.path,
            path=str(record.path),
            record=record.record,
            state=states.get(record.id, "current"),
        )
        for record in stored.values()
        if record.id not in hidden
    ]
    return Collection(settings=base.settings, entries=newest_first(entries), evaluated=evaluated)


def _edges(stored: Mapping[str, "StoredRecord"]) -> Iterable[Edge]:
    for record in stored.values():
        for link in record.record.links:
            target = stored.get(link.id)
            if target is not None and target.digest == link.digest:
                yield Edge(record.id, link.relation, link.id)
