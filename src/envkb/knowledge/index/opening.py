"""Opens the index where it lies, makes it anew where it cannot be used, and does without a file where none can be."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from envkb.errors import KbError
from envkb.knowledge.files import open_folder
from envkb.knowledge.index.tables import VERSION, create_tables
from envkb.knowledge.layout import INDEX, STATE, TEMPORARY

_BUSY_S: Final = 60.0

Update = Callable[[sqlite3.Connection], None]


def open_database(root: Path, update: Update) -> sqlite3.Connection:
    """Return a connection to an index that is up to date.

    It lies in a file where the folder can be written, else in memory: a read-only folder or a full disk is no reason
    not to answer. A file that is damaged or of another version is made anew.

    Args:
        root: The root of the knowledge base.
        update: Brings an index up to date.
    """
    path = root / INDEX
    try:
        with open_folder(root, STATE, create=True):
            return _open_file(path, update)
    except (KbError, OSError, sqlite3.Error):
        return _open_memory(path, update)


def _open_file(path: Path, update: Update) -> sqlite3.Connection:
    if path.is_symlink():
        path.unlink()
    if _version(path) == VERSION:
        connection = _connect(path)
        try:
            update(connection)
        except sqlite3.OperationalError:
            connection.close()
            raise
        except sqlite3.DatabaseError:
            connection.close()  # damaged
        else:
            return connection
    _build(path, update)
    return _connect(path)


def _version(path: Path) -> int | None:
    if not path.is_file():
        return None
    try:
        with closing(_connect(path)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError:
        return None


def _build(path: Path, update: Update) -> None:
    # Other processes see no index or a whole one; should two build at once, the last one's stays.
    temporary = path.with_name(f"{path.name}.{os.urandom(4).hex()}{TEMPORARY}")
    try:
        with closing(_connect(temporary)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            create_tables(connection)
            update(connection)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _open_memory(path: Path, update: Update) -> sqlite3.Connection:
    connection = _connect(":memory:")
    if _version(path) == VERSION:
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as stored:
            stored.backup(connection)
            update(connection)
            return connection
        connection = _connect(":memory:")
    create_tables(connection)
    update(connection)
    return connection


def _connect(path: Path | str) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
