import pytest

from envkb.capture.probes import cpu
from envkb.capture.snapshot import Source
from host_probing import APPLE_M4_SYSCTL, BIG_LITTLE_LSCPU, RASPBERRY_PI_5_CPUINFO, seen, x86_cpuinfo

WMIC = "Caption=Intel64 Family 6 Model 69 Stepping 1\nManufacturer=GenuineIntel\nName=Intel(R) Core(TM) i5-4300U CPU\n"


def test_an_x86_server_is_named_by_its_own_text() -> None:
    told = seen({"/proc/cpuinfo": x86_cpuinfo()}, cpu.probe)

    assert told.value("cpu", "model") == "Intel(R) Xeon(R) Platinum 8480+"
    assert told.value("cpu", "vendor") == "GenuineIntel"
    assert told.value("cpu", "vendor_name") == "Intel"
    assert told.value("cpu", "architecture") == "x86_64"
    assert told.value("cpu", "isa_level") == "x86-64-v4"
    assert told.value("cpu", "microcode") == "0x2b000603"
    assert told.value("cpu", "address_virtual_bits") == 57
    assert "amx_bf16" in told.value("cpu", "ml_features")


@pytest.mark.parametrize(("missing", "level"), [("avx512vl", "x86-64-v3"), ("fma", "x86-64-v2"), ("popcnt", "x86-64")])
def test_one_missing_feature_lowers_the_level(missing: str, level: str) -> None:
    text = x86_cpuinfo().replace(f" {missing} ", " ")

    assert seen({"/proc/cpuinfo": text}, cpu.probe).value("cpu", "isa_level") == level


def test_an_arm_core_without_a_name_is_named_by_its_part_number() -> None:
    told = seen({"/proc/cpuinfo": RASPBERRY_PI_5_CPUINFO}, cpu.probe)

    assert told.value("cpu", "model") == "Cortex-A76"
    assert told.value("cpu", "vendor") == "ARM"
    assert told.value("cpu", "parts") == ["0xd0b"]
    assert told.value("cpu", "core_types") == ["Cortex-A76"]


def test_lscpus_name_wins_over_the_kernels_generic_one() -> None:
    texts = {
        "/proc/cpuinfo": "processor : 0\nmodel name : ARMv7 Processor rev 3 (v7l)\nCPU implementer : 0x41\n",
        "lscpu": "Architecture: armv7l\nModel name: Cortex-A72\n",
    }

    fact = seen(texts, cpu.probe).facts["cpu", "model"]

    assert (fact.value, fact.source) == ("Cortex-A72", "lscpu")


def test_several_kinds_of_core_make_one_model_and_are_counted() -> None:
    parts = ("0xd05", "0xd05", "0xd0b", "0xd0b")
    text = "".join(
        f"processor : {number}\nCPU implementer : 0x41\nCPU part : {part}\n\n" for number, part in enumerate(parts)
    )

    assert seen({"lscpu": BIG_LITTLE_LSCPU}, cpu.probe).value("cpu", "model") == "Cortex-A55 + Cortex-A76"
    assert seen({"/proc/cpuinfo": text}, cpu.probe).value("cpu", "cores_by_type") == [
        "2 x Cortex-A55",
        "2 x Cortex-A76",
    ]


def test_a_mac_is_read_from_sysctl() -> None:
    told = seen({"sysctl hw machdep.cpu": APPLE_M4_SYSCTL}, cpu.probe)

    assert told.value("cpu", "model") == "Apple M4"
    assert told.value("cpu", "vendor") == "Apple"
    assert told.value("cpu", "architecture") == "aarch64"
    assert told.value("cpu", "ml_features") == ["FEAT_BF16", "FEAT_DotProd", "FEAT_SME2"]


def test_a_mac_is_read_from_its_hardware_overview_alone() -> None:
    row = {"chip_type": "Apple M2 Pro", "number_processors": "proc 12:8:4", "physical_memory": "32 GB"}

    told = seen({"system_profiler -json SPHardwareDataType": {"SPHardwareDataType": [row]}}, cpu.probe)

    assert told.value("cpu", "model") == "Apple M2 Pro"


def test_windows_is_read_from_wmic() -> None:
    told = seen({"wmic cpu get /format:list": WMIC}, cpu.probe)

    assert told.value("cpu", "model") == "Intel(R) Core(TM) i5-4300U CPU"
    assert told.value("cpu", "vendor_name") == "Intel"


def test_a_risc_v_core_keeps_its_number_as_vendor_and_gets_a_name_beside() -> None:
    told = seen({"lscpu": "Architecture: riscv64\nVendor ID: 0x489\nModel name: sifive,u74-mc\n"}, cpu.probe)

    assert told.value("cpu", "vendor") == "0x489"
    assert told.value("cpu", "vendor_name") == "SiFive"


@pytest.mark.parametrize("name", ["-", "unknown", "Not Specified"])
def test_a_placeholder_is_no_model(name: str) -> None:
    told = seen({"lscpu": f"Model name: {name}\nBIOS Model name: {name}\n"}, cpu.probe)

    assert told.value("cpu", "model") is None
    assert told.value("cpu", "bios_model") is None


def test_a_missing_cpu_says_what_was_tried() -> None:
    broken = (
        Source("lscpu", status="timeout", reason="no answer within 3 s"),
        Source("/proc/cpuinfo", status="absent"),
    )

    told = seen({}, cpu.probe, broken=broken)

    assert told.why("cpu", "model") == ("timeout", "no answer within 3 s")
