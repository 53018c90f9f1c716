"""Requirement files, as pip defines them; what only pip understands is refused by its line."""

import codecs
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.run.requirement import checked_requirement
from envkb.experiment.run.wanted import Wanted, read_bytes
from envkb.managers import DEFAULT

_MOST_FILES: Final = 50
_COMMENT: Final = re.compile(r"(^|\s+)#.*$")
_COOKIE: Final = re.compile(rb"^#.*?coding[:=][ \t]*([-\w.]+)")
_SHORT: Final = re.compile(r"(-[A-Za-z])\s*=?\s*(.*)")
_LONG: Final = re.compile(r"(--[A-Za-z][A-Za-z-]*)(?:[=\s]\s*(.*))?")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FLAGS: Final = frozenset(
    ("-f", "--find-links", "--no-index", "--pre", "--no-binary", "--only-binary", "--prefer-binary", "--trusted-host")
)
"""Options that uv and pip take for themselves."""


def read_requirements(path: Path, folder: Path | None = None) -> Wanted:
    """Return what a requirement file asks for, with the files that it names.

    Args:
        path: The file.
        folder: What paths of requirements are relative to; None for the current folder, as with pip. Files that it
            names are relative to it itself.

    Raises:
        UsageError: There is no such file, or it asks for something that only pip itself understands.
        InvalidDataError: It cannot be read.
    """
    reading = _Reading(folder or Path())
    reading.file(path, "requirements")
    return reading.wanted(path)


def read_lines(lines: list[str], path: Path) -> Wanted:
    """Return what lines of another file mean that are written as in a requirement file.

    Args:
        lines: The lines.
        path: The file that they stand in; their paths are relative to its folder.

    Raises:
        UsageError: They ask for something that only pip itself understands.
        InvalidDataError: A file that they name cannot be read.
    """
    reading = _Reading(path.parent)
    for line in lines:
        reading.line(line.strip(), path, f"{path.name}, under pip", "requirements")
    return reading.wanted(path)


@dataclass
class _Reading:
    """Gathers what files ask for."""

    folder: Path
    requirements: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    index: str | None = None
    extra_indexes: list[str] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def wanted(self, source: Path) -> Wanted:
        # pip ranks no index above another; for uv the one that stands for the default comes last.
        last = self.index or DEFAULT
        indexes = (*self.extra_indexes, last) if self.index or self.extra_indexes else ()
        return Wanted(tuple(self.requirements), tuple(self.constraints), indexes, source=source)

    def file(self, path: Path, kind: str) -> None:
        place = os.path.abspath(path)  # noqa: PTH100 - Path fails on names that no file can have
        if (place, kind) in self.seen:
            return
        if len(self.seen) >= _MOST_FILES:
            raise UsageError(f"{path.name} is one requirement file too many: {_MOST_FILES} are taken")
        self.seen.add((place, kind))
        for number, line in _logical_lines(_decode(path)):
            self.line(line, path, f"{path.name}, line {number}", kind)

    def line(self, line: str, path: Path, where: str, kind: str) -> None:
        if line.startswith("-"):
            self._option(line, path, where, kind)
            return
        if " -" in line and (other := re.search(r"\s(--(?!hash\b)[a-z-]+|-[a-z]\b)", line)):
            raise UsageError(f"{where}: {other[1]} behind a requirement is not understood", hint="leave it out")
        try:
            requirement = checked_requirement(line, self.folder)
        except UsageError as error:
            raise UsageError(f"{where}: {error.message}", hint=error.hint) from error
        (self.constraints if kind == "constraints" else self.requirements).append(requirement)

    def _option(self, line: str, path: Path, where: str, kind: str) -> None:
        match = _LONG.fullmatch(line) or _SHORT.fullmatch(line)
        name, value = (match[1], (match[2] or "").strip().strip("'\"")) if match else (line, "")
        if name in ("-r", "--requirement", "-c", "--constraint") and value:
            if "://" in value:
                raise UsageError(f"{where}: {name} names an address", hint="fetch the file, and name it here")
            other = "constraints" if name in ("-c", "--constraint") else kind
            self.file(path.parent / value, other)
        elif name in ("-i", "--index-url", "--pypi-url") and value:
            self.index = value
        elif name == "--extra-index-url" and value:
            self.extra_indexes.append(value)
        elif name != "--require-hashes":  # one digest is enough to ask for all
            raise UsageError(f"{where}: {name} is not understood", hint=_hint(name, value))


def _hint(name: str, value: str) -> str:
    if name in ("-e", "--editable"):
        return f"leave -e out: {value or '.'} alone is installed as it is now"
    if name in _FLAGS:
        flag = f"{'--find-links' if name == '-f' else name}{'=' if value else ''}{value}"
        told = " ".join(f"--flag {shlex.quote(f'{manager}={flag}')}" for manager in ("uv", "pip"))
        return f"leave it out, and say it to each manager: {told}"
    return "leave it out"


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines without comments, each with the number of its first; a comment ends what goes on, as with pip."""
    begun: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), start=1):
        first = first if begun else number
        is_comment = re.match(r"\s*#", line) is not None
        if line.endswith("\\") and not is_comment:
            begun.append(line[:-1])
            continue
        joined = _COMMENT.sub("", "".join([*begun, " " if is_comment else "", line])).strip()
        begun = []
        if joined:
            yield first, joined
    joined = _COMMENT.sub("", "".join(begun)).strip()
    if joined:
        yield first, joined


def _decode(path: Path) -> str:
    data = read_bytes(path)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding is None:
        cookies = (_COOKIE.match(line) for line in data.split(b"\n", 2)[:2])
        encoding = next((cookie[1].decode() for cookie in cookies if cookie), "utf-8")
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise InvalidDataError(f"{path}: there is no encoding {encoding}", hint="save the file as UTF-8") from error
    except UnicodeDecodeError as error:
        name = "UTF-8" if encoding == "utf-8" else encoding
        raise InvalidDataError(f"{path}: byte {error.start} is not {name}", hint="save the file as UTF-8") from error
