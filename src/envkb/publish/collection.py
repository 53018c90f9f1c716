"""Reads a knowledge base into what rendering is given."""

import os
from datetime import date
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from envkb.errors import InvalidDataError
from envkb.knowledge.index.index import open_index
from envkb.knowledge.layout import PROOFS
from envkb.proof.beside import Beside
from envkb.publish.render.entry import Collection, Entry, Vouched

if TYPE_CHECKING:
    from envkb.knowledge.folder import KnowledgeBase
    from envkb.knowledge.index.rows import Row
    from envkb.model.record import Record


def read_collection(base: "KnowledgeBase", evaluated: date) -> Collection:
    """Return the public records of a knowledge base.

    Private records, and whatever links to one, directly or not, are left out.

    Args:
        base: The knowledge base.
        evaluated: The day on which what depends on a day is judged.

    Raises:
        InvalidDataError: A file is no longer what its name says, or the log or a file of trust cannot be read.
        KbError: A folder with proofs cannot be read.
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
    # Thousands of records: the log, the stamps and the list of signed records are read once.
    folder = base.root / PROOFS
    signed = frozenset(os.listdir(folder)) if folder.is_dir() else frozenset[str]()  # noqa: PTH208 - names alone
    vouched = partial(_vouched, base, Beside.of(base), signed, {})
    return Collection(settings=base.settings, entries=entries, evaluated=evaluated, vouched=vouched)


def _vouched(
    base: "KnowledgeBase", beside: Beside, signed: frozenset[str], known: dict[str, Vouched], row: "Row"
) -> Vouched:
    if row.digest not in known:
        times = beside.times_of(row.digest, row.created)
        judged = beside.signatures(base.load(PurePosixPath(row.path))) if row.digest in signed else ()
        said = {role: tuple(each.told for each in judged if each.role == role) for role in ("author", "witness")}
        known[row.digest] = Vouched(times.logged_said, times.stamped_said, said["author"], said["witness"])
    return known[row.digest]


def _read(base: "KnowledgeBase", path: str) -> "Record":
    return base.load(PurePosixPath(path)).record
