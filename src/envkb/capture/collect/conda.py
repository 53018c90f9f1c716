"""The conda packages of a prefix, read from its conda-meta folder."""

from __future__ import annotations

import json
import os
from typing import Any, Iterator

from envkb.capture.collect.machine import open_regular
from envkb.capture.collect.record_file import notable

KEYS = (
    *("name", "version", "build", "channel", "subdir", "size", "md5", "sha256", "url", "fn"),
    *("requested_spec", "requested_specs"),  # conda's old and new spelling
)
HISTORY_BYTES = 64 * 1024


def read_conda_meta(prefix: str) -> dict[str, Any] | None:
    """Return what conda, mamba or pixi noted in a prefix.

    Returns:
        `{packages, history, pixi, pinned}`, or None where the prefix is none of theirs. A package that cannot be
        read has `{file, problem}`.
    """
    folder = f"{prefix}/conda-meta"
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return None
    told: dict[str, Any] = {"packages": [_package(folder, name) for name in names if name.endswith(".json")]}
    for name in ("history", "pixi", "pinned"):
        if name in names:
            told[name] = _end_of(f"{folder}/{name}")
    return told


def _package(folder: str, name: str) -> dict[str, Any]:
    try:
        with open_regular(f"{folder}/{name}") as file:
            record = json.load(file)
        row = {key: record[key] for key in KEYS if record.get(key) is not None}
        row["link_type"] = (record.get("link") or {}).get("type")
        files = [path for path in record.get("files") or () if isinstance(path, str)]
    except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
        return {"file": name, "problem": f"cannot be read: {type(error).__name__}"}
    libraries = notable([path for path in files if ".so" in path or path.endswith(".dylib")])
    if libraries:
        row["notable"] = libraries
    distributions = sorted(set(_metadata_folders(files)))
    if distributions:
        row["distributions"] = distributions
    if not {"name", "version"} <= row.keys():
        row.update(file=name, problem="it has no name or no version")
    return row


def _metadata_folders(files: list[str]) -> Iterator[str]:
    for path in files:
        if path.endswith(("/METADATA", "/PKG-INFO", ".egg-info")):
            place, _, inside = path.rpartition("/site-packages/")
            folder, _, rest = inside.partition("/")
            # Packages that carry others inside them have metadata further down.
            if place and "/" not in rest and folder.endswith((".dist-info", ".egg-info")):
                yield folder


def _end_of(path: str) -> str:
    # The newest transactions stand at the end of the history.
    try:
        with open_regular(path) as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - HISTORY_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
