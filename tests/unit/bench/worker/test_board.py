from pathlib import Path

import pytest

from envkb.bench.worker.board import mac_speed_limit, pi_power_w, pi_throttled, power_source

RAILS = """\
  3V3_SYS_A current(1)=0.10000000A
  VDD_CORE_A current(7)=2.00000000A
  3V3_SYS_V volt(9)=3.30000000V
  VDD_CORE_V volt(15)=0.80000000V
  EXT5V_V volt(24)=5.10000000V
  BATT_V volt(25)=0.00000000V
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def prints(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")
    (folder / name).chmod(0o755)


def supply(root: Path, name: str, **files: str) -> None:
    folder = root / "sys/class/power_supply" / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(f"{text}\n")


@pytest.fixture
def linux(tmp_path: Path) -> Path:
    (tmp_path / "root/proc").mkdir(parents=True)
    return tmp_path / "root"


def test_a_plugged_in_machine_runs_on_mains(linux: Path) -> None:
    supply(linux, "AC", type="Mains", online="1")
    supply(linux, "BAT0", type="Battery", status="Charging")
    assert power_source(linux) == "mains"


def test_an_unplugged_machine_runs_on_its_battery(linux: Path) -> None:
    supply(linux, "AC", type="Mains", online="0")
    supply(linux, "BAT0", type="Battery", status="Discharging")
    assert power_source(linux) == "battery"


def test_the_battery_of_a_mouse_feeds_no_machine(linux: Path) -> None:
    supply(linux, "mouse", type="Battery", status="Discharging", scope="Device")
    assert power_source(linux) is None


def test_a_machine_that_does_not_tell_has_no_source(linux: Path) -> None:
    assert power_source(linux) is None


@pytest.mark.parametrize(("text", "source"), [("AC Power", "mains"), ("Battery Power", "battery")])
def test_macos_says_what_feeds_it(program: Path, text: str, source: str) -> None:
    prints(program, "pmset", f"Now drawing from '{text}'\n -InternalBattery-0 (id=1)\t80%; charged")
    assert power_source(program / "no-proc") == source


def test_macos_says_how_far_it_slows_down(program: Path) -> None:
    prints(program, "pmset", "CPU_Scheduler_Limit \t= 100\n\tCPU_Available_CPUs \t= 8\n\tCPU_Speed_Limit \t= 72")
    assert mac_speed_limit() == 72


def test_a_mac_that_notes_no_warning_has_no_limit(program: Path) -> None:
    prints(program, "pmset", "Note: No thermal warning level has been recorded")
    assert mac_speed_limit() is None


@pytest.mark.parametrize(("bits", "now"), [("0x0", 0), ("0x50005", 5), ("0x50000", 0)])
def test_only_what_holds_a_pi_back_now_counts(program: Path, bits: str, now: int) -> None:
    prints(program, "vcgencmd", f"throttled={bits}")
    assert pi_throttled(program) == (now, "vcgencmd get_throttled")


@pytest.mark.parametrize("soc", ["soc/soc:firmware", "soc@107c000000/soc@107c000000:firmware"])
@pytest.mark.parametrize(("bits", "now"), [("0", 0), ("50005", 5), ("0xe0008", 8)])
def test_the_kernels_file_tells_without_the_program(program: Path, soc: str, bits: str, now: int) -> None:
    folder = program / "sys/devices/platform" / soc
    folder.mkdir(parents=True)
    (folder / "get_throttled").write_text(f"{bits}\n")
    assert pi_throttled(program) == (now, "firmware get_throttled")


def test_the_power_of_a_pi_is_the_sum_over_rails_with_volts_and_amperes(program: Path) -> None:
    prints(program, "vcgencmd", RAILS)
    assert pi_power_w() == pytest.approx(3.3 * 0.1 + 0.8 * 2.0)


def test_older_firmware_spells_rails_shorter(program: Path) -> None:
    prints(program, "vcgencmd", "VDD_CORE_V=0.8000V\nVDD_CORE_A=1.5000A")
    assert pi_power_w() == pytest.approx(1.2)


def test_a_pi_4_tells_no_power(program: Path) -> None:
    prints(program, "vcgencmd", 'error=1 error_msg="Command not registered"')
    assert pi_power_w() is None


def test_other_machines_have_no_firmware_to_ask(program: Path) -> None:
    assert not (program / "vcgencmd").exists()
    assert pi_throttled(program) is None
    assert pi_power_w() is None
