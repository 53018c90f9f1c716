"""Digests that wait for the log: one empty file each, named by the digest, so that branches never conflict."""

import re
from pathlib import Path
from typing import Final

from envkb.knowledge.files import MissingFileError, explain_os_errors, place_file
from envkb.knowledge.layout import LOG_PENDING

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
    try:
        with explain_os_errors(LOG_PENDING):
            names = [path.name for path in (root / LOG_PENDING).iterdir()]
    except MissingFileError:
        return []
    return sorted(name for name in names if _DIGEST.fullmatch(name))
