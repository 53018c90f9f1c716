"""Numbers of decisions: which is next, and what becomes of two decisions with one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from envkb.document.front_matter import set_line
from envkb.knowledge.decisions.files import DecisionFile, Shelf, parse_decision, text_digest
from envkb.knowledge.files import explain_os_errors, place_file, replace_file
from envkb.knowledge.layout import DECISIONS

_NEVER: Final = "9999-99-99"


class Moved(NamedTuple):
    """A decision that has another number now.

    Attributes:
        file: The decision as it is now.
        was: Its number before.
        rewritten: Files, relative to the root, whose text named the old file and names the new one.
    """

    file: DecisionFile
    was: int
    rewritten: tuple[str, ...]


def next_number(shelf: Shelf) -> int:
    """Return the number of the next decision; files that cannot be read keep theirs."""
    names = [file.path.name for file in shelf.files] + [problem.path.rpartition("/")[2] for problem in shelf.problems]
    numbers = [int(found[0]) for name in names if (found := re.match(r"[0-9]{1,6}(?=-)", name))]
    return max(numbers, default=0) + 1


def later_duplicates(shelf: Shelf) -> list[DecisionFile]:
    """Return the decisions whose number an earlier one has: by date, undated ones last, else by slug."""
    numbered: dict[int, list[DecisionFile]] = {}
    for file in sorted(shelf.files, key=lambda file: (file.decision.date or _NEVER, file.slug)):
        numbered.setdefault(file.number, []).append(file)
    return [file for _, files in sorted(numbered.items()) for file in files[1:]]


def renumber(root: Path, shelf: Shelf) -> list[Moved]:
    """Give every decision whose number an earlier one has the next free number; links in other decisions follow.

    A digest of accepted text that held before holds afterwards: what changes is the name of a file in a link.

    Raises:
        KbError: The folder cannot be written; what was moved so far is whole.
    """
    moved: list[Moved] = []
    files = {file.slug: file for file in shelf.files}
    number = next_number(shelf)
    for slug in [file.slug for file in later_duplicates(shelf)]:
        file = files[slug]
        path = DECISIONS / f"{number:04}-{slug}.md"
        place_file(root, path, file.data)
        rewritten = []
        for other in files.values():
            target = path if other.slug == slug else other.path
            data = _relinked(other, file.path.name, path.name)
            if data != other.data:
                replace_file(root, target, data)
                rewritten.append(str(target))
            files[other.slug] = parse_decision(data, target)
        with explain_os_errors(file.path):
            (root / file.path).unlink()
        moved.append(Moved(files[slug], file.number, tuple(rewritten)))
        number += 1
    return moved


def _relinked(file: DecisionFile, old: str, new: str) -> bytes:
    data = b"".join(_lines(file.data, old.encode(), new.encode()))
    held = file.decision.accepted_sha256
    if data != file.data and held == file.text_sha256:
        data = set_line(data, "accepted_sha256", text_digest(data, str(file.path)), where=str(file.path))
    return data


def _lines(data: bytes, old: bytes, new: bytes) -> Iterator[bytes]:
    # Whole names alone: `0003-a.md` stands in `10003-a.md`, too.
    named = re.compile(rb"(?<![0-9A-Za-z_-])" + re.escape(old) + rb"(?![0-9A-Za-z_-])")
    for line in data.splitlines(keepends=True):
        yield named.sub(lambda _: new, line)
