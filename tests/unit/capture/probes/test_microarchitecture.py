from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from envkb.capture.probes import microarchitecture
from envkb.capture.probes.microarchitecture_models import amd_core, intel_core
from envkb.capture.probes.microarchitecture_targets import best_target, is_known
from host_probing import APPLE_M4_SYSCTL, BIG_LITTLE_LSCPU, RASPBERRY_PI_5_CPUINFO, seen, x86_cpuinfo

HASWELL_FLAGS = (
    "fpu vme sse sse2 ht syscall nx lm pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c "
    "rdrand lahf_lm abm fsgsbase bmi1 avx2 bmi2 mmx"
)
ARCHSPEC = find_spec("archspec")
MACHINES = Path(ARCHSPEC.origin or "").parent / "json/tests/targets" if ARCHSPEC else Path()
# The text alone does not tell the byte order; and a Haswell stays one with some of its features switched off.
BETTER = {"linux-centos7-power8le": "power8", "linux-rhel7-x86_64_v3": "haswell"}


def of(**texts: Any) -> Any:
    names = {"cpuinfo": "/proc/cpuinfo", "lscpu": "lscpu", "sysctl": "sysctl hw", "uname": "kb:uname"}
    return seen({names[name]: text for name, text in texts.items()}, microarchitecture.probe)


def test_number_and_flags_that_agree_make_one_fact() -> None:
    flags = x86_cpuinfo(flags=HASWELL_FLAGS, model=63, name="Intel(R) Xeon(R) CPU E5-2690 v3 @ 2.60GHz")

    fact = of(cpuinfo=flags).facts["cpu", "microarchitecture"]

    assert (fact.status, fact.value, fact.source) == ("ok", "haswell", "/proc/cpuinfo")


def test_amx_contradicts_a_name_that_knows_no_amx() -> None:
    # A hypervisor that masks one flag makes archspec say icelake of a CPU that multiplies matrices.
    fact = of(cpuinfo=x86_cpuinfo(model=106)).facts["cpu", "microarchitecture"]

    assert fact.status == "conflict"
    assert fact.value == [
        {"source": "/proc/cpuinfo#model", "value": "icelake"},
        {"source": "/proc/cpuinfo#flags", "value": "icelake"},
        {"source": "/proc/cpuinfo#amx_tile", "value": "sapphirerapids"},
    ]


def test_a_masked_flag_makes_number_and_flags_disagree() -> None:
    told = of(cpuinfo=x86_cpuinfo())

    values = {row["source"]: row["value"] for row in told.value("cpu", "microarchitecture")}

    assert values == {"/proc/cpuinfo#model": "sapphirerapids", "/proc/cpuinfo#flags": "icelake"}
    assert told.value("cpu", "codename") == "Sapphire Rapids"


def test_lscpu_alone_is_enough() -> None:
    lscpu = f"Vendor ID: GenuineIntel\nCPU family: 6\nModel: 60\nStepping: 3\nFlags: {HASWELL_FLAGS}\n"

    assert of(lscpu=lscpu).value("cpu", "microarchitecture") == "haswell"


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ({"cpuinfo": RASPBERRY_PI_5_CPUINFO}, "cortex_a76"),
        ({"lscpu": BIG_LITTLE_LSCPU}, "cortex_a55+cortex_a76"),
        ({"sysctl": APPLE_M4_SYSCTL}, "m4"),
        ({"sysctl": "machdep.cpu.brand_string: Apple M5 Max\n"}, "m5"),
        ({"sysctl": "machdep.cpu.brand_string: Apple processor\n"}, "m1"),
        ({"sysctl": "machdep.cpu.brand_string: Apple processor\nhw.cpufamily: -634136515\n"}, "m2"),
        ({"cpuinfo": "processor : 0\nCPU implementer : 0x61\nCPU part : 0x023\n"}, "m1"),
        ({"cpuinfo": "processor : 0\nCPU implementer : 0xc0\nCPU part : 0xac4\n"}, "ampere1a"),
        ({"cpuinfo": "processor : 0\nCPU implementer : 0x43\nCPU part : 0x0af\n"}, "thunderx2"),
        ({"cpuinfo": "processor : 0\ncpu : POWER9, altivec supported\n"}, "power9"),
        ({"cpuinfo": "processor : 0\ncpu : POWER9, altivec supported\n", "uname": {"machine": "ppc64le"}}, "power9le"),
        ({"cpuinfo": "processor : 0\nuarch : sifive,u74-mc\n"}, "u74mc"),
        ({"cpuinfo": "processor : 0\nmodel name : Spacemit(R) X60\n"}, "x60"),
        ({"cpuinfo": "processor : 0\nuarch : thead,c910\n"}, "c910"),
        ({"cpuinfo": "processor : 0\nModel Name : Loongson-3A6000\n"}, "la664"),
        ({"cpuinfo": "vendor_id : IBM/S390\nprocessor 0: version = 00,  machine = 3931\n"}, "z16"),
    ],
)
def test_other_makers_cores_are_named(texts: dict[str, Any], name: str) -> None:
    assert of(**texts).value("cpu", "microarchitecture") == name


