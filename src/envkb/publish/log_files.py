"""The log as the site serves it: byte for byte, so that anybody can read it as a tiled log."""

import os
from collections.abc import Iterator
from pathlib import Path

from envkb.knowledge.layout import LOG, LOG_PENDING, LOG_POLICY
from envkb.publish.tree import Content

FOLDER = "log"
"""Where the log lies below the folder of generated pages."""


def log_files(root: Path) -> Iterator[tuple[str, Content]]:
    """Yield the files of the log: path below the folder of generated pages, and the file to copy.

    What waits for the log stays out; links and unfinished files, too.
    """
    if (root / LOG_POLICY).is_file():
        yield f"{FOLDER}/{LOG_POLICY.name}", root / LOG_POLICY
    for here, folders, names in os.walk(root / LOG):
        place = Path(here)
        folders[:] = sorted(name for name in folders if place / name != root / LOG_PENDING)
        for name in sorted(names):
            file = place / name
            if not name.startswith(".") and file.is_file() and not file.is_symlink():
                yield f"{FOLDER}/{file.relative_to(root / LOG).as_posix()}", file
