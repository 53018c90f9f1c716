"""Reads small files and asks small programs; what cannot be read is None."""

from __future__ import annotations

import subprocess
from pathlib import Path

_PATIENCE_S = 5.0


def read(path: Path) -> str | None:
    """Return the stripped text of a file, None where there is none to read."""
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return None


def number(text: str | None) -> float | None:
    """Return a text as a number, None where it is none."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def ask(args: list[str]) -> str | None:
    """Return what a program prints, None where there is no such program or it fails."""
    try:
        done = subprocess.run(
            args, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE_S, check=False, encoding="utf-8"
        )
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return None
    return done.stdout if done.returncode == 0 else None
