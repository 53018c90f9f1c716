"""Lists the records' files quickly, without reading them."""

import os
from pathlib import Path
from typing import NamedTuple

from envkb.knowledge.files import MissingFileError, explain_os_errors
from envkb.knowledge.layout import PRIVATE_RECORDS, RECORDS


class Stamp(NamedTuple):
    """What tells a changed file from an unchanged one without reading it.

    Attributes:
        size: Length in bytes.
        mtime_ns: Time of the last change.
        inode: Number of the file: an atomic replacement has another one.
    """

    size: int
    mtime_ns: int
    inode: int


def list_records(root: Path) -> dict[str, Stamp]:
    """Return the stamp of every file that is named like a record, by its path relative to the root.

    What is no regular file is listed too, so that reading it says what it is; symbolic links are not followed.
    """
    found: dict[str, Stamp] = {}
    for folder in (RECORDS, PRIVATE_RECORDS):
        for year in _entries(root / folder):
            if year.is_dir(follow_symlinks=False):
                prefix = f"{folder}/{year.name}/"
                for entry in _entries(root / folder / year.name):
                    if entry.name.startswith("KB-") and entry.name.endswith(".json"):
                        status = entry.stat(follow_symlinks=False)
                        found[prefix + entry.name] = Stamp(status.st_size, status.st_mtime_ns, status.st_ino)
    return found


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with explain_os_errors(folder), os.scandir(folder) as entries:
            return list(entries)
    except MissingFileError:
        return []
