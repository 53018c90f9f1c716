"""What the Windows side of WSL tells by its files."""

from __future__ import annotations

from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import UnreadableError

NO_PERSONS = ("Public", "Default", "Default User", "All Users")


def wslconfig(machine: Machine) -> str:
    """Return the text of `.wslconfig`; the Windows user it belongs to stays unnamed.

    Raises:
        UnreadableError: This is not WSL, or no user has such a file.
    """
    if not machine.is_wsl:
        raise UnreadableError("not_applicable", "not under WSL")
    paths = [path for path in machine.glob("/mnt/c/Users/*/.wslconfig") if path.split("/")[4] not in NO_PERSONS]
    texts = [machine.peek(path) for path in paths]
    if not texts:
        raise UnreadableError("absent", "no Windows user has a .wslconfig")
    if len(set(texts)) > 1:
        raise UnreadableError("failed", "several Windows users have a .wslconfig, and they differ")
    return texts[0]
