import ctypes
from pathlib import Path
from typing import Any

import pytest

from envkb.bench.worker.nvml import NvidiaGpu
from envkb.bench.worker.watch import Watch

CPU = "sys/devices/system/cpu/cpu0"


class Gpu(NvidiaGpu):
    """A GPU whose instruments a test sets."""

    def __init__(self) -> None:
        super().__init__(None, ctypes.c_void_p())
        self.clock: float | None = 1980.0
        self.reasons: list[str] | None = []

    def clock_mhz(self) -> float | None:
        return self.clock

    def held_back_by(self) -> list[str] | None:
        return self.reasons

    def temperature_c(self) -> float | None:
        return 50.0

    def power_w(self) -> float | None:
        return None

    def power_capped(self) -> bool | None:
        return True


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def values(rows: list[dict[str, Any]], name: str) -> dict[str | None, Any]:
    return {row["when"]: row["value"] for row in rows if row["name"] == name}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "proc/meminfo", "MemTotal: 8 kB\nMemAvailable:    4 kB\n")
    write(tmp_path, f"{CPU}/cpufreq/scaling_cur_freq", "1000000")
    return tmp_path


def test_what_changes_is_told_before_during_and_after(root: Path) -> None:
    watch = Watch(root)
    watch.begin()
    watch.start()
    for clock in ("3000000", "2000000"):
        write(root, f"{CPU}/cpufreq/scaling_cur_freq", clock)
        assert watch.objection() is None
    rows = watch.end()
    assert values(rows, "cpu_frequency_mhz") == {"before": 1000.0, "during": [2000.0, 3000.0], "after": 2000.0}


def test_every_row_names_its_source(root: Path) -> None:
    watch = Watch(root)
    watch.begin()
    watch.start()
    watch.objection()
    assert all(row["source"] for row in watch.end())


def test_what_nothing_tells_is_left_out(root: Path) -> None:
    watch = Watch(root)
    watch.begin()
    watch.start()
    names = {row["name"] for row in watch.end()}
    assert not names & {"cpu_temperature_c", "throttled", "gpu_clock_mhz", "cpu_steal_percent", "power_source"}
    assert {"memory_available_bytes", "cpus", "load_1min"} <= names


def test_other_programs_and_steal_are_shares_of_all_processors(root: Path) -> None:
    write(root, "proc/stat", "cpu  0 0 0 0 0 0 0 0 0 0\n")
    watch = Watch(root)
    watch.begin()
    watch.start()
    write(root, "proc/stat", "cpu  5000 0 0 3000 0 0 0 2000 0 0\n")
    rows = watch.end()
    assert values(rows, "cpu_steal_percent")["during"] == [20.0, 20.0]
    assert values(rows, "cpu_others_percent")["during"][0] == pytest.approx(50.0, abs=1.0)


def test_a_share_of_too_short_a_time_is_not_told(root: Path) -> None:
    write(root, "proc/stat", "cpu  0 0 0 0 0 0 0 0 0 0\n")
    watch = Watch(root)
    watch.begin()
    watch.start()
    write(root, "proc/stat", "cpu  1 0 0 1 0 0 0 0 0 0\n")
    assert values(watch.end(), "cpu_steal_percent") == {}


def test_a_sample_in_which_the_processor_held_itself_back_is_objected_to(root: Path) -> None:
    counter = f"{CPU}/thermal_throttle/core_throttle_count"
    write(root, counter, "3")
    watch = Watch(root)
    watch.begin()
    watch.start()
    assert watch.objection() is None
    write(root, counter, "4")
    assert "hold itself back" in str(watch.objection())
    assert watch.objection() is None
    rows = watch.end()
    assert values(rows, "throttled") == {"during": True}
    assert values(rows, "throttled_by") == {"during": ["processor's heat"]}


def test_a_processor_that_was_never_held_back_says_so(root: Path) -> None:
    write(root, f"{CPU}/thermal_throttle/core_throttle_count", "3")
    watch = Watch(root)
    watch.begin()
    watch.start()
    watch.objection()
    assert values(watch.end(), "throttled") == {"during": False}


def test_a_board_that_is_held_back_all_the_time_is_not_objected_to(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vcgencmd").write_text("#!/bin/sh\necho throttled=0xe000e\n")
    (tmp_path / "vcgencmd").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    watch = Watch(root)
    watch.begin()
    watch.start()
    assert watch.objection() is None
    rows = watch.end()
    assert values(rows, "throttled") == {"during": True}
    assert values(rows, "throttled_by")["during"] == ["frequency capped", "soft temperature limit", "throttled"]


def test_a_gpu_is_watched_too(root: Path) -> None:
    gpu = Gpu()
    watch = Watch(root, gpu)
    watch.begin()
    watch.start()
    gpu.clock, gpu.reasons = 1200.0, ["hardware thermal slowdown"]
    assert watch.objection() is not None
    rows = watch.end()
    assert values(rows, "gpu_clock_mhz") == {"before": 1980.0, "during": [1200.0, 1200.0], "after": 1200.0}
    assert values(rows, "gpu_power_w") == {}
    assert values(rows, "throttled_by") == {"during": ["hardware thermal slowdown"]}
