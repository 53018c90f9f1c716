"""Finds what a vendor's tool printed, whatever its path and arguments were."""

import json
from collections.abc import Iterator
from typing import Any

from envkb.capture.snapshot import Snapshot, Source


def runs_of(snapshot: Snapshot, program: str) -> Iterator[Source]:
    """Yield every run of a program, sorted by id, failed ones too: what a tool printed while failing tells why.

    Args:
        snapshot: Where the sources are.
        program: The program's name; the id may hold its path, and `.exe` where it was started through WSL.
    """
    for name in sorted(snapshot.sources):
        start = name.split(" ", 1)[0].rpartition("/")[2].removesuffix(".exe")
        # A file of the same name is read, not run: its id is a path with nothing after it.
        if start == program and not (name.startswith(("/proc/", "/sys/", "/etc/"))):
            yield snapshot.sources[name]


def parsed(source: Source) -> Any:  # noqa: ANN401 - foreign JSON has no type
    """Return the JSON that a tool printed, warnings before and after it passed over; None where there is none."""
    starts = [place for place in (source.text.find("{"), source.text.find("[")) if place >= 0]
    for start in sorted(starts):
        try:
            return json.JSONDecoder().raw_decode(source.text[start:])[0]
        except (ValueError, RecursionError):
            continue
    return None


def rows(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, or a lone object as a list of one; anything else is passed over."""
    if isinstance(value, dict):
        return [value]
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def at(row: object, *keys: str) -> Any:  # noqa: ANN401 - foreign JSON has no type
    """Return what stands under a chain of keys, None where any of them is missing."""
    for key in keys:
        row = row.get(key) if isinstance(row, dict) else None
    return row


def texts_at(row: object, *keys: str) -> list[str]:
    """Return the texts of a list under a chain of keys; anything else is passed over."""
    found = at(row, *keys)
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def text_at(row: object, *keys: str) -> str | None:
    """Return a scalar under a chain of keys as text; an amount `{"value": 750, "unit": "W"}` gives its value."""
    found = at(row, *keys)
    if isinstance(found, dict):
        found = found.get("value")
    if isinstance(found, bool) or found is None:
        return None
    return str(found) if isinstance(found, str | int | float) else None
