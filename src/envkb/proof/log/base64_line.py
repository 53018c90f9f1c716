"""Base 64 in its one spelling. Pure."""

import binascii
from base64 import b64decode, b64encode

from envkb.errors import InvalidDataError


def write_base64(data: bytes) -> str:
    """Return bytes in standard base 64."""
    return b64encode(data).decode()


def read_base64(text: str) -> bytes:
    """Return the bytes that a text spells.

    Raises:
        InvalidDataError: It is no base 64, or another spelling of the bytes: the last letter has bits that mean
            nothing, and a file with one of them flipped must not pass for the file that it was.
    """
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidDataError(f"{text[:80]!r} is no base 64") from error
    if write_base64(data) != text:
        raise InvalidDataError(f"{text[:80]!r} is not the one spelling of its bytes in base 64")
    return data
