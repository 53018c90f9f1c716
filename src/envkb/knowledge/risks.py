"""Reads the risks of a knowledge base, and makes the file of a new one."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.document.front_matter import MAX_BYTES, Page, read
from envkb.document.hand_written import validate
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.knowledge.check.problem import Problem
from envkb.knowledge.files import MissingFileError, TakenError, explain_os_errors, place_file, read_file
from envkb.knowledge.layout import RISKS
from envkb.knowledge.query.language import And, Not, Or, Package, Query
from envkb.knowledge.query.parser import parse_query
from envkb.model.risk import Risk

LONGEST_SLUG: Final = 64

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NO_RISKS: Final = frozenset({"readme.md", "index.md"})
_TEMPLATE: Final = """\
---
statement: {statement}
category: environment
owner: {owner}
review: {review}
impact: 3                  # 1 (hardly noticed) to 5 (everything stops)
impact_reason: why it would be that bad
scope: manager = uv        # which records can tell: the language of `kb list --where`
event:                     # what counts as having come true: any one of what is given
  failed: any
prior:
  mean: 0.5                # probability before any evidence
  weight: 2                # as how many experiments that counts
  source: nobody knows yet
response: reduce           # avoid, reduce, accept or transfer
mitigation: what is done about it
triggers: []               # what would make it worth another look
---
# {statement_text}

Why this could go wrong, and what is known about it.
"""


@dataclass(frozen=True, slots=True)
class RiskFile:
    """A risk as it lies in a knowledge base.

    Attributes:
        slug: Its id: the name of its file.
        path: Its file, relative to the root.
        page: The file, taken apart; `page.body` is its Markdown.
        risk: What its front matter says.
        scope: Its scope, read; null where it is judged by a person.
        baseline: The baseline of its ratio, read; null where it has none.
        where: The query of its event, read; null where it has none.
    """

    slug: str
    path: PurePosixPath
    page: Page
    risk: Risk
    scope: Query | None
    baseline: Query | None
    where: Query | None

    def packages(self) -> tuple[str, ...]:
        """Return the packages whose series make stacks: those that the scope names, and those that the risk adds."""
        from packaging.utils import canonicalize_name  # noqa: PLC0415 - slow, and not all need it

        named = {package.name for package in _packages(self.scope)} if self.scope else set()
        return tuple(sorted(named | {str(canonicalize_name(name)) for name in self.risk.packages}))


@dataclass(frozen=True, slots=True)
class Risks:
    """All risks of a knowledge base.

    Attributes:
        files: Those that can be read, by slug.
        problems: What is wrong with the others.
    """

    files: tuple[RiskFile, ...]
    problems: tuple[Problem, ...]

    def find(self, name: str) -> RiskFile:
        """Return the risk with this slug or file name.

        Raises:
            UsageError: There is none.
            InvalidDataError: Its file cannot be read.
        """
        wanted = PurePosixPath(name).name.removesuffix(".md")
        for file in self.files:
            if file.slug == wanted:
                return file
        for problem in self.problems:
            if PurePosixPath(problem.path).stem == wanted:
                place = f"{problem.path}: {problem.place}" if problem.place else problem.path
                raise InvalidDataError(problem.message, hint=problem.hint, place=place)
        import difflib  # noqa: PLC0415 - needed for a hint alone

        known = [*(file.slug for file in self.files), *(PurePosixPath(problem.path).stem for problem in self.problems)]
        close = difflib.get_close_matches(wanted, known, n=1)
        hint = f"did you mean {close[0]}?" if close else "`kb risk list` shows the risks"
        raise UsageError(f"there is no risk {name!r}", hint=hint)


def read_risks(root: Path) -> Risks:
    """Return all risks below a root; a file that cannot be read does not keep the others from being seen.

    Raises:
        KbError: The folder cannot be read.
    """
    files: list[RiskFile] = []
    problems: list[Problem] = []
    for path in sorted(_listed(root)):
        try:
            files.append(parse_risk(read_file(root, path, MAX_BYTES), path))
        except KbError as error:
            problems.append(_problem(path, error))
    return Risks(tuple(files), tuple(problems))


def parse_risk(data: bytes, path: PurePosixPath) -> RiskFile:
    """Return the risk that a file holds.

    Args:
        data: The file's bytes.
        path: Where it lies, relative to the root.

    Raises:
        InvalidDataError: The name or the content is not that of a risk; the message names the line.
    """
    where = str(path)
    slug = path.name.removesuffix(".md")
    _check_slug(slug, where)
    page = read(data, where)
    risk = validate(Risk, page, where)
    scope = _query(risk.scope, ("scope",), page, where)
    ratio = risk.event.ratio if risk.event else None
    baseline = _query(ratio.baseline if ratio else None, ("event", "ratio", "baseline"), page, where)
    shown = _query(risk.event.where if risk.event else None, ("event", "where"), page, where)
    return RiskFile(slug, path, page, risk, scope, baseline, shown)


def create_risk(root: Path, slug: str, statement: str, *, owner: str, review: str) -> PurePosixPath:
    """Write the file of a new risk, to be filled in by hand, and return its path.

    Args:
        root: The root of the knowledge base.
        slug: Its id.
        statement: What could go wrong, in one sentence.
        owner: Who looks after it.
        review: The day by which it is to be looked at again.

    Raises:
        UsageError: There is a risk of this name, or the slug or the statement cannot be one.
        KbError: The folder cannot be written.
    """
    path = RISKS / f"{slug}.md"
    text = _TEMPLATE.format(statement=_quoted(statement), owner=_quoted(owner), review=review, statement_text=statement)
    data = text.encode()
    try:
        _check_slug(slug, str(path))
        parse_risk(data, path)
    except InvalidDataError as error:
        raise UsageError(error.message, hint=error.hint) from error
    try:
        new = place_file(root, path, data)
    except TakenError:
        new = False
    if not new:
        raise UsageError(f"there is a risk {slug} already", hint=f"edit {path}")
    return path


def _listed(root: Path) -> Iterator[PurePosixPath]:
    try:
        with explain_os_errors(RISKS), os.scandir(root / RISKS) as entries:
            names = [entry.name for entry in entries]
    except MissingFileError:
        return
    for name in names:
        if name.endswith(".md") and not name.startswith(".") and name.lower() not in _NO_RISKS:
            yield RISKS / name


def _check_slug(slug: str, where: str) -> None:
    if not _NAME.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise InvalidDataError(
            f"{slug!r} is no name of a risk",
            hint=f"small letters and digits, joined by hyphens, at most {LONGEST_SLUG}: cuda-not-seen",
            place=where,
        )


def _query(text: str | None, path: tuple[str, ...], page: Page, where: str) -> Query | None:
    if text is None:
        return None
    try:
        return parse_query(" ".join(text.split()))
    except UsageError as error:
        message = f"{'.'.join(path)}: {error.message}"
        raise InvalidDataError(message, hint=error.hint, place=f"{where}: line {page.lines[path]}") from error


def _packages(query: Query) -> Iterator[Package]:
    match query:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _packages(part)
        case Not(part):
            yield from _packages(part)
        case Package():
            yield query
        case _:
            return


def _quoted(text: str) -> str:
    import json  # noqa: PLC0415 - YAML's double quotes are JSON's

    return json.dumps(text, ensure_ascii=False)


def _problem(path: PurePosixPath, error: KbError) -> Problem:
    problem = Problem.of(str(path), error)
    # The reader says the file and the line in one; here the file has a place of its own.
    place = (problem.place or "").removeprefix(str(path)).lstrip(":, ") or None
    return Problem("error", str(path), place, problem.message, problem.hint)
