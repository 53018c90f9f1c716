"""Linux under Windows: which WSL, what limits it has, and what the Windows side tells of itself."""

import re

from envkb.capture.probes.environment_json import flag, mapping
from envkb.capture.probes.layers_container import LAYERS
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.quantities import size_bytes, whole
from envkb.capture.probes.reasons import explain
from envkb.capture.probes.wording import shell_pairs
from envkb.capture.snapshot import Snapshot

UNAME = "kb:uname"
_CONFIG = "kb:wslconfig"
_VERSION = "wsl.exe --version"
_VER = "cmd.exe /c ver"
_MEMORY = "wmic.exe computersystem get TotalPhysicalMemory /value"
_NUMBER = r"\d+(?:\.\d+){2,3}(?:-\d+)?"
_WINDOWS = r"(\d+\.\d+\.\d+(?:\.\d+)?)"


def wsl(snapshot: Snapshot, notes: Observations) -> str | None:
    """Note what is known of WSL, and return `wsl1` or `wsl2`; None where this is no Linux under Windows."""
    uname, marks = mapping(snapshot.json(UNAME)), mapping(snapshot.json(LAYERS))
    release = str(
        uname.get("release") or snapshot.text("/proc/sys/kernel/osrelease") or snapshot.text("/proc/version") or ""
    )
    if "microsoft" not in release.lower() and marks.get("wsl") is not True:
        return None
    # The first generation, which has no kernel of its own, calls itself `4.4.0-19041-Microsoft`.
    version = 1 if re.search(r"\d-Microsoft\b", release) else 2
    notes.see("wsl", "version", version, UNAME)
    for name, key in (
        ("interop", "wsl_interop"),
        ("windows_drive_mounted", "mnt_c"),
        ("workdir_on_windows", "workdir_on_windows"),
    ):
        notes.see("wsl", name, flag(marks.get(key)), LAYERS)
    _windows(snapshot, notes)
    _limits(snapshot, notes)
    return f"wsl{version}"


def _windows(snapshot: Snapshot, notes: Observations) -> None:
    # The labels are translated, their order is not: WSL, kernel, WSLg, …, Windows last.
    told = [found[0] for line in _clean(snapshot, _VERSION).splitlines() if (found := re.search(_NUMBER, line))]
    if len(told) > 1:
        notes.see("wsl", "package_version", told[0], _VERSION)
        notes.see("wsl", "kernel_package", told[1], _VERSION)
    ver = re.search(_WINDOWS, _clean(snapshot, _VER))
    notes.see("wsl", "windows_version", ver[1] if ver else None, _VER)
    if ver is None and len(told) > 2:  # noqa: PLR2004 - after WSL and its kernel
        notes.see("wsl", "windows_version", told[-1], _VERSION)
    memory = shell_pairs(_clean(snapshot, _MEMORY)).get("TotalPhysicalMemory")
    notes.see("wsl", "windows_memory_bytes", whole(memory), _MEMORY)
    explain(snapshot, notes, "wsl", "windows_version", _VER, _VERSION)
    explain(snapshot, notes, "wsl", "windows_memory_bytes", _MEMORY)


def _clean(snapshot: Snapshot, source: str) -> str:
    # `wsl.exe` writes UTF-16 where nobody told it otherwise.
    return (snapshot.text(source) or "").replace("\0", "").replace("\ufffd", "")


def _limits(snapshot: Snapshot, notes: Observations) -> None:
    settings = {key.lower(): value for key, value in shell_pairs(snapshot.text(_CONFIG)).items()}
    notes.see("wsl", "memory_limit_bytes", size_bytes(settings.get("memory")), _CONFIG)
    notes.see("wsl", "processors_limit", whole(settings.get("processors")), _CONFIG)
    notes.see("wsl", "swap_limit_bytes", size_bytes(settings.get("swap")), _CONFIG)
    notes.see("wsl", "networking_mode", settings.get("networkingmode"), _CONFIG)
    notes.see("wsl", "memory_reclaim", settings.get("automemoryreclaim"), _CONFIG)
    notes.see("wsl", "custom_kernel", "kernel" in settings if settings else None, _CONFIG)
    explain(snapshot, notes, "wsl", "memory_limit_bytes", _CONFIG)
