import pytest

from envkb.capture.probes import power
from host_probing import seen

SUPPLIES = "/sys/class/power_supply/"
ZONE = "/sys/class/thermal/thermal_zone0/"


def supply(name: str, **fields: str) -> dict[str, str]:
    return {f"{SUPPLIES}{name}/{field}": f"{text}\n" for field, text in fields.items()}


def test_a_laptop_on_its_battery_says_so() -> None:
    texts = {
        **supply("AC", type="Mains", online="0"),
        **supply("BAT0", type="Battery", status="Discharging", capacity="81"),
    }

    assert seen(texts, power.probe).values("power") == {
        "batteries": 1,
        "battery_percent": 81,
        "battery_status": "Discharging",
        "source": "battery",
    }


def test_a_laptop_on_the_mains_says_so() -> None:
    texts = {
        **supply("AC", type="Mains", online="1"),
        **supply("BAT0", type="Battery", status="Charging", capacity="81"),
    }

    assert seen(texts, power.probe).value("power", "source") == "mains"


def test_the_battery_of_a_mouse_does_not_feed_the_machine() -> None:
    texts = supply("hidpp_battery_0", type="Battery", status="Discharging", capacity="50")

    told = seen(texts, power.probe)

    assert told.value("power", "batteries") == 0
    assert told.value("power", "source") is None


def test_a_server_has_no_power_supply_to_ask() -> None:
    told = seen({}, power.probe)

    assert told.why("power", "source") == ("absent", "the kernel lists no battery and no power supply")
    assert told.why("thermal", "zones") == ("absent", "the system shows no temperature")


def test_a_macbook_tells_by_pmset() -> None:
    batt = "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1234)\t76%; discharging; 5:12 remaining\n"
    therm = "CPU_Scheduler_Limit \t= 100\nCPU_Speed_Limit \t= 62\n"

    told = seen({"pmset -g batt": batt, "pmset -g therm": therm}, power.probe).values("power")

    assert told == {
        "battery_percent": 76,
        "battery_status": "discharging",
        "cpu_speed_limit_percent": 62,
        "source": "battery",
    }


@pytest.mark.parametrize(
    ("milli", "celsius"), [("54768", 54.768), ("-274000", None), ("0", None), ("200000", None), ("x", None)]
)
def test_a_sensor_that_is_not_wired_tells_no_temperature(milli: str, celsius: float | None) -> None:
    told = seen({ZONE + "type": "cpu-thermal\n", ZONE + "temp": f"{milli}\n"}, power.probe)

    assert told.value("thermal/0", "kind") == "cpu-thermal"
    assert told.value("thermal/0", "temperature_c") == celsius


def test_the_power_limits_of_a_package_are_in_watts() -> None:
    folder = "/sys/class/powercap/intel-rapl:0/"
    texts = {
        folder + "constraint_0_power_limit_uw": "125000000\n",
        folder + "constraint_1_power_limit_uw": "253000000\n",
        "/sys/class/powercap/intel-rapl:0:0/constraint_0_power_limit_uw": "0\n",
    }

    assert seen(texts, power.probe).values("power/package-0") == {
        "long_term_limit_w": 125.0,
        "short_term_limit_w": 253.0,
    }


def test_a_raspberry_pi_that_was_throttled_once_says_by_what() -> None:
    told = seen({"vcgencmd get_throttled": "throttled=0x50000\n"}, power.probe).values("power")

    assert told == {
        "throttled": False,
        "throttled_bits": "0x50000",
        "throttled_since_boot": True,
        "throttled_since_boot_by": ["under-voltage", "throttled"],
    }
