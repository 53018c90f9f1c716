"""Writes generated files into a folder so that nothing is touched that stays as it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from envkb.errors import KbError

MANIFEST: Final = ".manifest"
"""Lists what was generated; builders leave out files whose name starts with a dot."""


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


def write_tree(folder: Path, contents: Iterable[tuple[str, bytes | Path]]) -> Written:
    """Write files below a folder, only where their bytes change, and remove what an earlier call alone has made.

    Files that other hands have put there stay.

    Args:
        folder: The folder; made where it is missing.
        contents: Path below the folder, and the bytes or the file to copy.

    Raises:
        KbError: The system does not let us write.
    """
    written: set[str] = set()
    changed = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _read_manifest(folder)
        for path, content in contents:
            if path not in written:
                changed += _write(folder / path, content)
                written.add(path)
        stale = before - written
        for path in stale:
            (folder / path).unlink(missing_ok=True)
        _remove_empty_folders(folder, stale)
        _write(folder / MANIFEST, "".join(f"{path}\n" for path in sorted(written)).encode())
    except OSError as error:
        raise KbError(
            f"{error.filename or folder}: {(error.strerror or str(error)).lower()}",
            hint="the pages are generated: check who may write there and whether the disk is full, and try again",
        ) from error
    return Written(total=len(written), changed=changed, removed=len(stale))


def _read_manifest(folder: Path) -> set[str]:
    try:
        lines = (folder / MANIFEST).read_text("utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return set()
    # A manifest is ours, but it lies where anybody may edit it: nothing outside the folder is ever removed.
    return {line for line in lines if line and not Path(line).is_absolute() and ".." not in Path(line).parts}


def _write(file: Path, content: bytes | Path) -> bool:
    data = content if isinstance(content, bytes) else content.read_bytes()
    try:
        if file.stat().st_size == len(data) and file.read_bytes() == data:
            return False
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return True


def _remove_empty_folders(folder: Path, stale: Iterable[str]) -> None:
    for place in sorted({parent for path in stale for parent in Path(path).parents if parent.parts}, reverse=True):
        below = folder / place
        if below.is_dir() and not any(below.iterdir()):
            below.rmdir()