@pytest.mark.parametrize(
    ("model", "stepping", "codename"),
    [
        (85, 4, "Skylake-SP"),
        (85, 7, "Cascade Lake"),
        (85, 11, "Cooper Lake"),
        (158, 9, "Kaby Lake"),
        (158, 13, "Coffee Lake"),
    ],
)
def test_the_stepping_decides_where_a_number_was_used_twice(model: int, stepping: int, codename: str) -> None:
    core = intel_core(model, stepping)

    assert core is not None
    assert core.codename == codename


@pytest.mark.parametrize(
    ("family", "model", "target"),
    [
        (23, 1, "zen"),
        (23, 49, "zen2"),
        (23, 113, "zen2"),
        (25, 33, "zen3"),
        (25, 97, "zen4"),
        (26, 68, "zen5"),
        (22, 0, "btver2"),
    ],
)
def test_amds_numbers_stand_for_generations(family: int, model: int, target: str) -> None:
    core = amd_core(family, model)

    assert core is not None
    assert core.target == target


def test_the_tables_spell_a_core_as_archspec_does_where_it_has_it() -> None:
    cores = [core for model in range(256) if (core := intel_core(model, 0))]
    cores += [core for family in range(15, 27) for model in range(256) if (core := amd_core(family, model))]

    assert {core.target for core in cores if not is_known(core.target)} == {
        "airmont",
        "bonnell",
        "btver1",
        "btver2",
        "clearwaterforest",
        "goldmont",
        "goldmont_plus",
        "grandridge",
        "icelake_client",
        "rocketlake",
        "sierraforest",
        "silvermont",
        "tremont",
    }


def test_an_older_relative_does_not_contradict_a_core_that_archspec_lacks() -> None:
    flags = "fpu vme sse sse2 ht syscall nx lm pni pclmulqdq ssse3 cx16 sse4_1 sse4_2 movbe popcnt aes lahf_lm mmx"

    told = of(cpuinfo=x86_cpuinfo(model=92, flags=flags, name="Intel(R) Celeron(R) CPU N3350 @ 1.10GHz"))

    assert told.value("cpu", "microarchitecture") == "goldmont"


def test_a_feature_that_firmware_switched_off_does_not_throw_a_cpu_back() -> None:
    assert best_target("GenuineIntel", frozenset(HASWELL_FLAGS.split()) - {"avx2"}) != "haswell"
    assert best_target("NobodyKnows", frozenset(HASWELL_FLAGS.split())) is None


def test_a_cpu_nobody_knows_has_no_microarchitecture() -> None:
    told = of(cpuinfo="processor : 0\nCPU implementer : 0x99\nCPU part : 0x001\n")

    assert told.why("cpu", "microarchitecture") == ("absent", "/proc/cpuinfo does not tell it")


@pytest.mark.parametrize(
    "machine", sorted(path.name for path in MACHINES.glob("*-*-*") if not path.name.startswith("windows")) or ["none"]
)
def test_archspecs_own_machines_come_out_as_archspec_says(machine: str) -> None:
    if machine == "none":
        pytest.skip("this archspec brings no machines")
    system, _, wanted = machine.split("-", 2)
    text = (MACHINES / machine).read_text("utf-8")

    fact = of(**{"sysctl" if system == "darwin" else "cpuinfo": text}).facts["cpu", "microarchitecture"]

    told = [row["value"] for row in fact.value] if fact.status == "conflict" else [fact.value]
    assert BETTER.get(machine, wanted) in told
