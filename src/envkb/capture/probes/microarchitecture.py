"""Which microarchitecture the CPU has; a conflict where its numbers and its flags tell different ones."""

import re

from envkb.capture.probes.cpu_arm import core_name, core_target, is_core_name
from envkb.capture.probes.cpu_cpuinfo import CPUINFO
from envkb.capture.probes.cpu_lscpu import LSCPU
from envkb.capture.probes.cpu_sysctl import Sysctl
from envkb.capture.probes.cpu_texts import CpuTexts
from envkb.capture.probes.microarchitecture_models import apple_chip, loongson_core, s390x_machine
from envkb.capture.probes.microarchitecture_x86 import codename, readings
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.precedence import see_first
from envkb.capture.probes.quantities import whole
from envkb.capture.probes.reasons import explain
from envkb.capture.snapshot import Snapshot

_POWER = r"POWER(\d{1,2})"
_APPLE = r"Apple (M\d{1,2}|A\d{1,2})\b"


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note the microarchitecture, and the maker's name of the product line where its number is known."""
    texts = CpuTexts.of(snapshot)
    told = readings(texts)
    agreed = len({reading.target for reading in told}) == 1
    for target, source, part in told:
        # A conflict names what of a source each value rests on: both may come from /proc/cpuinfo.
        notes.see("cpu", "microarchitecture", target, source if agreed else f"{source}#{part}")
    see_first(
        notes,
        "cpu",
        "microarchitecture",
        _of_arm(texts),
        (_of_apple(texts.sysctl), texts.sysctl.source),
        (_apple_name(texts.mac.chip() or ""), texts.mac.source),
        _of_power(texts),
        _of_riscv(texts),
        (loongson_core(texts.cpuinfo.field("Model Name") or ""), CPUINFO),
        (loongson_core(texts.lscpu.field("Model name") or ""), LSCPU),
        _of_s390x(texts),
    )
    see_first(notes, "cpu", "codename", codename(texts) or (None, None))
    explain(snapshot, notes, "cpu", "microarchitecture", CPUINFO, LSCPU)


def _of_arm(texts: CpuTexts) -> tuple[str | None, str]:
    named = [core_name(cpu.get("CPU implementer"), cpu.get("CPU part")) for cpu in texts.cpuinfo.processors]
    targets = dict.fromkeys(core_target(name) for name in named if name)
    if targets:
        return "+".join(targets), CPUINFO
    models = [name for name in texts.lscpu.every("Model name") if is_core_name(name)]
    return "+".join(dict.fromkeys(core_target(name) for name in models)) or None, LSCPU


def _of_apple(sysctl: Sysctl) -> str | None:
    brand = sysctl.values.get("machdep.cpu.brand_string", "")
    if name := _apple_name(brand):
        return name
    family = whole(sysctl.values.get("hw.cpufamily"))
    chip = apple_chip(family) if family is not None else None
    # macOS 11 called the first of them so, before there was a second.
    return chip or ("m1" if brand == "Apple processor" else None)


def _apple_name(brand: str) -> str | None:
    found = re.search(_APPLE, brand)
    return found[1].lower() if found else None


def _of_power(texts: CpuTexts) -> tuple[str | None, str]:
    architecture = texts.architecture()
    little = "le" if architecture and architecture[0] == "ppc64le" else ""
    for text, source in ((texts.cpuinfo.field("cpu"), CPUINFO), (texts.lscpu.field("Model name"), LSCPU)):
        if found := re.search(_POWER, text or ""):
            return f"power{found[1]}{little}", source
    return None, CPUINFO


def _of_riscv(texts: CpuTexts) -> tuple[str | None, str]:
    for text, source in (
        (texts.cpuinfo.field("uarch"), CPUINFO),
        (texts.cpuinfo.field("model name"), CPUINFO),
        (texts.lscpu.field("Model name"), LSCPU),
    ):
        told = (text or "").lower()
        if told == "spacemit(r) x60":
            return "x60", source
        maker, comma, core = told.partition(",")
        if comma and maker.isalnum() and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", core):
            return core.replace("-", ""), source
    return None, CPUINFO


def _of_s390x(texts: CpuTexts) -> tuple[str | None, str]:
    # `processor 0: version = 00,  identification = FFFFFF,  machine = 3906`
    listed = texts.cpuinfo.machine.get("processor 0", "").rpartition("machine = ")[2].strip()
    machine = listed or texts.lscpu.field("Machine type") or ""
    name = s390x_machine(machine)
    return (name.lower().replace(" ", "_") if name else None), CPUINFO if listed else LSCPU
