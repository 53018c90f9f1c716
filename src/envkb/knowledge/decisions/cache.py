"""Keeps ratios that were computed before: resampling takes long, and the same records give the same ratio."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from envkb.errors import KbError
from envkb.knowledge.files import MissingFileError, place_file, read_file, replace_file
from envkb.knowledge.layout import STATE

_PATH: Final = STATE / "ratios.json"
_MAX_BYTES: Final = 64 * 1024 * 1024


def read_ratios(root: Path) -> dict[str, JsonValue]:
    """Return what is kept, by key; nothing where it cannot be used."""
    try:
        found = json.loads(read_file(root, _PATH, _MAX_BYTES))
    except (KbError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def keep_ratios(root: Path, ratios: Mapping[str, JsonValue]) -> None:
    """Keep what was computed, in place of what was kept; a folder that cannot be written is no error."""
    data = json.dumps(ratios).encode()
    with suppress(KbError):
        try:
            replace_file(root, _PATH, data)
        except MissingFileError:
            place_file(root, _PATH, data)
