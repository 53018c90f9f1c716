"""Brings the index up to date with the files: only what is new, changed or gone is looked at."""

import sqlite3
from collections.abc import Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.errors import KbError
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.entry import Entry, index_entry
from envkb.knowledge.index.rows import Unreadable
from envkb.knowledge.index.standing import settle_hosts, settle_standing
from envkb.knowledge.index.tables import insert_entry, remember_file, remove_file
from envkb.knowledge.layout import SETTINGS
from envkb.knowledge.listing import Stamp, list_records, stamp_of
from envkb.knowledge.workers import spread

_SETTINGS: Final = str(SETTINGS)


def refresh(connection: sqlite3.Connection, base: KnowledgeBase) -> None:
    """Bring the index up to date; where nothing changed, nothing is written."""
    listed = list_records(base.root)
    listed[_SETTINGS] = stamp_of((base.root / SETTINGS).stat())
    rows = connection.execute("SELECT path, size, mtime_ns, inode FROM file")
    known = {row[0]: row[1:] for row in rows}
    if known == listed:
        return
    settings = base.settings
    # What could not be used may be usable now: the copy that was in its way may be gone.
    retried = {path for (path,) in connection.execute("SELECT path FROM file WHERE problem IS NOT NULL")}
    changed = {path for path, stamp in listed.items() if known.get(path) != stamp}
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        _update(connection, base.root, listed, changed | retried, known.keys() - listed.keys())
        settle_standing(connection)
        settle_hosts(connection, settings)


def _update(
    connection: sqlite3.Connection,
    root: Path,
    listed: Mapping[str, Stamp],
    changed: set[str],
    gone: set[str],
) -> None:
    for path in changed | gone:
        remove_file(connection, path)
    paths = sorted((changed & listed.keys()) - {_SETTINGS}, key=lambda path: ("/private/" in path, path))
    for path, entry in zip(paths, spread(partial(_read, root), paths), strict=True):
        problem = _store(connection, path, entry)
        remember_file(connection, path, listed[path], problem)
    remember_file(connection, _SETTINGS, listed[_SETTINGS])


def _read(root: Path, path: str) -> Entry | Unreadable:
    try:
        return index_entry(KnowledgeBase(root).load(PurePosixPath(path)))
    except KbError as error:
        return Unreadable(path, error.message, error.hint)


def _store(connection: sqlite3.Connection, path: str, entry: Entry | Unreadable) -> Unreadable | None:
    if isinstance(entry, Unreadable):
        return entry
    try:
        insert_entry(connection, entry)
    except sqlite3.IntegrityError:
        return Unreadable(path, f"{path}: the same record lies in another place too", "remove one of the two files")
    return None
