"""Chooses the records of an export."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from envkb.errors import InvalidDataError, UsageError
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.index.index import Index, open_index
from envkb.knowledge.index.rows import Row
from envkb.knowledge.query.language import Query


@dataclass(frozen=True, slots=True)
class Selection:
    """The records of an export.

    Attributes:
        base: Where they lie.
        rows: What answers the query, by id.
        relatives: What these cannot be understood without, by id: all that they link to, and every amendment and
            retraction of any of them.
    """

    base: KnowledgeBase
    rows: tuple[Row, ...]
    relatives: tuple[Row, ...]

    def records(self, rows: Iterable[Row]) -> Iterator[StoredRecord]:
        """Give the records of rows, one after the other, so that only one is held in memory."""
        return (self.base.read(row.id) for row in rows)


def select(base: KnowledgeBase, query: Query, *, private: bool = False, relatives: bool = False) -> Selection:
    """Return the records that answer a query.

    Args:
        base: The knowledge base.
        query: The query.
        private: Whether private records, and what links to one of them, may be among them.
        relatives: Whether to look for what they cannot be understood without.

    Raises:
        UsageError: No record answers.
        InvalidDataError: A file is no longer what its name says: nobody can tell whether it would answer.
    """
    with open_index(base, public=not private) as index:
        broken = index.unreadable()
        if broken:
            raise InvalidDataError(f"{broken[0].path} cannot be read: {broken[0].message}", hint="run `kb check`")
        found = {row.id: row for row in index.rows(query)}
        if not found:
            raise UsageError("no record answers that", hint="`kb list --where …` shows what does")
        related = _relatives(base, index, found) if relatives else {}
    return Selection(base, _sorted(found), _sorted(related))


def _sorted(rows: dict[str, Row]) -> tuple[Row, ...]:
    return tuple(rows[name] for name in sorted(rows))


def _relatives(base: KnowledgeBase, index: Index, found: dict[str, Row]) -> dict[str, Row]:
    every = {row.id: row for row in index.rows()}
    related: dict[str, Row] = {}
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        linked = [link.id for link in base.read(name).record.links]
        # Without what amends or retracts it, an old record would count where it arrives.
        linked += [row.id for relation, row in index.pointing_at(name) if relation in ("amends", "retracts")]
        for other in linked:
            if other in every and other not in found and other not in related:
                related[other] = every[other]
                waiting.append(other)
    return related
