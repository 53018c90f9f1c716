import ctypes
import os
from pathlib import Path

import pytest

from envkb.bench.worker.energy import Meter, metered_by_counter, metered_by_power, rapl_refused
from envkb.bench.worker.nvml import NvidiaGpu


class Gpu(NvidiaGpu):
    """A GPU whose counter a test sets."""

    def __init__(self, joules: float | None) -> None:
        super().__init__(None, ctypes.c_void_p())
        self.joules = joules

    def energy_j(self) -> float | None:
        return self.joules


def package(
    root: Path, microjoules: int, name: str = "intel-rapl:0", largest: int = 1_000_000, part: str = "package-0"
) -> None:
    folder = root / "sys/class/powercap" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "name").write_text(f"{part}\n")
    (folder / "energy_uj").write_text(f"{microjoules}\n")
    (folder / "max_energy_range_uj").write_text(f"{largest}\n")


def started(root: Path, gpu: Gpu | None) -> Meter:
    meter = Meter(root, gpu)
    meter.start()
    return meter


def test_rapl_is_shared_among_iterations(tmp_path: Path) -> None:
    package(tmp_path, 100_000)
    meter = started(tmp_path, None)
    package(tmp_path, 600_000)
    (energy,) = meter.energies(window_s=1.0, iterations=5)
    assert energy.joules == pytest.approx(0.1)
    assert "RAPL" in energy.instrument


def test_packages_are_added_and_their_parts_are_not(tmp_path: Path) -> None:
    # A laptop's kernel has the whole platform beside its packages, at the same level.
    parts = {"0": "package-0", "1": "package-1", "0:0": "core", "0:1": "dram", "2": "psys"}
    for number, part in parts.items():
        package(tmp_path, 0, f"intel-rapl:{number}", part=part)
    meter = started(tmp_path, None)
    for number, part in parts.items():
        package(tmp_path, 500_000, f"intel-rapl:{number}", part=part)
    assert meter.energies(1.0, 1)[0].joules == pytest.approx(1.0)


def test_a_counter_that_began_again_is_no_negative_energy(tmp_path: Path) -> None:
    package(tmp_path, 900_000)
    meter = started(tmp_path, None)
    package(tmp_path, 100_000)
    assert meter.energies(1.0, 1)[0].joules == pytest.approx(0.2, rel=1e-4)


def test_a_machine_without_counters_has_no_energy(tmp_path: Path) -> None:
    assert started(tmp_path, None).energies(1.0, 1) == []


def test_the_counter_of_a_gpu_is_named(tmp_path: Path) -> None:
    gpu = Gpu(10.0)
    meter = started(tmp_path, gpu)
    gpu.joules = 60.0
    (energy,) = meter.energies(window_s=1.0, iterations=10)
    assert energy.joules == pytest.approx(5.0)
    assert "NVML" in energy.instrument


@pytest.mark.parametrize(("before", "after"), [(None, None), (10.0, None), (10.0, 10.0)])
def test_a_gpu_that_does_not_count_has_no_energy(tmp_path: Path, before: float | None, after: float | None) -> None:
    gpu = Gpu(before)
    meter = started(tmp_path, gpu)
    gpu.joules = after
    assert meter.energies(1.0, 1) == []


def test_a_slow_counter_tells_nothing_of_a_short_time(tmp_path: Path) -> None:
    gpu = Gpu(0.0)
    meter = started(tmp_path, gpu)
    gpu.joules = 1.0
    assert meter.energies(window_s=0.1, iterations=1) == []


def test_power_is_read_while_the_work_goes_on() -> None:
    energy = metered_by_power(lambda: 1, lambda: 5.0, "a meter", seconds=0.6)
    assert energy is not None
    assert energy.joules > 0
    assert energy.instrument.startswith("a meter, mean of ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_counters_that_only_root_may_read_are_said_to_be_so(tmp_path: Path) -> None:
    package(tmp_path, 5)
    assert rapl_refused(tmp_path) is None
    (tmp_path / "sys/class/powercap/intel-rapl:0/energy_uj").chmod(0)
    assert started(tmp_path, None).energies(1.0, 1) == []
    assert "administrator" in str(rapl_refused(tmp_path))


def test_a_machine_without_counters_refuses_none(tmp_path: Path) -> None:
    assert rapl_refused(tmp_path) is None


def test_the_work_goes_on_for_a_counter_that_is_slow() -> None:
    gpu = Gpu(10.0)
    done: list[int] = []

    def run() -> int:
        done.append(3)
        gpu.joules = 10.0 + 6.0 * len(done)
        return 3

    energy = metered_by_counter(run, gpu.energy_j, "a counter", seconds=0.02)
    assert energy is not None
    assert energy.joules == pytest.approx(2.0)


@pytest.mark.parametrize("joules", [None, 10.0])
def test_a_counter_that_stands_still_tells_nothing(joules: float | None) -> None:
    assert metered_by_counter(lambda: 1, Gpu(joules).energy_j, "a counter", seconds=0.01) is None


def test_too_few_readings_are_no_energy() -> None:
    assert metered_by_power(lambda: 1, lambda: None, "a meter", seconds=0.3) is None
