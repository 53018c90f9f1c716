"""The files of a tiled log (C2SP tlog-tiles): names and contents. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Self

from envkb.errors import InvalidDataError
from envkb.proof.merkle import HASH_BYTES, Tree

WIDTH: Final = 256
"""Number of hashes or entries in a full file."""

TILES: Final = PurePosixPath("tile")
ENTRIES: Final = "entries"

_HEIGHT: Final = 8
_LENGTH_BYTES: Final = 2
_ENTRY_BYTES: Final = _LENGTH_BYTES + HASH_BYTES
_LENGTH: Final = HASH_BYTES.to_bytes(_LENGTH_BYTES, "big")
_PATH: Final = re.compile(
    r"(?P<level>entries|0|[1-9]|[1-5][0-9]|6[0-3])/(?P<index>(x[0-9]{3}/)*[0-9]{3})(\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One file of a tiled log.

    Attributes:
        level: Height in the tree, in steps of eight; null for a bundle of entries.
        index: Number of the file at its level.
        width: Number of hashes or entries in it; 256 in a full one.
    """

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def full_path(self) -> PurePosixPath:
        """Where the file lies once it is full, below the log's folder."""
        folder = TILES / (ENTRIES if self.level is None else str(self.level))
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *above, last = (digits[place : place + 3] for place in range(0, len(digits), 3))
        return folder.joinpath(*(f"x{part}" for part in above), last)

    @property
    def partial_folder(self) -> PurePosixPath:
        """Where the file lies while it grows: one file for each width."""
        return self.full_path.with_name(f"{self.full_path.name}.p")

    @property
    def path(self) -> PurePosixPath:
        """Where the file lies, below the log's folder."""
        return self.full_path if self.width == WIDTH else self.partial_folder / str(self.width)

    @property
    def end(self) -> int:
        """Number of leaves that a tree needs for the file to be."""
        level = self.level or 0
        return (self.index * WIDTH + self.width) << (_HEIGHT * level)

    @classmethod
    def parse(cls, path: PurePosixPath) -> Self | None:
        """Return what lies at a path below the log's folder; null where nothing of a log belongs there."""
        found = _PATH.fullmatch(str(path.relative_to(TILES))) if path.is_relative_to(TILES) else None
        if found is None:
            return None
        level = None if found["level"] == ENTRIES else int(found["level"])
        tile = cls(level, int(re.sub(r"[x/]", "", found["index"])), int(found["width"] or WIDTH))
        return tile if tile.path == path else None

    def content(self, tree: Tree, digests: Sequence[bytes]) -> bytes:
        """Return the bytes of the file, in a log that is at least `end` leaves large."""
        numbers = range(self.index * WIDTH, self.index * WIDTH + self.width)
        if self.level is None:
            return b"".join(_LENGTH + digests[number] for number in numbers)
        return b"".join(tree.subtree(_HEIGHT * self.level, number) for number in numbers)


def tiles_of(size: int) -> Iterator[Tile]:
    """Give the files of a log with this many leaves: the entries first, the last of them last.

    Everything else follows from the entries, so what a crash leaves out can be made again.
    """
    yield from _row(None, size)
    level = 0
    while count := size >> (_HEIGHT * level):
        yield from _row(level, count)
        level += 1


def _row(level: int | None, count: int) -> Iterator[Tile]:
    for index in range(count // WIDTH):
        yield Tile(level, index)
    if count % WIDTH:
        yield Tile(level, count // WIDTH, count % WIDTH)


def read_entries(data: bytes, width: int) -> list[bytes]:
    """Return the digests in a bundle of entries.

    Raises:
        InvalidDataError: It does not hold this many digests.
    """
    if len(data) != width * _ENTRY_BYTES:
        raise InvalidDataError(f"{len(data)} bytes, not the {width * _ENTRY_BYTES} of {width} entries")
    entries = [data[start : start + _ENTRY_BYTES] for start in range(0, len(data), _ENTRY_BYTES)]
    if any(not entry.startswith(_LENGTH) for entry in entries):
        raise InvalidDataError("an entry that is no digest")
    return [entry[_LENGTH_BYTES:] for entry in entries]
