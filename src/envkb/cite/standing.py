"""Finds what took the place of a record."""

from collections.abc import Iterable

from envkb.cite.citation import CURRENT, Standing, Successor
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.index.index import Index
from envkb.knowledge.index.rows import Row
from envkb.knowledge.query.parser import parse_query


def standing_of(base: KnowledgeBase, index: Index, stored: StoredRecord) -> Standing:
    """Return where a record stands in its chain, and which records a reader must know beside it.

    Args:
        base: The knowledge base.
        index: Its index; a public one where the citation is for others, so that it names no private record.
        stored: The record.

    Raises:
        InvalidDataError: A record of the chain is no longer what its id says.
    """
    row = _row(index, stored.id)
    if row is None or row.state == "current":
        return CURRENT
    members, retractions = _chain(base, index, row)
    if row.state == "retracted":
        return Standing("retracted", _successors(base, retractions))
    heads = (member for member in members if member.state != "superseded" and member.id != row.id)
    return Standing(row.state, _successors(base, heads))


def _row(index: Index, record_id: str) -> Row | None:
    return next(iter(index.rows(parse_query(f'id = "{record_id}"'))), None)


def _chain(base: KnowledgeBase, index: Index, start: Row) -> tuple[list[Row], list[Row]]:
    # All that amends or is amended, from any member on, and the retractions of any of them that have effect.
    members: dict[str, Row] = {}
    retractions: dict[str, Row] = {}
    waiting: list[Row | None] = [start]
    while waiting:
        row = waiting.pop()
        if row is None or row.id in members:
            continue
        members[row.id] = row
        pointing = index.pointing_at(row.id)
        waiting += [other for relation, other in pointing if relation == "amends"]
        retractions |= {
            other.id: other for relation, other in pointing if relation == "retracts" and other.state != "retracted"
        }
        links = base.read(row.id).record.links
        waiting += [_row(index, link.id) for link in links if link.relation == "amends"]
    return list(members.values()), list(retractions.values())


def _successors(base: KnowledgeBase, rows: Iterable[Row]) -> tuple[Successor, ...]:
    ordered = sorted(rows, key=lambda row: (row.created, row.id))
    return tuple(Successor(row.id, row.digest, _reason(base, row.id)) for row in ordered)


def _reason(base: KnowledgeBase, record_id: str) -> str | None:
    links = base.read(record_id).record.links
    return next((link.reason for link in links if link.relation in ("amends", "retracts") and link.reason), None)
