"""Lock files beside the project that an environment belongs to."""

from __future__ import annotations

import fnmatch
import hashlib
import os
from typing import Any, Iterator

from envkb.capture.collect.machine import Machine, open_regular
from envkb.capture.collect.rows import UnreadableError

MOST_BYTES = 2 * 1024 * 1024
# A digest is worth reading a file for up to here; a larger one is no lock.
MOST_DIGESTED = 32 * 1024 * 1024
PATTERNS = (
    "uv.lock",
    "pylock.toml",
    "pylock.*.toml",
    "pixi.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "conda-lock.yml",
    "*.conda-lock.yml",
    "conda-linux-64.lock",
    "conda-osx-*.lock",
    "environment.yml",
    "environment.yaml",
    "requirements*.txt",
    "constraints*.txt",
)
MOST_FILES = 32


def locks(machine: Machine, prefix: str) -> list[dict[str, Any]]:
    """Return the lock and requirement files beside the prefix and in the working directory.

    Raises:
        UnreadableError: There are none.
    """
    found = [
        _entry(machine, f"{folder}/{name}", beside)
        for beside, folder in _folders(machine, prefix).items()
        for name in _names(machine, folder)
    ]
    if not found:
        raise UnreadableError("absent", "no lock file beside the environment or in the working directory")
    return found[:MOST_FILES]


def _folders(machine: Machine, prefix: str) -> dict[str, str]:
    folders = {}
    if prefix:
        parent = os.path.dirname(prefix.rstrip("/"))
        # A pixi environment lies in PROJECT/.pixi/envs/NAME.
        inside = parent.endswith("/.pixi/envs")
        folders["prefix"] = os.path.dirname(os.path.dirname(parent)) if inside else parent
    if machine.cwd not in folders.values():
        folders["workdir"] = machine.cwd
    return {beside: folder for beside, folder in folders.items() if folder not in ("", "/")}


def _names(machine: Machine, folder: str) -> Iterator[str]:
    try:
        names = sorted(os.listdir(machine.at(folder)))
    except OSError:
        return
    for name in names:
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in PATTERNS) and os.path.isfile(
            machine.at(f"{folder}/{name}")
        ):
            yield name


def _entry(machine: Machine, path: str, beside: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"path": path, "name": os.path.basename(path), "beside": beside}
    try:
        entry["bytes"] = os.stat(machine.at(path)).st_size
        if entry["bytes"] > MOST_DIGESTED:
            return {**entry, "reason": "too large to be read"}
        with open_regular(machine.at(path)) as file:
            data = file.read(MOST_DIGESTED)
    except OSError as error:
        return {**entry, "reason": (error.strerror or str(error)).lower()}
    entry["sha256"] = hashlib.sha256(data).hexdigest()
    if len(data) > MOST_BYTES:
        return {**entry, "reason": "too large to be kept"}
    try:
        return {**entry, "text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {**entry, "reason": "not UTF-8"}
