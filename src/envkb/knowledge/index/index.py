"""Answers lists, filters and searches over all records of a knowledge base."""
# ruff: noqa: S608 - what is put into SQL here are names of our own; values are parameters

import sqlite3
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from functools import partial
from typing import Final

from envkb.errors import UsageError
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.evidence import EVIDENCE_COLUMNS, EvidenceRow, make_evidence
from envkb.knowledge.index.freshness import refresh
from envkb.knowledge.index.opening import open_database
from envkb.knowledge.index.rows import COLUMNS, Hit, MeasurementRow, Row, Standing, Unreadable, make_row
from envkb.knowledge.query.language import EVERYTHING, And, Not, Or, Query
from envkb.knowledge.query.sql import to_sql

_COLUMNS: Final = ", ".join(f"record.{column}" for column in COLUMNS)
_PUBLIC: Final = (
    "(SELECT host_key, "
    + ", ".join(
        "public_state AS state" if column == "state" else column
        for column in dict.fromkeys([*COLUMNS, *EVIDENCE_COLUMNS])
    )
    + " FROM record WHERE NOT private) AS record"
)
# How much a match weighs in each column of the search: title, summary, tags, symptoms, notes, facts, packages.
_RANK: Final = "bm25(search, 10, 5, 5, 5, 2, 1, 1)"
_EXCERPT: Final = "snippet(search, -1, '[', ']', ' … ', 12)"
# Most memory for pages that were read: the records of a large knowledge base do not fit into the 2 MB that are usual.
_CACHE_KIB: Final = 64 * 1024


