"""What may stand where a requirement is asked for: a PEP 508 requirement, an address, or a path on this machine."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from envkb.errors import UsageError
from envkb.managers.job import HASH

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_HINT: Final = "write numpy==2.4.6, or a path such as ./dist/demo-1.0-py3-none-any.whl"
_HASH: Final = re.compile(r"\s+--hash[= ](\S+)")
_EXTRAS: Final = re.compile(r"(.*?)(\[[\w.,\s-]*\])?", re.DOTALL)
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_USER_INFO: Final = re.compile(r"://[^/?#\s]*@")
_PROJECTS: Final = ("pyproject.toml", "setup.py", "setup.cfg")
_ARCHIVES: Final = (".whl", ".tar.gz", ".tgz", ".tar.bz2", ".zip")


def checked_requirement(text: str, folder: Path) -> str:
    """Return a requirement as every manager can read it, wherever that is started: with whole paths.

    A wheel or a source archive gets its distribution's name before its address, so that its import can be timed.

    Args:
        text: As it was said; digests may follow, as requirement files have them (`--hash=sha256:…`).
        folder: What a relative path is relative to.

    Raises:
        UsageError: It is no requirement, or names a file that is not there.
    """
    hashes = "".join(f"{HASH}{one}" for one in _HASH.findall(text))
    bare = _HASH.sub("", text).strip()
    if _ADDRESS.fullmatch(bare) or _parsed(bare) is not None:
        return bare + hashes
    if _is_path(bare):
        return _of_path(bare, folder) + hashes
    raise UsageError(f"{shown(text)!r} is no requirement: {_reason(bare)}", hint=_HINT)


def shown(text: str) -> str:
    """Return a text for messages: without the user and password of addresses."""
    return _USER_INFO.sub("://", text)


def named(requirement: str) -> "Requirement | None":
    """Return a requirement that has a name, without the digests that may follow it; None for one that has no name."""
    return _parsed(_HASH.sub("", requirement))


def _parsed(text: str) -> "Requirement | None":
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - start-up

    if text.lower().endswith(_ARCHIVES) and "@" not in text:
        return None  # `demo-1.0-py3-none-any.whl` could be a name, but never is
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _is_path(text: str) -> bool:
    path = _EXTRAS.fullmatch(text)
    place = path[1] if path else text
    looks = place.startswith((".", "~")) or "/" in place or place.lower().endswith(_ARCHIVES)
    return looks and "\0" not in place and "://" not in place and " @ " not in place and not place.startswith("-")


def _of_path(text: str, folder: Path) -> str:
    match = _EXTRAS.fullmatch(text)
    assert match is not None  # noqa: S101 - it matches any text
    extras = match[2] or ""
    path = folder.absolute() / os.path.expanduser(match[1])  # noqa: PTH111 - Path fails on the home of an unknown user
    if not os.path.exists(path):  # noqa: PTH110 - Path fails on names that no file can have
        raise UsageError(f"there is no file or folder {match[1]!r} to install", hint="check the path")
    address = path.resolve().as_uri()
    if not path.is_dir():
        return f"{_archive_name(path)}{extras} @ {address}"
    name = _folder_name(path)
    if name is None and not extras and any((path / file).is_file() for file in _PROJECTS):
        return address  # only its own build knows what it is called
    if name is None:
        raise UsageError(f"the folder {match[1]!r} tells no name to install", hint="it needs a pyproject.toml with one")
    return f"{name}{extras} @ {address}"


def _archive_name(path: Path) -> str:
    from packaging.utils import (  # noqa: PLC0415 - start-up
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )

    try:
        if path.suffix == ".whl":
            return parse_wheel_filename(path.name)[0]
        return parse_sdist_filename(path.name)[0]
    except (InvalidWheelFilename, InvalidSdistFilename) as error:
        hint = "a wheel is called NAME-VERSION-PYTHON-ABI-PLATFORM.whl, a source archive NAME-VERSION.tar.gz"
        raise UsageError(f"{path.name} cannot be installed: {error}", hint=hint) from error


def _folder_name(folder: Path) -> str | None:
    import tomllib  # noqa: PLC0415 - few requirements are folders

    try:
        told = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
        name = (told["project"] if "project" in told else told["tool"]["poetry"])["name"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return None
    return name if isinstance(name, str) else None


def _reason(text: str) -> str:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - start-up

    try:
        Requirement(text)
    except InvalidRequirement as error:
        return str(error).splitlines()[0]
    return "it is no name"
