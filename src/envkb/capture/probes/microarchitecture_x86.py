"""Which microarchitecture an x86 CPU has: by its model number, by all of its flags, and by its newest unit."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from envkb.capture.probes.cpu_cpuinfo import CPUINFO
from envkb.capture.probes.cpu_lscpu import LSCPU
from envkb.capture.probes.cpu_texts import CpuTexts
from envkb.capture.probes.microarchitecture_models import Core, amd_core, intel_core
from envkb.capture.probes.microarchitecture_targets import best_target, descends, is_known
from envkb.capture.probes.quantities import whole

_WMIC = "wmic cpu"
_CAPTION = r"Family (\d{1,3}) Model (\d{1,3}) Stepping (\d{1,2})"
_INTEL, _INTEL_FAMILY = "GenuineIntel", "6"
_ZEN_MAKERS = ("AuthenticAMD", "HygonGenuine")
# Linux' names for flags that macOS calls otherwise.
_DARWIN = {
    "avx1.0": "avx",
    "clfsopt": "clflushopt",
    "lahf": "lahf_lm",
    "sha": "sha_ni",
    "sse4.1": "sse4_1",
    "sse4.2": "sse4_2",
}
# Units that no older core of the maker has: a flag list that shows one contradicts every older name.
_MARKERS = {
    _INTEL: (("amx_tile", "sapphirerapids"),),
    "AuthenticAMD": (("avx512_vp2intersect", "zen5"), ("avx512f", "zen4")),
}


class Reading(NamedTuple):
    """One answer to which microarchitecture it is.

    Attributes:
        target: Its name as archspec spells it.
        source: Id of the source it was read from.
        part: What of that source it rests on: `model`, `flags`, or the name of one flag.
    """

    target: str
    source: str
    part: str


class _Numbers(NamedTuple):
    vendor: str
    family: int
    model: int
    stepping: int
    source: str


def codename(texts: CpuTexts) -> tuple[str, str] | None:
    """Return the product line that the model number stands for, and its source."""
    numbers = _numbers(texts)
    core = _core(numbers) if numbers is not None else None
    return (core.codename, numbers.source) if numbers is not None and core is not None else None


def readings(texts: CpuTexts) -> tuple[Reading, ...]:
    """Return what each way of telling says; they agree on most machines."""
    numbers = _numbers(texts)
    core = _core(numbers) if numbers is not None else None
    by_model = [Reading(core.target, numbers.source, "model")] if numbers is not None and core is not None else []
    vendor = numbers.vendor if numbers is not None else texts.lscpu.field("Vendor ID")
    names, source = texts.flags()
    if not vendor or source is None:
        return tuple(by_model)
    flags = _linux_names(frozenset(names))
    target = best_target(vendor, flags)
    by_flags = [Reading(target, source, "flags")] if target else []
    by_marker = _marked(vendor, flags, source, [reading.target for reading in (*by_model, *by_flags)])
    # Of a core that archspec does not have, its best match is only an older relative: that contradicts nothing.
    if by_model and not is_known(by_model[0].target) and not by_marker:
        return tuple(by_model)
    return (*by_model, *by_flags, *by_marker)


def _numbers(texts: CpuTexts) -> _Numbers | None:
    for vendor, family, model, stepping, source in _spelled(texts):
        kin, number = whole(family), whole(model)
        if vendor and kin is not None and number is not None:
            return _Numbers(vendor, kin, number, whole(stepping) or 0, source)
    return None


def _spelled(texts: CpuTexts) -> Iterator[tuple[str | None, str | None, str | None, str | None, str]]:
    cpuinfo, lscpu, sysctl = texts.cpuinfo.field, texts.lscpu.field, texts.sysctl.values.get
    yield cpuinfo("vendor_id"), cpuinfo("cpu family"), cpuinfo("model"), cpuinfo("stepping"), CPUINFO
    yield lscpu("Vendor ID"), lscpu("CPU family"), lscpu("Model"), lscpu("Stepping"), LSCPU
    if texts.sysctl.source is not None:
        # Short listings leave the family out; all Macs with Intel inside are of the same.
        family = sysctl("machdep.cpu.family", _INTEL_FAMILY)
        model, stepping = sysctl("machdep.cpu.model"), sysctl("machdep.cpu.stepping")
        yield sysctl("machdep.cpu.vendor"), family, model, stepping, texts.sysctl.source
    if caption := re.search(_CAPTION, texts.wmic.get("Caption", "")):
        yield texts.wmic.get("Manufacturer"), caption[1], caption[2], caption[3], _WMIC


def _core(numbers: _Numbers) -> Core | None:
    if numbers.vendor == _INTEL:
        return intel_core(numbers.model, numbers.stepping) if numbers.family == int(_INTEL_FAMILY) else None
    return amd_core(numbers.family, numbers.model) if numbers.vendor in _ZEN_MAKERS else None


def _marked(vendor: str, flags: frozenset[str], source: str, told: list[str]) -> list[Reading]:
    for flag, target in _MARKERS.get(vendor, ()):
        if flag in flags:
            # A name that comes after the marker's own says more, not something else.
            return [] if any(descends(name, target) for name in told) else [Reading(target, source, flag)]
    return []


def _linux_names(flags: frozenset[str]) -> frozenset[str]:
    names = flags | {_DARWIN[flag] for flag in flags if flag in _DARWIN}
    if {"popcnt", "lzcnt"} <= flags:
        names |= {"abm"}
    # macOS has one word for the three.
    return names | {"xsavec", "xsaveopt"} if "xsave" in flags and "avx1.0" in flags else names
