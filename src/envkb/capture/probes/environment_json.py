"""Reads values out of foreign JSON: what has another type than expected is as good as not there."""

from collections.abc import Iterator, Mapping
from typing import Any

from envkb.capture.snapshot import Source
from envkb.model.fact import Status

_LARGEST = 2**53 - 1  # of a number in a record
_NOTHING: Mapping[str, Any] = {}


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object of JSON, an empty one where the value is none."""
    return value if isinstance(value, dict) else _NOTHING


def rows(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list; other items are passed over."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list, without those that say nothing."""
    return tuple(told for item in value if (told := text(item))) if isinstance(value, list) else ()


def text(value: object) -> str | None:
    """Return a text that says something, in characters that UTF-8 has, without the white space around it."""
    if not isinstance(value, str):
        return None
    told = value.strip()
    if not told.isascii():
        told = told.encode("utf-8", "replace").decode("utf-8")
    return told or None


def size(value: object) -> int | None:
    """Return a number of bytes or of things, None where the value is none that a record can hold."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST else None


def flag(value: object) -> bool | None:
    """Return true or false, None where the value is neither."""
    return value if isinstance(value, bool) else None


def why_missing(source: Source | None) -> tuple[Status, str]:
    """Return why a source tells nothing: its status and reason, or that what it tells is no JSON."""
    if source is None:
        return Status.NOT_READ, "not collected"
    status = next((status for status in Status if status.value == source.status), Status.FAILED)
    if status is Status.OK:
        return Status.FAILED, f"{source.id} cannot be read"
    return status, text(source.reason) or f"{source.id}: {status.value}"
