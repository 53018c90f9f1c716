"""What files ask for, whatever their format."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from envkb.errors import InvalidDataError, UsageError

_MAX_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes:
        requirements: PEP 508 requirements; digests may follow, as requirement files have them.
        constraints: Constraints.
        indexes: Package indexes, in order: names, addresses, or `NAME=URL`; empty for those of the managers.
        channels: Conda channels.
        python: The Python version; None where none is asked for.
        pythons_allowed: Which versions of Python may be taken, as PEP 440 says it; None where any may.
        torch_builds: Torch backends that the project's own sources mean, which differ by manager and have to be said;
            None where it names none.
        source: The file; None where there are several, or none.
        notes: What it says and kb cannot do, one line each.
    """

    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    python: str | None = None
    pythons_allowed: str | None = None
    torch_builds: tuple[str, ...] | None = None
    source: Path | None = None
    notes: tuple[str, ...] = ()


def together(said: Sequence[str], parts: Sequence[Wanted]) -> Wanted:
    """Return what is said beside files, and what the files ask for.

    Raises:
        UsageError: Two of them want different versions of Python, or they ask for nothing.
    """
    pythons = sorted({part.python for part in parts if part.python})
    if len(pythons) > 1:
        raise UsageError(f"the files want Python {' and '.join(pythons)}", hint="choose one with --python")
    if parts and not said and not any(part.requirements for part in parts):
        names = ", ".join(str(part.source) for part in parts if part.source)
        raise UsageError(f"{names} requires nothing to install", hint="name what is to be installed")
    allowed = [part.pythons_allowed for part in parts if part.pythons_allowed]
    builds = [part.torch_builds for part in parts if part.torch_builds is not None]
    return Wanted(
        requirements=(*said, *(text for part in parts for text in part.requirements)),
        constraints=tuple(text for part in parts for text in part.constraints),
        indexes=tuple(dict.fromkeys(text for part in parts for text in part.indexes)),
        channels=tuple(dict.fromkeys(text for part in parts for text in part.channels)),
        python=pythons[0] if pythons else None,
        pythons_allowed=",".join(allowed) or None,
        torch_builds=tuple(sorted({one for told in builds for one in told})) if builds else None,
        notes=tuple(note for part in parts for note in part.notes),
    )


def read_bytes(path: Path) -> bytes:
    """Return what is in a file that a person named.

    Raises:
        UsageError: There is no such file.
        InvalidDataError: It is too long, or cannot be read.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - Path fails on names that no file can have
        raise UsageError(f"there is no file {str(path)!r}", hint="check the path")
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    if len(data) > _MAX_BYTES:
        raise InvalidDataError(f"{path} is too long to be read", hint=f"at most {_MAX_BYTES // 1024**2} MiB are taken")
    return data


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8, with or without a byte-order mark.

    Raises:
        UsageError: There is no such file.
        InvalidDataError: It is too long, cannot be read, or is no UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDataError(f"{path}: byte {error.start} is not UTF-8", hint="save the file as UTF-8") from error


def table_of(told: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    """Return a table within a file's tables; empty where there is none.

    Raises:
        InvalidDataError: It is no table.
    """
    found = told.get(name)
    if found is not None and not isinstance(found, Mapping):
        raise InvalidDataError(f"{path}: {name} is no table")
    return found or {}


def texts_of(told: Mapping[str, Any], name: str, path: Path) -> tuple[str, ...]:
    """Return a list of texts within a file's tables; empty where there is none.

    Raises:
        InvalidDataError: It is no list of texts.
    """
    found = told.get(name)
    if found is not None and not (isinstance(found, list) and all(isinstance(one, str) for one in found)):
        raise InvalidDataError(f"{path}: {name} is no list of texts")
    return tuple(found or ())
