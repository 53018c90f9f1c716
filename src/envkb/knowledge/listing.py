"""Lists the records' files quickly, without reading them."""

import os
from pathlib import Path

from envkb.knowledge.files import MissingFileError, explain_os_errors
from envkb.knowledge.layout import PRIVATE_RECORDS, RECORDS

Stamp = tuple[int, int, int]
"""Size, time of the last change in ns, and inode: what tells a changed file from an unchanged one, unread."""


def list_records(root: Path) -> dict[str, Stamp]:
    """Return the stamp of every file that is named like a record, by its path relative to the root.

    What is no regular file is listed too, so that reading it says what it is; symbolic links are not followed.

    Raises:
        KbError: A folder cannot be read.
    """
    found: dict[str, Stamp] = {}
    for folder in (RECORDS, PRIVATE_RECORDS):
        for year in _entries(root / folder):
            if year.is_dir(follow_symlinks=False):
                found |= _records_of(root / folder / year.name, f"{folder}/{year.name}/")
    return found


def _records_of(folder: Path, prefix: str) -> dict[str, Stamp]:
    found: dict[str, Stamp] = {}
    for entry in _entries(folder):
        name = entry.name
        if name.startswith("KB-") and name.endswith(".json"):
            try:
                found[prefix + name] = stamp_of(entry.stat(follow_symlinks=False))
            except FileNotFoundError:
                continue  # removed since the folder was read
    return found


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp that a file's status gives."""
    return status.st_size, status.st_mtime_ns, status.st_ino


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with explain_os_errors(folder), os.scandir(folder) as entries:
            return list(entries)
    except MissingFileError:
        return []
