"""Energy, where the machine can tell it: counters that run by themselves, and power that must be asked for."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Callable, NamedTuple

from envkb.bench.worker.nvml import NvidiaGpu
from envkb.bench.worker.texts import number, read

_MICRO = 1e6
_BETWEEN_READINGS_S = 0.1
_FEWEST_READINGS = 3
NVML_ENERGY = "NVML total energy"
NVML_SHORTEST_S = 0.5


class Energy(NamedTuple):
    """Energy of one iteration, with what the machine draws anyway.

    Attributes:
        joules: The energy.
        instrument: What told it.
    """

    joules: float
    instrument: str


class Meter:
    """Counters that are read before and after the samples."""

    def __init__(self, root: Path, gpu: NvidiaGpu | None) -> None:
        """Take the machine's own counters, and those of the GPU that does the work."""
        self._root = root
        self._gpu = gpu
        self._rapl: list[tuple[float, float]] = []
        self._nvml: float | None = None

    def start(self) -> None:
        """Read the counters for the first time."""
        self._rapl = _rapl(self._root)
        self._nvml = self._gpu.energy_j() if self._gpu else None

    def energies(self, window_s: float, iterations: int) -> list[Energy]:
        """Read the counters again.

        Args:
            window_s: Seconds since the first reading.
            iterations: What was done in that time.
        """
        used = [
            (self._rapl_used(), 0.05, "RAPL powercap, packages"),
            (self._nvml_used(), NVML_SHORTEST_S, NVML_ENERGY),
        ]
        return [
            Energy(joules / iterations, instrument)
            for joules, shortest_s, instrument in used
            # A counter that moves ten times a second tells nothing of a shorter time.
            if joules is not None and joules > 0 and window_s >= shortest_s
        ]

    def _rapl_used(self) -> float | None:
        now = _rapl(self._root)
        if not now or len(now) != len(self._rapl):
            return None
        # A counter that reached its end begins again at 0.
        used = [(after - before) % (size + 1) for (before, size), (after, _) in zip(self._rapl, now)]
        return sum(used) / _MICRO

    def _nvml_used(self) -> float | None:
        now = self._gpu.energy_j() if self._gpu else None
        return None if now is None or self._nvml is None else now - self._nvml


def _rapl(root: Path) -> list[tuple[float, float]]:
    """Return counter and range in microjoules of every package; the system may keep them for its administrator."""
    found = []
    for folder in sorted((root / "sys/class/powercap").glob("intel-rapl:*")):
        # Others are parts of a package, or the whole platform, which packages are parts of.
        if not (read(folder / "name") or "").startswith("package"):
            continue
        counter, size = number(read(folder / "energy_uj")), number(read(folder / "max_energy_range_uj"))
        if counter is not None and size is not None:
            found.append((counter, size))
    return found


def rapl_refused(root: Path) -> str | None:
    """Return why counters that are there tell nothing, None where they do, or where there are none."""
    counters = sorted((root / "sys/class/powercap").glob("intel-rapl:*/energy_uj"))
    if not counters or any(os.access(counter, os.R_OK) for counter in counters):
        return None
    return "RAPL counters may be read by the administrator alone"


def metered_by_counter(
    run: Callable[[], int], read_j: Callable[[], float | None], instrument: str, seconds: float
) -> Energy | None:
    """Return the energy of an iteration by a counter that is too slow for the samples: the work goes on for longer.

    Args:
        run: Does some work and returns the number of iterations.
        read_j: Reads the counter.
        instrument: What it reads.
        seconds: How long to go on.
    """
    before = read_j()
    if before is None:
        return None
    iterations, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        iterations += run()
    after = read_j()
    return None if after is None or after <= before else Energy((after - before) / iterations, instrument)


def metered_by_power(
    run: Callable[[], int], read_power_w: Callable[[], float | None], instrument: str, seconds: float
) -> Energy | None:
    """Return the energy of an iteration from readings of the power while the work goes on.

    Args:
        run: Does some work and returns the number of iterations.
        read_power_w: Reads the power.
        instrument: What it reads.
        seconds: How long to go on.
    """
    readings: list[float] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_BETWEEN_READINGS_S):
            power = read_power_w()
            if power is not None:
                readings.append(power)

    reader = threading.Thread(target=watch, daemon=True)
    iterations, begin = 0, time.perf_counter()
    reader.start()
    try:
        while time.perf_counter() - begin < seconds:
            iterations += run()
        elapsed_s = time.perf_counter() - begin
    finally:
        over.set()
        reader.join()
    if len(readings) < _FEWEST_READINGS:
        return None
    joules = sum(readings) / len(readings) * elapsed_s / iterations
    return Energy(joules, f"{instrument}, mean of {len(readings)} readings")
