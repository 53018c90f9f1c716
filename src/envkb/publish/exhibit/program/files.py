"""The files of the exhibit that the program lies in, and what they are made of."""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path

HERE = Path(__file__).resolve().parent


class DamagedError(Exception):
    """A file is not what it should be; the text says how."""


def read(*parts: str) -> bytes:
    """Return a file of the exhibit; that there is none is for the caller to judge."""
    try:
        return HERE.joinpath(*parts).read_bytes()
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise DamagedError(f"cannot be read: {error}") from None


def text_of(*parts: str) -> str:
    """Return a file of the exhibit as text."""
    try:
        return read(*parts).decode("utf-8")
    except UnicodeDecodeError:
        raise DamagedError("no UTF-8") from None


def listed(*parts: str) -> list[str]:
    """Return the names in a folder of the exhibit; none where it is not there."""
    folder = HERE.joinpath(*parts)
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def sha256(data: bytes) -> bytes:
    """Return the digest of some bytes."""
    return hashlib.sha256(data).digest()


def spelled(text: str) -> bytes:
    """Return what base 64 spells, in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise DamagedError("no base 64") from None
    if base64.b64encode(data).decode() != text:
        raise DamagedError("not the one spelling of its bytes")
    return data
