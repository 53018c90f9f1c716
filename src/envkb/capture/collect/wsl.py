"""What the Windows side of WSL tells by its files."""

from __future__ import annotations

import os

from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import UnreadableError

NO_PERSONS = ("Public", "Default", "Default User", "All Users")


def windows_users(machine: Machine) -> list[str]:
    """Return the users of the Windows that WSL runs under; none where this is not WSL."""
    if not machine.is_wsl:
        return []
    folders = [path for path in machine.glob("/mnt/c/Users/*") if os.path.isdir(machine.at(path))]
    return [name for name in (os.path.basename(folder) for folder in folders) if name not in NO_PERSONS]


def wslconfig(machine: Machine) -> str:
    """Return the text of `.wslconfig`; the Windows user it belongs to stays unnamed.

    Raises:
        UnreadableError: This is not WSL, or no user has such a file.
    """
    if not machine.is_wsl:
        raise UnreadableError("not_applicable", "not under WSL")
    paths = [f"/mnt/c/Users/{user}/.wslconfig" for user in windows_users(machine)]
    texts = [machine.peek(path) for path in paths if machine.exists(path)]
    if not texts:
        raise UnreadableError("absent", "no Windows user has a .wslconfig")
    if len(set(texts)) > 1:
        raise UnreadableError("failed", "several Windows users have a .wslconfig, and they differ")
    return texts[0]
