"""Reads the decisions of a knowledge base."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal, NamedTuple

from envkb.document.decision_text import title_of
from envkb.document.front_matter import MAX_BYTES, Page, bytes_without, read
from envkb.document.hand_written import validate
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.knowledge.check.problem import Problem
from envkb.knowledge.files import MissingFileError, explain_os_errors, read_file
from envkb.knowledge.layout import DECISIONS
from envkb.model.decision import LONGEST_SLUG, MUTABLE, Decision

_NAME: Final = re.compile(r"(?P<number>[0-9]{4,6})-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.md")
_NOT_DECISIONS: Final = frozenset({"readme.md", "index.md"})


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """A decision as it lies in a knowledge base.

    Attributes:
        slug: Its id, unique for ever.
        number: Its number, a handle that may change.
        path: Its file, relative to the root.
        data: The file's bytes.
        page: The file, taken apart.
        title: Its title.
        decision: What its front matter says.
    """

    slug: str
    number: int
    path: PurePosixPath
    data: bytes
    page: Page
    title: str
    decision: Decision

    @property
    def handle(self) -> str:
        """Its number as it is written: four digits."""
        return f"{self.number:04}"

    @property
    def text_sha256(self) -> str:
        """SHA-256 of what may not change once it is accepted."""
        return text_digest(self.data, str(self.path))


class DecisionLink(NamedTuple):
    """How one decision stands to another.

    Attributes:
        source: Slug of the one that names the other.
        relation: What it says of it.
        target: Slug of the other, which may be missing.
    """

    source: str
    relation: Literal["supersedes", "relates_to"]
    target: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """All decisions of a knowledge base.

    Attributes:
        files: Those that can be read, by number and slug.
        problems: What is wrong with the others.
    """

    files: tuple[DecisionFile, ...]
    problems: tuple[Problem, ...]

    def find(self, name: str) -> DecisionFile:
        """Return the decision with this slug, number or file name.

        Raises:
            UsageError: There is none, or two have the number.
            InvalidDataError: Its file cannot be read.
        """
        wanted = PurePosixPath(name).name.removesuffix(".md")
        found = [file for file in self.files if wanted in (file.slug, file.path.stem)]
        if not found and wanted.isascii() and wanted.isdecimal():
            found = [file for file in self.files if file.number == int(wanted)]
        if len(found) > 1:
            slugs = " and ".join(file.slug for file in found)
            raise UsageError(f"{name} is {slugs}", hint="name one by its slug")
        if found:
            return found[0]
        for problem in self.problems:
            stem = PurePosixPath(problem.path).stem
            number, _, slug = stem.partition("-")
            if wanted in (stem, slug) or (wanted.isdecimal() and number == wanted.zfill(len(number))):
                raise InvalidDataError(problem.message, hint=problem.hint, place=problem.place or problem.path)
        raise UsageError(f"there is no decision {name!r}", hint=self._nearest(wanted))

    def links(self) -> tuple["DecisionLink", ...]:
        """Return every link once: what replaces another from the newer one, what belongs together by slug."""
        found: dict[DecisionLink, None] = {}
        for file in self.files:
            found |= dict.fromkeys(DecisionLink(file.slug, "supersedes", old) for old in file.decision.supersedes)
            found |= dict.fromkeys(DecisionLink(new, "supersedes", file.slug) for new in file.decision.superseded_by)
            for other in file.decision.relates_to:
                one, two = sorted((file.slug, other))
                found[DecisionLink(one, "relates_to", two)] = None
        return tuple(found)

    def _nearest(self, wanted: str) -> str:
        import difflib  # noqa: PLC0415 - needed for a hint alone

        close = difflib.get_close_matches(wanted, [file.slug for file in self.files], n=1)
        return f"did you mean {close[0]}?" if close else "`kb decision list` shows the decisions"


def read_decisions(root: Path) -> Shelf:
    """Return all decisions below a root.

    Raises:
        KbError: The folder cannot be read.
    """
    files: list[DecisionFile] = []
    problems: list[Problem] = []
    for path in sorted(_listed(root)):
        try:
            files.append(parse_decision(read_file(root, path, MAX_BYTES), path))
        except KbError as error:
            problems.append(_problem(path, error))
    return Shelf(tuple(sorted(files, key=lambda file: (file.number, file.slug))), tuple(problems))


def _listed(root: Path) -> Iterator[PurePosixPath]:
    try:
        with explain_os_errors(DECISIONS), os.scandir(root / DECISIONS) as entries:
            names = [entry.name for entry in entries]
    except MissingFileError:
        return
    for name in names:
        if name.endswith(".md") and not name.startswith(".") and name.lower() not in _NOT_DECISIONS:
            yield DECISIONS / name


def parse_decision(data: bytes, path: PurePosixPath) -> DecisionFile:
    """Return the decision that a file holds.

    Args:
        data: The file's bytes.
        path: Where it lies or will lie, relative to the root.

    Raises:
        InvalidDataError: The name or the content is not that of a decision; the message names the line.
    """
    where = str(path)
    name = _NAME.fullmatch(path.name)
    if name is None or len(name["slug"]) > LONGEST_SLUG:
        raise InvalidDataError("no name of a decision", hint="call it like 0001-use-uv-for-wheels.md", place=where)
    page = read(data, where)
    decision = validate(Decision, page, where)
    title = decision.title or title_of(page.body)
    if title is None:
        raise InvalidDataError("it has no title", hint="add a heading `# Title` below the front matter", place=where)
    return DecisionFile(name["slug"], int(name["number"]), path, data, page, title, decision)


def text_digest(data: bytes, where: str) -> str:
    """Return the SHA-256 of a decision's file without the lines that may change once it is accepted."""
    return hashlib.sha256(bytes_without(data, MUTABLE, where=where)).hexdigest()


def _problem(path: PurePosixPath, error: KbError) -> Problem:
    problem = Problem.of(str(path), error)
    # The reader says the file and the line in one; here the file has a place of its own.
    place = (problem.place or "").removeprefix(str(path)).lstrip(":, ") or None
    return Problem("error", str(path), place, problem.message, problem.hint)
