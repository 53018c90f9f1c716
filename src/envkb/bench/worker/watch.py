"""The circumstances of samples: before, between and after them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Callable, NamedTuple

from envkb.bench.worker.board import mac_speed_limit, pi_throttled, power_source
from envkb.bench.worker.case import Row, condition
from envkb.bench.worker.energy import rapl_refused
from envkb.bench.worker.nvml import NvidiaGpu
from envkb.bench.worker.processor import CpuTime, cpu_time, frequency_mhz, temperature_c, throttle_count
from envkb.bench.worker.texts import number, read

BEFORE, DURING, AFTER = "before", "during", "after"
_PERCENT = 100.0
# The kernel counts in hundredths of a second; a share of less than this would be noise.
_SHORTEST_S = 0.2
_KIBI = 1024
_PI_BITS = {0x1: "under-voltage", 0x2: "frequency capped", 0x4: "throttled", 0x8: "soft temperature limit"}


class _Gauge(NamedTuple):
    """Something that is read before, between and after."""

    name: str
    source: str
    read: Callable[[], float | None]


class Watch:
    """Reads the machine's instruments around and between samples, never within one."""

    def __init__(self, root: Path = Path("/"), gpu: NvidiaGpu | None = None) -> None:
        """Find the instruments.

        Args:
            root: Folder that stands for `/`.
            gpu: Instruments of the GPU that does the work.
        """
        self._root = root
        self._gpu = gpu
        self._pi = pi_throttled(root) is not None
        self._mac = not (root / "proc").exists() and shutil.which("pmset") is not None
        self._gauges = [*_host_gauges(root), *(_gpu_gauges(gpu) if gpu else [])]
        self._seen: dict[str, list[float]] = {}
        self._reasons: set[str] = set()
        self._throttle_sources: set[str] = set()
        self._rows: list[Row] = []
        self._throttle: Any = None
        self._cpu: CpuTime | None = None

    def begin(self) -> None:
        """Read everything once, before the work begins."""
        self._rows.extend(self._snapshot(BEFORE))
        self._rows.extend(self._standing())

    def start(self) -> None:
        """Read what changes while the work goes on, right before the first sample."""
        self._throttle = self._throttle_state()
        self._reasons.clear()
        self._cpu = cpu_time(self._root)

    def objection(self) -> str | None:
        """Read what changes while the work goes on, between two samples.

        Returns:
            A reason not to count the last sample, or None.
        """
        for gauge in self._gauges:
            value = gauge.read()
            if value is not None:
                self._seen.setdefault(gauge.name, []).append(value)
        before, self._throttle = self._throttle, self._throttle_state()
        return None if before == self._throttle else "the machine began or ceased to hold itself back"

    def end(self) -> list[Row]:
        """Read everything again, and return all circumstances; numbers that changed as their lowest and highest."""
        self._rows.extend(self._shares())
        sources = {gauge.name: gauge.source for gauge in self._gauges}
        for name, values in sorted(self._seen.items()):
            self._rows.append(condition(name, [min(values), max(values)], sources[name], DURING))
        if self._throttle_sources:
            source = ", ".join(sorted(self._throttle_sources))
            self._rows.append(condition("throttled", bool(self._reasons), source, DURING))
            if self._reasons:
                self._rows.append(condition("throttled_by", sorted(self._reasons), source, DURING))
        self._rows.extend(self._snapshot(AFTER))
        return self._rows

    def _snapshot(self, when: str) -> list[Row]:
        rows = [condition(gauge.name, gauge.read(), gauge.source, when) for gauge in self._gauges]
        if hasattr(os, "getloadavg"):
            rows.append(condition("load_1min", round(os.getloadavg()[0], 2), "getloadavg", when))
        limit = mac_speed_limit() if self._mac else None
        rows.append(condition("cpu_speed_limit_percent", limit, "pmset -g therm", when))
        return [row for row in rows if row["value"] is not None]

    def _standing(self) -> list[Row]:
        available = _available_kib(self._root)
        source = "pmset -g batt" if self._mac else "/sys/class/power_supply"
        rows = [
            condition("power_source", power_source(self._root), source, BEFORE),
            condition("memory_available_bytes", available and available * _KIBI, "/proc/meminfo", BEFORE),
            condition("energy_unknown", rapl_refused(self._root), "/sys/class/powercap", BEFORE),
            condition("cpus", _usable_cpus(), "sched_getaffinity"),
        ]
        return [row for row in rows if row["value"] is not None]

    def _shares(self) -> list[Row]:
        now, before = cpu_time(self._root), self._cpu
        if now is None or before is None or now.total - before.total < _SHORTEST_S:
            return []
        total = now.total - before.total
        others = max(0.0, (now.busy - before.busy) - (now.own - before.own))
        steal = max(0.0, now.steal - before.steal)
        return [
            condition("cpu_others_percent", [_percent(others, total)] * 2, "/proc/stat", DURING),
            condition("cpu_steal_percent", [_percent(steal, total)] * 2, "/proc/stat", DURING),
        ]

    def _throttle_state(self) -> tuple[Any, ...]:
        count = throttle_count(self._root)
        told = pi_throttled(self._root) if self._pi else None
        bits = told[0] if told else None
        held_back = self._gpu.held_back_by() if self._gpu else None
        if count is not None:
            self._throttle_sources.add("/sys/devices/system/cpu/*/thermal_throttle")
            if self._throttle and self._throttle[0] != count:
                self._reasons.add("processor's heat")
        if told is not None:
            self._throttle_sources.add(told[1])
            self._reasons.update(reason for bit, reason in _PI_BITS.items() if told[0] & bit)
        if held_back is not None:
            self._throttle_sources.add("NVML")
            self._reasons.update(held_back)
        return count, bits, held_back


def _host_gauges(root: Path) -> list[_Gauge]:
    return [
        _Gauge("cpu_frequency_mhz", "cpufreq or /proc/cpuinfo", lambda: frequency_mhz(root)),
        _Gauge("cpu_temperature_c", "/sys/class/thermal or hwmon", lambda: temperature_c(root)),
    ]


def _gpu_gauges(gpu: NvidiaGpu) -> list[_Gauge]:
    def capped() -> float | None:
        told = gpu.power_capped()
        return None if told is None else float(told)

    return [
        _Gauge("gpu_temperature_c", "NVML", gpu.temperature_c),
        _Gauge("gpu_clock_mhz", "NVML", gpu.clock_mhz),
        _Gauge("gpu_power_w", "NVML", gpu.power_w),
        _Gauge("gpu_power_capped", "NVML", capped),
    ]


def _available_kib(root: Path) -> int | None:
    for line in (read(root / "proc/meminfo") or "").splitlines():
        if line.startswith("MemAvailable:"):
            told = number(line.split()[1])
            return None if told is None else int(told)
    return None


def _usable_cpus() -> int | None:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _percent(part: float, total: float) -> float:
    return round(part / total * _PERCENT, 1)
