from envkb.capture.probes import cpu_clocks
from host_probing import APPLE_M4_SYSCTL, BIG_LITTLE_LSCPU, absent, seen, x86_cpuinfo

CPU = "/sys/devices/system/cpu/"
FREQUENCY = CPU + "cpu0/cpufreq/"


def test_the_fastest_kind_of_core_sets_the_maximum() -> None:
    told = seen({"lscpu": BIG_LITTLE_LSCPU}, cpu_clocks.probe)

    assert told.value("cpu", "max_mhz") == 2256.0
    assert told.value("cpu", "min_mhz") == 408.0


def test_scaling_is_no_clock_and_a_comma_is_a_decimal_mark() -> None:
    told = seen({"lscpu": "CPU(s) scaling MHz:  45%\nCPU max MHz:  1479,0000\n"}, cpu_clocks.probe)

    assert told.values("cpu") == {"max_mhz": 1479.0}


def test_the_kernels_files_tell_clocks_in_kilohertz() -> None:
    texts = {
        FREQUENCY + "cpuinfo_max_freq": "4700000\n",
        FREQUENCY + "cpuinfo_min_freq": "400000\n",
        FREQUENCY + "base_frequency": "2800000\n",
        FREQUENCY + "scaling_max_freq": "3000000\n",
        FREQUENCY + "scaling_governor": "powersave\n",
        FREQUENCY + "scaling_driver": "intel_pstate\n",
        CPU + "intel_pstate/no_turbo": "0\n",
    }

    assert seen(texts, cpu_clocks.probe).values("cpu") == {
        "base_mhz": 2800.0,
        "governor": "powersave",
        "limit_mhz": 3000.0,
        "max_mhz": 4700.0,
        "min_mhz": 400.0,
        "scaling_driver": "intel_pstate",
        "turbo": True,
    }


def test_the_table_of_all_cpus_wins_over_the_first_cpu() -> None:
    cpus = [
        {"cpu": 0, "max_khz": "1800000", "governor": "schedutil"},
        {"cpu": 4, "max_khz": "2400000", "governor": "performance"},
    ]
    texts = {"kb:cpu-topology": {"cpus": cpus}, FREQUENCY + "cpuinfo_max_freq": "1800000\n"}

    told = seen(texts, cpu_clocks.probe)

    assert told.value("cpu", "max_mhz") == 2400.0
    assert told.value("cpu", "governor") == "performance + schedutil"


def test_a_clock_in_the_models_name_is_the_base_clock() -> None:
    text = x86_cpuinfo(name="Intel(R) Xeon(R) CPU E5-2690 v3 @ 2.60GHz")

    told = seen({"/proc/cpuinfo": text}, cpu_clocks.probe)

    assert told.value("cpu", "base_mhz") == 2600.0
    assert told.value("cpu", "current_mhz") == 2001.0


def test_a_virtual_machine_without_clocks_says_so_and_states_no_zero() -> None:
    broken = absent(FREQUENCY + "scaling_driver", FREQUENCY + "cpuinfo_max_freq", CPU + "cpufreq/boost")

    told = seen({}, cpu_clocks.probe, broken=broken)

    assert told.value("cpu", "max_mhz") is None
    for name in ("max_mhz", "governor", "turbo"):
        assert told.why("cpu", name)[0] == "not_applicable"


def test_boost_of_other_makers_is_turbo_too() -> None:
    assert seen({CPU + "cpufreq/boost": "0\n"}, cpu_clocks.probe).value("cpu", "turbo") is False
    assert seen({"lscpu": "Frequency boost: enabled\n"}, cpu_clocks.probe).value("cpu", "turbo") is True


def test_a_mac_says_that_it_tells_no_clocks() -> None:
    told = seen({"sysctl hw": APPLE_M4_SYSCTL}, cpu_clocks.probe)

    assert told.why("cpu", "max_mhz") == ("not_applicable", "macOS does not tell it")
