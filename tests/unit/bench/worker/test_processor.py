from pathlib import Path

import pytest

from envkb.bench.worker.processor import cpu_time, frequency_mhz, temperature_c, throttle_count


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def test_time_is_told_apart_by_who_had_it(tmp_path: Path) -> None:
    root = write(tmp_path, {"proc/stat": "cpu  300 0 100 500 50 0 10 40 7 0\ncpu0 1 2 3\n"})
    told = cpu_time(root)
    assert told is not None
    assert (told.total, told.busy, told.steal) == pytest.approx((10.0, 4.1, 0.4))
    assert told.own > 0


@pytest.mark.parametrize("text", ["", "cpu 1 2 3\n", "intr 1 2 3 4 5 6 7 8 9\n"])
def test_a_kernel_that_does_not_tell_gives_none(tmp_path: Path, text: str) -> None:
    assert cpu_time(write(tmp_path, {"proc/stat": text})) is None


def test_the_clock_is_the_mean_of_all_processors(tmp_path: Path) -> None:
    cpus = "sys/devices/system/cpu"
    files = {
        f"{cpus}/cpu{number}/cpufreq/scaling_cur_freq": f"{clock}\n" for number, clock in ((0, 1500000), (1, 2500000))
    }
    assert frequency_mhz(write(tmp_path, files)) == 2000.0


def test_without_cpufreq_the_clock_is_in_cpuinfo(tmp_path: Path) -> None:
    root = write(tmp_path, {"proc/cpuinfo": "model name\t: X\ncpu MHz\t\t: 2600.5\n\ncpu MHz\t\t: 2599.5\n"})
    assert frequency_mhz(root) == 2600.0


def test_an_arm_without_cpufreq_has_no_clock(tmp_path: Path) -> None:
    assert frequency_mhz(write(tmp_path, {"proc/cpuinfo": "processor\t: 0\nBogoMIPS\t: 108.00\n"})) is None


def test_the_hottest_part_counts(tmp_path: Path) -> None:
    zones = "sys/class/thermal"
    monitor = "sys/class/hwmon/hwmon3"
    root = write(
        tmp_path,
        {
            f"{zones}/thermal_zone0/type": "x86_pkg_temp\n",
            f"{zones}/thermal_zone0/temp": "52000\n",
            f"{zones}/thermal_zone1/type": "iwlwifi_1\n",
            f"{zones}/thermal_zone1/temp": "90000\n",
            f"{monitor}/name": "coretemp\n",
            f"{monitor}/temp2_input": "61500\n",
            f"{monitor}/temp3_input": "broken\n",
        },
    )
    assert temperature_c(root) == 61.5


def test_a_machine_without_thermometers_has_no_temperature(tmp_path: Path) -> None:
    assert temperature_c(tmp_path) is None


def test_throttling_is_counted_over_all_cores(tmp_path: Path) -> None:
    cpu = "sys/devices/system/cpu/cpu{}/thermal_throttle/{}_throttle_count"
    counts = {cpu.format(0, "core"): "3\n", cpu.format(0, "package"): "2\n", cpu.format(1, "core"): "1\n"}
    assert throttle_count(write(tmp_path, counts)) == 6


def test_a_machine_that_does_not_count_throttling_gives_none(tmp_path: Path) -> None:
    assert throttle_count(tmp_path) is None
