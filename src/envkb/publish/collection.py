"""Reads a knowledge base into what rendering is given."""

from datetime import date
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from envkb.errors import InvalidDataError
from envkb.knowledge.index.index import open_index
from envkb.proof.log.log import open_log
from envkb.publish.render.entry import Collection, Entry

if TYPE_CHECKING:
    from envkb.knowledge.folder import KnowledgeBase
    from envkb.model.record import Record


def read_collection(base: "KnowledgeBase", evaluated: date) -> Collection:
    """Return the public records of a knowledge base.

    Private records, and whatever links to one, directly or not, are left out.

    Args:
        base: The knowledge base.
        evaluated: The day on which what depends on a day is judged.

    Raises:
        InvalidDataError: A file is no longer what its name says, or the log cannot be read.
    """
    with open_index(base, public=True) as index:
        broken = index.unreadable()
        if broken:
            more = f" (and {len(broken) - 1} more files)" if len(broken) > 1 else ""
            raise InvalidDataError(f"{broken[0].path}: {broken[0].message}{more}", hint="`kb check` names them all")
        entries = [
            Entry(
                row=row,
                file=base.root / row.path,
                pointing=tuple((relation, other.id) for relation, other in index.pointing_at(row.id)),
                read=partial(_read, base, row.path),
            )
            for row in index.rows()
        ]
    log = open_log(base)

    def logged(digest: str) -> str | None:
        found = log.find(digest) if log else None
        return found.said if found else None

    return Collection(settings=base.settings, entries=entries, evaluated=evaluated, logged=logged)


def _read(base: "KnowledgeBase", path: str) -> "Record":
    return base.load(PurePosixPath(path)).record
