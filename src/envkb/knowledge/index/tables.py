"""The tables of the index, and how one record gets in and out of them."""
# ruff: noqa: S608 - what is put into SQL here are names of our own

import sqlite3
from collections.abc import Iterable
from typing import Final

from envkb.knowledge.index.entry import Entry
from envkb.knowledge.index.rows import Unreadable
from envkb.knowledge.listing import Stamp

VERSION: Final = 4
"""Raised with every change of the tables or of what is put into them; an index with another one is made anew."""

_TABLES: Final = """
CREATE TABLE file (
    path TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, inode INTEGER, problem TEXT, hint TEXT
) WITHOUT ROWID;
CREATE TABLE record (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, digest TEXT, path TEXT UNIQUE, located_private INTEGER,
    private INTEGER DEFAULT 0, kind TEXT, state TEXT DEFAULT 'current', public_state TEXT DEFAULT 'current',
    title TEXT, summary TEXT, created TEXT, observed TEXT, outcome TEXT, tags TEXT, authors TEXT,
    host TEXT, host_label TEXT, host_key TEXT, stated_label TEXT, host_hash TEXT,
    manager TEXT, prefix_kind TEXT, python TEXT, os TEXT, arch TEXT, cpu TEXT, memory_bytes INTEGER, gpus TEXT,
    driver TEXT, cuda_driver TEXT, torch_cuda TEXT, edges TEXT, severities TEXT, benchmarks TEXT, run TEXT, arm TEXT,
    origin TEXT, install_outcome TEXT, failed_phase TEXT, request TEXT, cache TEXT, edge_rows TEXT, finding_rows TEXT
);
CREATE INDEX record_by_time ON record (created DESC, id);
CREATE TABLE name (number INTEGER PRIMARY KEY, text TEXT UNIQUE);
CREATE TABLE package (
    name INTEGER, record INTEGER, version TEXT, PRIMARY KEY (name, record, version)
) WITHOUT ROWID;
CREATE TABLE term (number INTEGER PRIMARY KEY, subject TEXT, name TEXT, UNIQUE (subject, name));
CREATE TABLE fact (term INTEGER, record INTEGER, value, PRIMARY KEY (term, record, value)) WITHOUT ROWID;
CREATE TABLE measurement (
    record INTEGER, id TEXT, role TEXT, suite TEXT, benchmark TEXT, quantity TEXT, unit TEXT, better TEXT,
    median REAL, samples INTEGER, lowest REAL, highest REAL, parameters TEXT, origin TEXT, PRIMARY KEY (record, id)
) WITHOUT ROWID;
CREATE TABLE link (record INTEGER, relation TEXT, id TEXT, digest TEXT);
CREATE INDEX link_by_record ON link (record);
CREATE INDEX link_by_target ON link (id);
CREATE VIRTUAL TABLE search USING fts5 (
    title, summary, tags, symptoms, notes, facts, packages, tokenize = "unicode61 remove_diacritics 2"
);
"""
# By the names first, for that is how their keys begin; a search for the record alone would read the whole table.
_REMOVALS: Final = (
    "DELETE FROM package WHERE name IN (SELECT number FROM name) AND record = ?",
    "DELETE FROM fact WHERE term IN (SELECT number FROM term) AND record = ?",
    "DELETE FROM measurement WHERE record = ?",
    "DELETE FROM link WHERE record = ?",
    "DELETE FROM search WHERE rowid = ?",
    "DELETE FROM record WHERE number = ?",
)
_SEARCHED: Final = ("title", "summary", "tags", "symptoms", "notes", "facts", "packages")


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the empty tables."""
    connection.executescript(f"{_TABLES}; PRAGMA user_version = {VERSION};")


def remember_file(connection: sqlite3.Connection, path: str, stamp: Stamp, problem: Unreadable | None = None) -> None:
    """Note the state of a file, and what is wrong with it."""
    told = (problem.message, problem.hint) if problem else (None, None)
    connection.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?)", (path, *stamp, *told))


def remove_file(connection: sqlite3.Connection, path: str) -> None:
    """Forget a file and its record."""
    connection.execute("DELETE FROM file WHERE path = ?", (path,))
    found = connection.execute("SELECT number FROM record WHERE path = ?", (path,)).fetchone()
    if found is not None:
        for statement in _REMOVALS:
            connection.execute(statement, found)


def insert_entry(connection: sqlite3.Connection, entry: Entry) -> None:
    """Put a record in.

    Raises:
        sqlite3.IntegrityError: A record with this id is there.
    """
    columns = ", ".join(entry.columns)
    marks = ", ".join("?" * len(entry.columns))
    statement = f"INSERT INTO record ({columns}) VALUES ({marks})"
    number = connection.execute(statement, tuple(entry.columns.values())).lastrowid
    names = _numbers(connection, "name", ("text",), [(name,) for name, _ in entry.packages])
    terms = _numbers(connection, "term", ("subject", "name"), [(subject, name) for subject, name, _ in entry.facts])
    connection.executemany(
        "INSERT OR IGNORE INTO package VALUES (?, ?, ?)",
        [(names[name,], number, version or "") for name, version in entry.packages],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO fact VALUES (?, ?, ?)",
        [(terms[subject, name], number, value) for subject, name, value in entry.facts],
    )
    connection.executemany(
        f"INSERT INTO measurement VALUES ({', '.join('?' * 14)})", [(number, *row) for row in entry.measurements]
    )
    connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?)", [(number, *link) for link in entry.links])
    texts = [entry.texts[column] for column in _SEARCHED]
    connection.execute(
        f"INSERT INTO search (rowid, {', '.join(_SEARCHED)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (number, *texts)
    )


def _numbers(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], wanted: Iterable[tuple[str, ...]]
) -> dict[tuple[str, ...], int]:
    wanted = list(wanted)
    marks = ", ".join("?" * len(columns))
    listed = ", ".join(columns)
    connection.executemany(f"INSERT OR IGNORE INTO {table} ({listed}) VALUES ({marks})", wanted)
    condition = " AND ".join(f"{column} = ?" for column in columns)
    select = f"SELECT number FROM {table} WHERE {condition}"
    return {values: connection.execute(select, values).fetchone()[0] for values in wanted}
