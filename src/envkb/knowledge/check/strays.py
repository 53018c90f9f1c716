"""Looks into files that lie among the records under other names: nobody may be told to delete a record."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from envkb.document.canonical import MAX_BYTES
from envkb.document.codec import decode_record
from envkb.document.identity import digest_of, record_id
from envkb.errors import KbError
from envkb.knowledge.check.files import Sight, is_private
from envkb.knowledge.check.problem import Problem
from envkb.knowledge.files import read_file
from envkb.knowledge.layout import TEMPORARY, record_path


def stray_problems(root: Path, strays: Iterable[Problem], sights: Sequence[Sight]) -> Iterator[Problem]:
    """Give what is wrong with files that lie among the records, and are not named like one.

    Args:
        root: The root of the knowledge base.
        strays: What is wrong with each if it holds no record.
        sights: The records.
    """
    present = {sight.digest: sight.path for sight in sights}
    for stray in strays:
        digest, name = _record_in(root, stray.path)
        place = record_path(name, private=is_private(stray.path)) if name else None
        if place is None:
            yield stray
        elif digest in present:
            yield Problem("warning", stray.path, None, f"is a copy of {present[digest]}", "delete the copy")
        elif stray.path.endswith(TEMPORARY):
            message = f"holds the record {name}, whose writing was cut off before it had its place"
            yield Problem("warning", stray.path, None, message, f"to keep it, rename it to {place}; else delete it")
        else:
            message = f"holds the record {name}, which no list shows: its name is no id"
            yield Problem("error", stray.path, None, message, f"rename it to {place}")


def _record_in(root: Path, path: str) -> tuple[str, str]:
    try:
        data = read_file(root, PurePosixPath(path), MAX_BYTES)
        created = decode_record(data).created
    except KbError:
        return "", ""
    digest = digest_of(data)
    return digest, record_id(digest, int(created[:4]))
