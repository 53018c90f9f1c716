"""What an environment weighs, and how its files came to be in it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from envkb.model.value import Value

LinkMode = Literal["hard-links", "copies", "mixed", "symbolic-links"]

_MOSTLY: Final = 0.95
_BLOCK_BYTES: Final = 512


class Size(Value):
    """The files of an environment.

    Attributes:
        files: Number of regular files.
        apparent_bytes: Sum of their lengths, each file counted once however many names it has in the environment.
        unique_bytes: Those of files that have no name outside the environment: what removing it would free.
        disk_bytes: Blocks that they take on the disk.
        bytecode_bytes: Those of `.pyc` files, which are in `apparent_bytes`, too.
        link_mode: How most of the files of distributions came in; null where there are none. Copies that share blocks
            (reflinks) look like copies.
    """

    files: int
    apparent_bytes: int
    unique_bytes: int
    disk_bytes: int
    bytecode_bytes: int
    link_mode: LinkMode | None


def measure_tree(folder: Path) -> Size:
    """Return what the files below a folder weigh; what goes away meanwhile does not count."""
    names: dict[tuple[int, int], int] = {}
    found: dict[tuple[int, int], tuple[os.stat_result, bool]] = {}
    links = 0
    for entry, status in _files(str(folder)):
        packaged = "site-packages" in entry.path
        if stat.S_ISLNK(status.st_mode):
            links += packaged
            continue
        key = (status.st_dev, status.st_ino)
        names[key] = names.get(key, 0) + 1
        found[key] = (status, entry.name.endswith(".pyc"))
    unique = [status for key, (status, _) in found.items() if status.st_nlink <= names[key]]
    return Size(
        files=len(found),
        apparent_bytes=sum(status.st_size for status, _ in found.values()),
        unique_bytes=sum(status.st_size for status in unique),
        disk_bytes=sum(status.st_blocks * _BLOCK_BYTES for status, _ in found.values()),
        bytecode_bytes=sum(status.st_size for status, compiled in found.values() if compiled),
        link_mode=_link_mode(sum(not compiled for _, compiled in found.values()), len(found) - len(unique), links),
    )


def folder_bytes(folder: Path) -> int:
    """Return the sum of the lengths of all files below a folder; 0 where there is no such folder."""
    seen = {(status.st_dev, status.st_ino): status.st_size for _, status in _files(str(folder))}
    return sum(seen.values())


def _link_mode(files: int, shared: int, links: int) -> LinkMode | None:
    if files + links == 0:
        return None
    if links > _MOSTLY * (files + links):
        return "symbolic-links"
    if shared > _MOSTLY * files:
        return "hard-links"
    return "copies" if shared == 0 else "mixed"


def _files(folder: str) -> Iterator[tuple["os.DirEntry[str]", os.stat_result]]:
    try:
        entries = os.scandir(folder)
    except OSError:
        return
    with entries:
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    yield from _files(entry.path)
                else:
                    yield entry, entry.stat(follow_symlinks=False)
            except OSError:
                continue
