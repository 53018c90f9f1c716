"""What the kernel tells of the processor while it works: load, other programs, clock, heat."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from envkb.bench.worker.texts import number, read

_KILO = 1000.0
# The fields of the first line of /proc/stat, behind its name.
_IDLE, _IOWAIT, _STEAL, _GUEST = 3, 4, 7, 8


class CpuTime(NamedTuple):
    """Seconds since the machine was started, over all processors.

    Attributes:
        total: Every second, idle ones too.
        busy: Seconds in which something ran here.
        steal: Seconds in which another guest of the hypervisor ran instead.
        own: Seconds in which this process or its children ran.
    """

    total: float
    busy: float
    steal: float
    own: float


def cpu_time(root: Path) -> CpuTime | None:
    """Return where the processors' time went so far, None where the kernel does not tell."""
    words = (read(root / "proc/stat") or "").split("\n", 1)[0].split()
    if not words or words[0] != "cpu":
        return None
    # Guests' time is part of the user's.
    ticks = [float(word) for word in words[1:]][:_GUEST]
    if len(ticks) <= _STEAL:
        return None
    second = float(os.sysconf("SC_CLK_TCK"))
    total = sum(ticks)
    times = os.times()
    own = time.process_time() + times.children_user + times.children_system
    busy = total - ticks[_IDLE] - ticks[_IOWAIT] - ticks[_STEAL]
    return CpuTime(total / second, busy / second, ticks[_STEAL] / second, own)


def frequency_mhz(root: Path) -> float | None:
    """Return the mean clock of all processors."""
    folders = sorted((root / "sys/devices/system/cpu").glob("cpu[0-9]*/cpufreq/scaling_cur_freq"))
    clocks = [clock / _KILO for clock in map(number, map(read, folders)) if clock is not None]
    if not clocks:
        lines = (read(root / "proc/cpuinfo") or "").splitlines()
        told = [line.partition(":")[2].strip() for line in lines if line.startswith("cpu MHz")]
        clocks = [clock for clock in map(number, told) if clock is not None]
    return round(sum(clocks) / len(clocks), 1) if clocks else None


def temperature_c(root: Path) -> float | None:
    """Return the temperature of the hottest part of the processor."""
    degrees = [degree / _KILO for degree in map(number, map(read, _thermometers(root))) if degree is not None]
    return max(degrees) if degrees else None


def _thermometers(root: Path) -> list[Path]:
    zones = (root / "sys/class/thermal").glob("thermal_zone*")
    kinds = ("cpu", "x86_pkg_temp", "pkg", "soc", "core", "bigcore", "littlecore")
    found = [zone / "temp" for zone in sorted(zones) if (read(zone / "type") or "").lower().startswith(kinds)]
    for monitor in sorted((root / "sys/class/hwmon").glob("hwmon*")):
        if read(monitor / "name") in ("coretemp", "k10temp", "zenpower", "cpu_thermal"):
            found.extend(sorted(monitor.glob("temp*_input")))
    return found


def throttle_count(root: Path) -> int | None:
    """Return how often the processor held itself back for heat since the machine was started; x86 alone tells."""
    folder = root / "sys/devices/system/cpu"
    counts = [number(read(path)) for path in folder.glob("cpu[0-9]*/thermal_throttle/*_throttle_count")]
    known = [int(count) for count in counts if count is not None]
    return sum(known) if known else None
