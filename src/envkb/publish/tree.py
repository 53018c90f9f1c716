"""Writes generated files into a folder so that nothing is touched that stays as it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Final

from envkb.errors import KbError

MANIFEST: Final = ".manifest"
"""Lists what was generated; builders leave out files whose name starts with a dot."""
_PIECE_BYTES: Final = 1 << 20

Content = bytes | Path | Iterator[bytes]
"""What a file holds: bytes, the bytes of another file, or pieces one after the other."""


@dataclass(frozen=True, slots=True)
class Written:
    """What writing a tree changed.

    Attributes:
        total: Number of files that are there now.
        changed: Number of files that were written.
        removed: Number of files that an earlier writing made and this one did not.
    """

    total: int
    changed: int
    removed: int


def write_tree(folder: Path, contents: Iterable[tuple[str, Content]]) -> Written:
    """Write files below a folder, only where their bytes change, and remove what an earlier call alone has made.

    Files that other hands have put there stay.

    Args:
        folder: The folder; made where it is missing.
        contents: Path below the folder and content of each file; of a path given twice the first counts.

    Raises:
        KbError: The system does not let us write, or a file to copy is missing.
    """
    written: set[str] = set()
    changed = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _read_manifest(folder)
        for path, content in contents:
            if path not in written:
                changed += write_file(folder / path, content)
                written.add(path)
        stale = before - written
        for path in stale:
            (folder / path).unlink(missing_ok=True)
        _remove_empty_folders(folder, stale)
        write_file(folder / MANIFEST, "".join(f"{path}\n" for path in sorted(written)).encode())
    except OSError as error:
        raise KbError(
            f"{error.filename or folder}: {(error.strerror or str(error)).lower()}",
            hint="the pages are generated: check who may write there and whether the disk is full, and try again",
        ) from error
    return Written(total=len(written), changed=changed, removed=len(stale))


def write_file(file: Path, content: Content) -> bool:
    """Write a file unless it holds this already, and return whether it was written.

    Raises:
        OSError: The system does not let us.
    """
    if isinstance(content, bytes):
        if file.is_file() and file.stat().st_size == len(content) and file.read_bytes() == content:
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return True
    if isinstance(content, Path):
        return write_file(file, content.read_bytes())
    # Not beside the file: a builder that watches the folder would take that for a change and never rest.
    with TemporaryFile() as unfinished:
        unfinished.writelines(content)
        if file.is_file() and _holds_the_same(file, unfinished):
            return False
        unfinished.seek(0)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            copyfileobj(unfinished, stream)
    return True


def _holds_the_same(file: Path, other: IO[bytes]) -> bool:
    if file.stat().st_size != other.tell():
        return False
    other.seek(0)
    with file.open("rb") as stream:
        return all(piece == other.read(_PIECE_BYTES) for piece in iter(lambda: stream.read(_PIECE_BYTES), b""))


def _read_manifest(folder: Path) -> set[str]:
    try:
        lines = (folder / MANIFEST).read_text("utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return set()
    # A manifest is ours, but it lies where anybody may edit it: nothing outside the folder is ever removed.
    return {line for line in lines if line and not Path(line).is_absolute() and ".." not in Path(line).parts}


def _remove_empty_folders(folder: Path, stale: Iterable[str]) -> None:
    for place in sorted({parent for path in stale for parent in Path(path).parents if parent.parts}, reverse=True):
        below = folder / place
        if below.is_dir() and not any(below.iterdir()):
            below.rmdir()
