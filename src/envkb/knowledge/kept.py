"""Keeps what takes long to compute, in files that may be lost: the same records give the same values."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from pydantic import JsonValue

from envkb.errors import KbError
from envkb.knowledge.files import MissingFileError, place_file, read_file, replace_file
from envkb.knowledge.layout import STATE

RATIOS: Final = STATE / "ratios.json"
INTERVALS: Final = STATE / "intervals.json"
_MAX_BYTES: Final = 64 * 1024 * 1024


def read_kept(root: Path, path: PurePosixPath) -> dict[str, JsonValue]:
    """Return what a file keeps, by key; nothing where it cannot be used."""
    try:
        found = json.loads(read_file(root, path, _MAX_BYTES))
    except (KbError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def keep(root: Path, path: PurePosixPath, values: Mapping[str, JsonValue]) -> None:
    """Keep values in place of what a file kept; a folder that cannot be written is no error."""
    data = json.dumps(values).encode()
    with suppress(KbError):
        try:
            replace_file(root, path, data)
        except MissingFileError:
            place_file(root, path, data)
