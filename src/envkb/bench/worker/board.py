"""What feeds the machine, and what a Raspberry Pi's firmware and macOS say of holding it back."""

from __future__ import annotations

import re
from pathlib import Path

from envkb.bench.worker.texts import ask, number, read

# The lower half of the firmware's bits is now, the upper half since the start.
_NOW = 0xFFFF
_THROTTLED = "soc*/*firmware/get_throttled"
# `VDD_CORE_A current(7)=1.23A`, and `VDD_CORE_A=1.23A` of older firmware.
_RAIL = re.compile(r"(\w+)_([AV])(?:\s+\w+\(\d+\))?=([\d.]+)")


def power_source(root: Path) -> str | None:
    """Return `mains`, `battery`, or None where nothing tells."""
    told = ask(["pmset", "-g", "batt"]) if not (root / "proc").exists() else None
    if told is not None:
        return "battery" if "'Battery Power'" in told else "mains"
    kinds: dict[str | None, list[Path]] = {}
    for supply in sorted((root / "sys/class/power_supply").glob("*")):
        kinds.setdefault(read(supply / "type"), []).append(supply)
    mains = [supply for kind in ("Mains", "USB") for supply in kinds.get(kind, [])]
    if any(read(supply / "online") == "1" for supply in mains):
        return "mains"
    # The battery of a mouse is one, too; the machine's own says so, or says nothing.
    batteries = [supply for supply in kinds.get("Battery", []) if read(supply / "scope") != "Device"]
    return "battery" if any(read(supply / "status") == "Discharging" for supply in batteries) else None


def pi_throttled(root: Path) -> tuple[int, str] | None:
    """Return the firmware's bits for what holds a Raspberry Pi back at this moment, and who says so.

    None on other machines. The kernel of Raspberry Pi has a file for it; the program needs a device that some users
    may not open.
    """
    for path in sorted((root / "sys/devices/platform").glob(_THROTTLED)):
        found = re.fullmatch(r"(?:0x)?([0-9a-fA-F]+)", read(path) or "")
        if found:
            return int(found.group(1), 16) & _NOW, "firmware get_throttled"
    found = re.search(r"throttled=0x([0-9a-fA-F]+)", ask(["vcgencmd", "get_throttled"]) or "")
    return (int(found.group(1), 16) & _NOW, "vcgencmd get_throttled") if found else None


def mac_speed_limit() -> float | None:
    """Return what macOS leaves of the processor's speed, in percent; Apple's own processors tell nothing."""
    found = re.search(r"CPU_Speed_Limit\s*=\s*(\d+)", ask(["pmset", "-g", "therm"]) or "")
    return number(found.group(1)) if found else None


def pi_power_w() -> float | None:
    """Return the power that a Raspberry Pi 5 draws, summed over the rails whose voltage and current it tells.

    The losses of the regulators and what hangs on USB are not among them.
    """
    told: list[tuple[str, str, str]] = _RAIL.findall(ask(["vcgencmd", "pmic_read_adc"]) or "")
    volts: dict[str, float] = {rail: float(value) for rail, kind, value in told if kind == "V"}
    amperes: dict[str, float] = {rail: float(value) for rail, kind, value in told if kind == "A"}
    both = sorted(volts.keys() & amperes.keys())
    return sum(volts[rail] * amperes[rail] for rail in both) if both else None
