"""Who made the CPU, what it is called and what it can do."""

import re
from collections import Counter
from typing import Final

from envkb.capture.probes.cpu_arm import core_name, implementer_name
from envkb.capture.probes.cpu_cpuinfo import CPUINFO
from envkb.capture.probes.cpu_lscpu import LSCPU
from envkb.capture.probes.cpu_texts import CpuTexts
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.precedence import see_first
from envkb.capture.probes.quantities import decimal, whole
from envkb.capture.probes.reasons import explain
from envkb.capture.probes.wording import meaningful
from envkb.capture.snapshot import Snapshot

_WMIC = "wmic cpu"
_VENDOR_NAMES = {
    "GenuineIntel": "Intel",
    "AuthenticAMD": "AMD",
    "HygonGenuine": "Hygon",
    "CentaurHauls": "VIA",
    "Shanghai": "Zhaoxin",
    "IBM/S390": "IBM",
    "FUJITSU": "Fujitsu",
    # JEDEC numbers, by which RISC-V cores name their maker.
    "0x489": "SiFive",
    "0x5b7": "T-Head",
    "0x710": "SpacemiT",
    "0x31e": "Andes",
}
_BITS = r"(\d{1,3}) bits physical(?:, (\d{1,3}) bits virtual)?"
# The fact, its label in lscpu, its fields in /proc/cpuinfo, its name in sysctl.
_NUMBERS: Final = (
    ("family", "CPU family", ("cpu family",), "family"),
    ("model_number", "Model", ("model",), "model"),
    ("stepping", "Stepping", ("stepping",), "stepping"),
    ("microcode", "Microcode version", ("microcode",), "microcode_version"),
    ("isa", "ISA", ("isa", "ISA"), ""),
    ("mmu", "MMU", ("mmu", "MMU"), ""),
    ("op_modes", "CPU op-mode(s)", (), ""),
    ("byte_order", "Byte Order", (), ""),
)
# The newest level whose features are all there, as the psABI of x86-64 defines them (in Linux' names).
_LEVELS: Final = (
    ("x86-64-v2", frozenset("cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3".split())),
    ("x86-64-v3", frozenset("abm avx avx2 bmi1 bmi2 f16c fma movbe xsave".split())),
    ("x86-64-v4", frozenset("avx512bw avx512cd avx512dq avx512f avx512vl".split())),
)
# What kernels for machine learning choose their code by.
_ML_FLAGS: Final = frozenset(
    "avx avx2 fma f16c avx_vnni avx_vnni_int8 avx_ne_convert avx_ifma avx512f avx512_vnni avx512_bf16 avx512_fp16 "
    "avx512vbmi amx_tile amx_int8 amx_bf16 amx_fp16 avx10 "
    "neon asimd asimddp asimdhp fphp bf16 i8mm sve sve2 svebf16 svei8mm sme sme2 "
    "FEAT_DotProd FEAT_BF16 FEAT_I8MM FEAT_FP16 FEAT_SME FEAT_SME2 lsx lasx vsx".split()
)


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note model, vendor, architecture, features and the numbers that identify a CPU."""
    texts = CpuTexts.of(snapshot)
    _names(texts, notes)
    _numbers(texts, notes)
    _features(texts, notes)
    _virtualization(texts, notes)
    for name in ("model", "vendor", "architecture", "flags"):
        explain(snapshot, notes, "cpu", name, LSCPU, CPUINFO)


def _names(texts: CpuTexts, notes: Observations) -> None:
    cores = _core_names(texts)
    notes.see("cpu", "core_types", [*cores], CPUINFO)
    see_first(
        notes,
        "cpu",
        "model",
        (" + ".join(name for name in texts.lscpu.every("Model name") if meaningful(name)), LSCPU),
        (_printed_model(texts), CPUINFO),
        (" + ".join(cores), CPUINFO),
        (texts.sysctl.values.get("machdep.cpu.brand_string"), texts.sysctl.source),
        (texts.mac.chip(), texts.mac.source),
        (texts.wmic.get("Name"), _WMIC),
    )
    vendor = _vendor(texts)
    if vendor is not None:
        notes.see("cpu", "vendor", *vendor)
        plain = None if vendor[0].startswith("0x") else vendor[0]
        notes.see("cpu", "vendor_name", _VENDOR_NAMES.get(vendor[0], plain), vendor[1])
    see_first(notes, "cpu", "architecture", texts.architecture() or (None, None))
    notes.see("cpu", "bios_model", meaningful(texts.lscpu.field("BIOS Model name")), LSCPU)


def _printed_model(texts: CpuTexts) -> str | None:
    cpuinfo = texts.cpuinfo
    told = cpuinfo.field("model name", "Model Name", "cpu model", "cpu", "Processor", "uarch")
    # s390x has one name for all its generations; the machine type tells them apart.
    return told or (cpuinfo.field("vendor_id") if cpuinfo.field("bogomips per cpu") else None)


def _core_names(texts: CpuTexts) -> tuple[str, ...]:
    named = (core_name(cpu.get("CPU implementer"), cpu.get("CPU part")) for cpu in texts.cpuinfo.processors)
    return tuple(dict.fromkeys(name for name in named if name))


def _vendor(texts: CpuTexts) -> tuple[str, str] | None:
    sysctl = texts.sysctl
    for value, source in (
        (texts.lscpu.field("Vendor ID"), LSCPU),
        (texts.cpuinfo.field("vendor_id", "mvendorid"), CPUINFO),
        (implementer_name(texts.cpuinfo.field("CPU implementer")), CPUINFO),
        (sysctl.values.get("machdep.cpu.vendor"), sysctl.source),
        (_apple(sysctl.values.get("machdep.cpu.brand_string")), sysctl.source),
        (_apple(texts.mac.chip()), texts.mac.source),
        (texts.wmic.get("Manufacturer"), _WMIC),
    ):
        if source and (vendor := meaningful(value)):
            return vendor, source
    return None


def _apple(model: str | None) -> str | None:
    return "Apple" if model is not None and model.startswith("Apple ") else None


def _numbers(texts: CpuTexts, notes: Observations) -> None:
    lscpu, cpuinfo, sysctl = texts.lscpu, texts.cpuinfo, texts.sysctl
    for name, label, fields, own in _NUMBERS:
        see_first(
            notes,
            "cpu",
            name,
            (cpuinfo.field(*fields), CPUINFO),
            (lscpu.field(label), LSCPU),
            (sysctl.values.get(f"machdep.cpu.{own}"), sysctl.source),
        )
    _arm_numbers(texts, notes)
    bits = re.search(_BITS, cpuinfo.field("address sizes", "Address Sizes") or lscpu.field("Address sizes") or "")
    if bits:
        notes.see("cpu", "address_physical_bits", whole(bits[1]), CPUINFO if cpuinfo.processors else LSCPU)
        notes.see("cpu", "address_virtual_bits", whole(bits[2]), CPUINFO if cpuinfo.processors else LSCPU)
    bogomips = decimal(lscpu.field("BogoMIPS") or cpuinfo.field("bogomips", "BogoMIPS", "bogomips per cpu"))
    notes.see("cpu", "bogomips", bogomips, LSCPU if lscpu.field("BogoMIPS") else CPUINFO)


def _arm_numbers(texts: CpuTexts, notes: Observations) -> None:
    cpuinfo = texts.cpuinfo
    notes.see("cpu", "implementer", cpuinfo.field("CPU implementer"), CPUINFO)
    for name, field in (("parts", "CPU part"), ("variants", "CPU variant"), ("revisions", "CPU revision")):
        notes.see("cpu", name, [*cpuinfo.every(field)], CPUINFO)
    named = (core_name(cpu.get("CPU implementer"), cpu.get("CPU part")) for cpu in cpuinfo.processors)
    counts = Counter(name for name in named if name)
    if len(counts) > 1:
        notes.see("cpu", "cores_by_type", [f"{count} x {name}" for name, count in counts.items()], CPUINFO)


def _features(texts: CpuTexts, notes: Observations) -> None:
    flags, source = texts.flags()
    if source is None:
        return
    notes.see("cpu", "flags", list(flags), source)
    notes.see("cpu", "ml_features", [flag for flag in flags if flag in _ML_FLAGS], source)
    architecture = texts.architecture()
    if architecture and architecture[0] == "x86_64" and texts.sysctl.source is None:
        notes.see("cpu", "isa_level", _level(frozenset(flags)), source)


def _level(flags: frozenset[str]) -> str:
    reached = "x86-64"
    for level, needed in _LEVELS:
        if not needed <= flags:
            break
        reached = level
    return reached


def _virtualization(texts: CpuTexts, notes: Observations) -> None:
    lscpu = texts.lscpu
    notes.see("cpu", "virtualization", meaningful(lscpu.field("Virtualization")), LSCPU)
    notes.see("cpu", "hypervisor_vendor", meaningful(lscpu.field("Hypervisor vendor", "Hypervisor")), LSCPU)
    notes.see("cpu", "virtualization_type", meaningful(lscpu.field("Virtualization type")), LSCPU)
