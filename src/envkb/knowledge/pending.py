"""Digests that wait for the log: one empty file each, named by the digest, so that branches never conflict."""

import re
from pathlib import Path
from stat import S_ISREG
from typing import Final

from envkb.knowledge.files import MissingFileError, explain_os_errors, place_file
from envkb.knowledge.layout import LOG_PENDING, TEMPORARY

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def add_pending(root: Path, digest: str) -> bool:
    """Let the log take a digest in when it is sealed next.

    The digest says nothing of what it is of: a record's salt keeps it from being guessed.

    Args:
        root: The root of the knowledge base.
        digest: SHA-256 of a file, in hex.

    Returns:
        Whether it did not wait already.

    Raises:
        KbError: The system does not let us write.
    """
    return place_file(root, LOG_PENDING / digest, b"")


def list_pending(root: Path) -> list[str]:
    """Return the digests that wait, sorted.

    Raises:
        KbError: The folder cannot be read.
    """
    return sorted(name for name in _names(root) if _DIGEST.fullmatch(name))


def find_strangers(root: Path) -> list[str]:
    """Return the names of what lies where digests wait and is none, sorted; it is never sealed.

    Unfinished files and those that git needs are left out.

    Raises:
        KbError: The folder cannot be read.
    """
    return sorted(
        name
        for name in _names(root)
        if not name.startswith(".")
        and not name.endswith(TEMPORARY)
        and not (_DIGEST.fullmatch(name) and _is_empty_file(root / LOG_PENDING / name))
    )


def _is_empty_file(path: Path) -> bool:
    found = path.lstat()
    return S_ISREG(found.st_mode) and found.st_size == 0


def _names(root: Path) -> list[str]:
    try:
        with explain_os_errors(LOG_PENDING):
            return [path.name for path in (root / LOG_PENDING).iterdir()]
    except MissingFileError:
        return []