class Index:
    """An open index, up to date as of its opening."""

    def __init__(self, connection: sqlite3.Connection, *, public: bool) -> None:
        """Answer from this connection; see `open_index`."""
        self._connection = connection
        self._records = _PUBLIC if public else "record"
        self._evidence: list[EvidenceRow] | None = None
        self._places: dict[int, int] = {}
        self._everything: frozenset[int] = frozenset()
        self._known: dict[Query, AbstractSet[int]] = {}
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.create_function("version_fits", 2, _version_fits, deterministic=True)

    def rows(self, query: Query = EVERYTHING, *, limit: int | None = None) -> list[Row]:
        """Return the records that answer a query, the newest first."""
        condition, parameters = to_sql(query)
        found = self._select(f"{_COLUMNS} FROM {self._records} WHERE {condition} ORDER BY created DESC, id", limit)
        return [make_row(values) for values in self._connection.execute(found, parameters)]

    def count(self, query: Query = EVERYTHING) -> int:
        """Return how many records answer a query."""
        condition, parameters = to_sql(query)
        found = f"SELECT count(*) FROM {self._records} WHERE {condition}"
        return int(self._connection.execute(found, parameters).fetchone()[0])

    def search(self, text: str, query: Query = EVERYTHING, *, limit: int | None = None) -> list[Hit]:
        """Return the records that hold all words of a text, or words that begin so, the best first.

        Raises:
            UsageError: The text has no words.
        """
        words = [f'"{word}"*' for word in text.replace('"', " ").split() if any(letter.isalnum() for letter in word)]
        if not words:
            raise UsageError("there is nothing to search for", hint="give at least one word")
        condition, parameters = to_sql(query)
        found = self._select(
            f"{_COLUMNS}, {_EXCERPT} FROM search JOIN {self._records} ON record.number = search.rowid "
            f"WHERE search MATCH ? AND {condition} ORDER BY {_RANK}, created DESC, id",
            limit,
        )
        rows = self._connection.execute(found, [" ".join(words), *parameters])
        return [Hit(make_row(values[:-1]), values[-1]) for values in rows]

    def evidence(self, query: Query = EVERYTHING) -> list[EvidenceRow]:
        """Return what risks and decisions see of the experiments that count and answer a query, the oldest first.

        What is superseded, retracted or forked counts nothing, nor does a claim: what it rests on does. All rows are
        read once and kept; each further query only picks from them.
        """
        if self._evidence is None:
            columns = ", ".join(f"record.{column}" for column in EVIDENCE_COLUMNS)
            found = (
                f"SELECT {columns} FROM {self._records} "
                "WHERE kind = 'experiment' AND state = 'current' ORDER BY created, id"
            )
            self._evidence = [make_evidence(values) for values in self._connection.execute(found)]
            self._everything = frozenset(range(len(self._evidence)))
            self._places = {row.number: place for place, row in enumerate(self._evidence)}
        rows = self._evidence
        return list(rows) if query == EVERYTHING else [rows[place] for place in sorted(self._picked(query))]

    def _picked(self, query: Query) -> AbstractSet[int]:
        # A hundred risks ask for the same few things in other combinations: the tables are read once for each of them.
        if query not in self._known:
            self._known[query] = self._pick(query)
        return self._known[query]

    def _pick(self, query: Query) -> AbstractSet[int]:
        match query:
            case And(parts):
                return self._everything.intersection(*map(self._picked, parts))
            case Or(parts):
                return frozenset().union(*map(self._picked, parts))
            case Not(part):
                return self._everything - self._picked(part)
            case _:
                condition, parameters = to_sql(query)
                found = self._connection.execute(f"SELECT number FROM {self._records} WHERE {condition}", parameters)
                return {self._places[number] for (number,) in found if number in self._places}

    def measurements(self, query: Query = EVERYTHING) -> list[MeasurementRow]:
        """Return the measurements of the records that answer a query, sorted by record and name."""
        condition, parameters = to_sql(query)
        found = (
            "SELECT record.id, measurement.id, role, suite, benchmark, quantity, unit, better, median, samples, "
            "lowest, highest, parameters, measurement.origin "
            f"FROM {self._records} JOIN measurement ON measurement.record = record.number "
            f"WHERE {condition} ORDER BY 1, 2"
        )
        return [MeasurementRow._make(values) for values in self._connection.execute(found, parameters)]

    def rules(self) -> frozenset[str]:
        """Return every rule that any record has a finding of."""
        return frozenset(finding.rule for row in self.evidence() for finding in row.findings)

    def versions(self, package: str) -> dict[str, str]:
        """Return the version of a package by the id of each record that has it; where two are installed, the last."""
        found = (
            "SELECT record.id, version FROM package JOIN name ON name.number = package.name "
            f"JOIN {self._records} ON record.number = package.record WHERE name.text = ? ORDER BY 1, 2"
        )
        return dict(self._connection.execute(found, (package,)).fetchall())

    def benchmarks(self) -> tuple[str, ...]:
        """Return `suite/name` of every benchmark that was measured, sorted; `name` for a metric that was stated."""
        found = f"SELECT DISTINCT suite, benchmark FROM measurement JOIN {self._records} ON record.number = record"
        return tuple(sorted("/".join(part for part in row if part) for row in self._connection.execute(found)))

    def standings(self, ids: Iterable[str]) -> dict[str, Standing]:
        """Return where records stand, by id, private ones among them; one that is not there is left out."""
        # `state` with regard to private records is told to nobody who may not see them.
        found = "SELECT digest, public_state, private FROM record WHERE id = ?"
        rows = ((name, self._connection.execute(found, (name,)).fetchone()) for name in set(ids))
        return {name: Standing(row[0], row[1], bool(row[2])) for name, row in rows if row}

    def pointing_at(self, record_id: str) -> list[tuple[str, Row]]:
        """Return the relation and the record of each link to a record, the oldest first.

        A link counts only where its digest is that of the record.
        """
        found = (
            f"SELECT relation, {_COLUMNS} FROM link JOIN {self._records} ON record.number = link.record "
            "JOIN record AS target ON target.id = link.id AND target.digest = link.digest "
            "WHERE link.id = ? ORDER BY record.created, record.id"
        )
        return [(relation, make_row(values)) for relation, *values in self._connection.execute(found, (record_id,))]

    def unreadable(self) -> list[Unreadable]:
        """Return the files that are left out of every list."""
        found = self._connection.execute("SELECT path, problem, hint FROM file WHERE problem IS NOT NULL ORDER BY path")
        return [Unreadable(*values) for values in found]

    @staticmethod
    def _select(rest: str, limit: int | None) -> str:
        return f"SELECT {rest}" if limit is None else f"SELECT {rest} LIMIT {int(limit)}"


@contextmanager
def open_index(base: KnowledgeBase, *, public: bool = False) -> Iterator[Index]:
    """Open the index of a knowledge base and bring it up to date.

    Args:
        base: The knowledge base.
        public: Whether to see public records only, with their states as they are without the private ones.

    Raises:
        InvalidDataError: `kb.toml` cannot be read.
        KbError: The folder cannot be read.
    """
    connection = open_database(base.root, partial(refresh, base=base))
    try:
        yield Index(connection, public=public)
    finally:
        connection.close()


def _version_fits(version: str | None, specifier: str) -> bool:
    from envkb.knowledge.query.versions import version_fits  # noqa: PLC0415 - see there

    return version_fits(version, specifier)
