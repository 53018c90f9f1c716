"""Checks that the index tells what the files tell."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from envkb.knowledge.check.files import Sight
from envkb.knowledge.check.problem import Problem
from envkb.knowledge.index.tables import VERSION
from envkb.knowledge.layout import INDEX
from envkb.knowledge.listing import Stamp, list_records

_REMOVE = "delete it: the next command makes it anew from the records"


def index_problems(root: Path, sights: Sequence[Sight]) -> Iterator[Problem]:
    """Give what is wrong with the index; one that is merely old is brought up to date when it is used."""
    path = root / INDEX
    if not path.is_file():
        return
    try:
        known = _known(path)
    except sqlite3.OperationalError:
        return  # another program is writing it
    except sqlite3.DatabaseError as error:
        yield Problem("warning", str(INDEX), None, f"the index is damaged: {' '.join(str(error).split())}", _REMOVE)
        return
    stamps = list_records(root)
    wrong = [
        sight.path
        for sight in sights
        if known.get(sight.path, (None, None))[0] == stamps.get(sight.path, ())
        and known[sight.path][1] not in (None, sight.digest)
    ]
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        yield Problem("warning", str(INDEX), None, f"the index tells otherwise of {wrong[0]}{more}", _REMOVE)


def _known(path: Path) -> dict[str, tuple[Stamp, str | None]]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            return {}  # of another kb; made anew when it is used
        said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        if said != "ok":
            raise sqlite3.DatabaseError(said)
        rows = connection.execute("SELECT path, size, mtime_ns, inode, digest FROM file LEFT JOIN record USING (path)")
        return {row[0]: (row[1:4], row[4]) for row in rows}
