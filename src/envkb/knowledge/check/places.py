"""Walks through the folders of a knowledge base and sorts what lies there."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.knowledge.check.problem import Problem
from envkb.knowledge.files import MissingFileError, explain_os_errors
from envkb.knowledge.layout import (
    ATTACHMENTS,
    PRIVATE_ATTACHMENTS,
    PRIVATE_PROOFS,
    PRIVATE_RECORDS,
    PROOFS,
    RECORDS,
    SETTINGS,
    STATE,
    TEMPORARY,
)

_RECORD: Final = re.compile(r"\d{4}/KB-[^/]+\.json", re.ASCII)
_ATTACHMENT: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")
_PROOF: Final = re.compile(rf"(?:{PROOFS}|{PRIVATE_PROOFS})/[0-9a-f]{{64}}(?=/)")
_FILE: Final = re.compile(r"KB-.+\.json|[0-9a-f]{64}")  # a folder of such a name stands where a file belongs
_HARMLESS: Final = frozenset({".gitkeep", ".gitignore", ".gitattributes"})


@dataclass(slots=True)
class Places:
    """What lies where.

    Attributes:
        records: Paths of the files that are named like records, relative to the root.
        attachments: Paths of the files that are named like attachments.
        strays: Other files in the folders of records that could hold one; what is wrong with each if it does not.
        proofs: Folders of proofs, each named by a digest.
        problems: What does not belong there.
    """

    records: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    strays: list[Problem] = field(default_factory=list)
    proofs: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def survey(root: Path) -> Places:
    """Sort everything that lies in the folders of records and attachments; no link is followed.

    Raises:
        KbError: A folder cannot be read.
    """
    found = Places()
    owners = {
        RECORDS: (_RECORD, found.records),
        PRIVATE_RECORDS: (_RECORD, found.records),
        ATTACHMENTS: (_ATTACHMENT, found.attachments),
        PRIVATE_ATTACHMENTS: (_ATTACHMENT, found.attachments),
    }
    for path, mode in (*_walk(root, SETTINGS.parent), *_walk(root, STATE)):
        folder = next((folder for folder in owners if path.is_relative_to(folder)), None)
        if folder is not None and not stat.S_ISREG(mode):
            found.problems.append(_no_file(path, mode))
        elif folder is not None and owners[folder][0].fullmatch(str(path.relative_to(folder))):
            owners[folder][1].append(str(path))
        elif path.name.endswith(TEMPORARY) or (folder is not None and path.name not in _HARMLESS):
            _sort_in(found, path, folder)
        elif match := _PROOF.match(str(path)):
            found.proofs.add(match[0])
    return found


def _sort_in(found: Places, path: PurePosixPath, folder: PurePosixPath | None) -> None:
    left = path.name.endswith(TEMPORARY)
    problem = _left_behind(path) if left or folder is None else _stranger(path, folder)
    if folder in (RECORDS, PRIVATE_RECORDS) and (left or path.suffix == ".json"):
        found.strays.append(problem)
    else:
        found.problems.append(problem)


def _walk(root: Path, folder: PurePosixPath) -> Iterator[tuple[PurePosixPath, int]]:
    try:
        with explain_os_errors(folder), os.scandir(root / folder) as entries:
            found = sorted((entry.name, entry.stat(follow_symlinks=False).st_mode) for entry in entries)
    except MissingFileError:
        return
    for name, mode in found:
        if not stat.S_ISDIR(mode) or (_FILE.fullmatch(name) and folder not in (PROOFS, PRIVATE_PROOFS)):
            yield folder / name, mode
        elif name != ".git":  # the private place may be a repository of its own
            yield from _walk(root, folder / name)


def _no_file(path: PurePosixPath, mode: int) -> Problem:
    kind = "a symbolic link" if stat.S_ISLNK(mode) else "no regular file"
    return Problem("error", str(path), None, f"is {kind}", "put the real file in its place, or remove it")


def _left_behind(path: PurePosixPath) -> Problem:
    message = "was left behind by a write that was cut off"
    return Problem("warning", str(path), None, message, "delete it; nothing refers to it")


def _stranger(path: PurePosixPath, folder: PurePosixPath) -> Problem:
    return Problem("warning", str(path), None, f"does not belong in {folder}", "move it elsewhere, or delete it")
