"""Checks that nothing private is public: neither its files nor its ids."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.errors import KbError
from envkb.knowledge.check.files import Sight, find_ids
from envkb.knowledge.check.problem import Problem
from envkb.knowledge.files import read_file
from envkb.knowledge.layout import DECISIONS, PRIVATE, RISKS, STATE
from envkb.process import Runner

_DOCS: Final = PurePosixPath("docs")
_GENERATED: Final = _DOCS / "kb"
_MAX_PAGE_BYTES: Final = 4 * 1024 * 1024


def privacy_problems(root: Path, sights: Sequence[Sight], run: Runner) -> Iterator[Problem]:
    """Give what is private and yet can be seen."""
    yield from _tracked(root, run)
    private = {sight.id for sight in sights if sight.private}
    if private:
        for sight in sights:
            if not sight.private and (named := sight.mentions & private):
                yield _naming(sight.path, min(named))
        for path in _pages(root):
            if named := _ids_in(root, path) & private:
                yield _naming(str(path), min(named))


def _tracked(root: Path, run: Runner) -> Iterator[Problem]:
    places = (str(PRIVATE), str(STATE))
    try:
        # A setting of the repository must not make git start a program.
        listed = run(("git", "-c", "core.fsmonitor=false", "ls-files", "-z", "--", *places), cwd=root)
    except KbError as error:
        yield from _unanswered(root, error.message)
        return
    if listed.exit_code != 0:
        said = listed.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        yield from _unanswered(root, said or f"exit code {listed.exit_code}")
        return
    for path in listed.stdout.decode("utf-8", "surrogateescape").split("\0"):
        if path and path not in places:  # the folder itself is listed where it is a repository of its own
            hint = f"run `git rm --cached {path}`, ignore {PRIVATE}/ and {STATE}/; where it was pushed, it is public"
            yield Problem("error", path, None, "git tracks it, but it is private", hint)


def _unanswered(root: Path, reason: str) -> Iterator[Problem]:
    private = (root / PRIVATE).is_dir() and any((root / PRIVATE).iterdir())
    if private and any((folder / ".git").exists() for folder in (root, *root.resolve().parents)):
        message = f"git cannot tell whether it tracks private files: {reason}"
        yield Problem("warning", str(PRIVATE), None, message, "mend the repository or install git, and check again")


def _pages(root: Path) -> Iterator[PurePosixPath]:
    for folder in (DECISIONS, RISKS, _DOCS):
        for here, folders, names in os.walk(root / folder):
            place = PurePosixPath(Path(here).relative_to(root))
            folders[:] = [name for name in folders if place / name != _GENERATED]
            yield from (place / name for name in sorted(names) if name.endswith(".md"))
    yield PurePosixPath("README.md")


def _ids_in(root: Path, path: PurePosixPath) -> frozenset[str]:
    try:
        return find_ids(read_file(root, path, _MAX_PAGE_BYTES).decode("utf-8", "replace").upper())
    except KbError:
        return frozenset()


def _naming(path: str, name: str) -> Problem:
    hint = "leave the id out, or publish that record; whatever rests on a private record is private"
    return Problem("error", path, None, f"names the private record {name}, but is public", hint)
