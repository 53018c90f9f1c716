"""The most memory that a process had in use, and how much there is."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from envkb.bench.worker.texts import number, read

_KIBI = 1024
_STATUS = "/proc/self/status"
_FORGET = "/proc/self/clear_refs"
_FORGET_PEAK = "5"
# What stands for "no limit" in the first version of control groups.
_NO_LIMIT = 2**60


def forget_own_peak() -> bool:
    """Begin to watch this process's memory anew; return whether that can be done here."""
    try:
        Path(_FORGET).write_text(_FORGET_PEAK)
    except OSError:
        return False
    return True


def own_peak(*, anew: bool = False) -> tuple[int, str] | None:
    """Return the most bytes of memory that this process had in use, and who says so.

    Mapped files, libraries among them, are left out where the kernel tells them apart: how many of their pages are in
    memory depends on who wrote the files and when, and not on what was computed.

    Args:
        anew: Whether it was watched anew, so that what came before does not count.
    """
    status = read(Path(_STATUS)) or ""
    peak, files = high_water_kib(status), mapped_files_kib(status)
    if peak is not None:
        name = f"{_STATUS} VmHWM{'' if files is None else ' less RssFile'}{' since the check' if anew else ''}"
        return max(0, peak - (files or 0)) * _KIBI, name
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return None
    # Linux would count the parent's memory in at the moment of the start; it is asked above. macOS counts bytes.
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used * (1 if sys.platform == "darwin" else _KIBI), "getrusage ru_maxrss"


def high_water_kib(status: str) -> int | None:
    """Return the peak that the text of a `/proc/.../status` tells."""
    return _said_kib(status, "VmHWM")


def mapped_files_kib(status: str) -> int | None:
    """Return how much memory pages of mapped files take, as the text of a `/proc/.../status` tells; None before 4.5."""
    return _said_kib(status, "RssFile")


def _said_kib(status: str, name: str) -> int | None:
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found.group(1)) if found else None


def host_memory(root: Path) -> int | None:
    """Return the bytes of memory that this machine or its container may use, None where nothing tells."""
    try:
        installed = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None
    limits = [
        number(read(root / path)) for path in ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes")
    ]
    known = [int(limit) for limit in limits if limit is not None and 0 < limit < _NO_LIMIT]
    return min([installed, *known])
