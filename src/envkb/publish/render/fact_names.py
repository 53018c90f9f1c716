"""Names of facts and subjects in words."""

import re
from collections.abc import Mapping
from typing import Final

from envkb.publish.render.quantities import unit_of

_FAMILIES: Final[Mapping[str, str]] = {
    "amd": "AMD driver",
    "cgroup": "Control group",
    "display": "Display adapters",
    "gpu": "GPU",
    "host": "Layers and their limits",
    "intel_gpu": "Intel GPU driver",
    "kb": "Collection",
    "layer": "Each layer",
    "limit": "Limits of a process",
    "manager": "Package managers",
    "mitigation": "Mitigations",
    "numa": "NUMA nodes",
    "nvidia": "NVIDIA driver",
    "os": "Operating system",
    "thermal": "Temperatures",
}
_MEMBERS: Final[Mapping[str, str]] = {"display": "Adapter", "layer": "Layer", "numa": "Node", "thermal": "Zone"}
"""What one numbered member of a family is called, where that is not the family's name."""
_HEADLINES: Final[Mapping[str, tuple[str, ...]]] = {
    "board": ("model", "product"),
    "cpu": ("model",),
    "display": ("name",),
    "environment": ("prefix_kind",),
    "gpu": ("name",),
    "host": ("layers",),
    "layer": ("name",),
    "memory": ("total_bytes",),
    "numa": ("memory_bytes",),
    "nvidia": ("driver_version", "driver_state"),
    "os": ("pretty_name", "name"),
    "rocm": ("versions",),
    "storage": ("file_system",),
    "thermal": ("temperature_c",),
    "toolchain": ("gcc_version",),
}
_WORDS: Final[Mapping[str, str]] = {
    word.casefold(): word
    for word in (
        "AMD API ARM BAR1 BIOS BLAS CMA CMake CPU CPUs CUDA DMI ECC GCC GPU GPUs GSP HIP ID IO ISA JIT JetPack L4T "
        "LAPACK MIG ML MMU MPS NMI NUMA NVIDIA OS PCI PCIe RAM ROCm SKU SMI SMT SM TCC UUID VBIOS VM WDDM WSL XPU "
        "cuBLAS cuDNN cuFFT cuSOLVER cuSPARSE cuSPARSELt glibc libc nvJitLink"
    ).split()
}
_CLOCKS: Final = frozenset({"base", "current", "limit", "max", "min"})
_CACHE: Final = re.compile(r"l[1-4][di]?")


def title_of(family: str) -> str:
    """Return a family of subjects in words, as a heading."""
    words = _FAMILIES.get(family) or label_of(family)
    return words if words in _WORDS.values() else words[:1].upper() + words[1:]


def section_title(subject: str) -> str:
    """Return what tells a subject from others of its family: `gpu/0` is "GPU 0", `storage/cache-uv` "cache-uv"."""
    family, *rest = subject.split("/")
    words = [label_of(part) for part in rest]
    if words and words[0].isdecimal():
        words.insert(0, _MEMBERS.get(family) or title_of(family))
    return " ".join(words)


def headline_facts(family: str) -> tuple[str, ...]:
    """Return the facts that say most of a family, the best first."""
    return _HEADLINES.get(family, ("version",))


def label_of(name: str) -> str:
    """Return a fact's name in words, without its unit: `memory_bytes` is "memory"."""
    unit = unit_of(name)
    words = [_word(word) for word in name.removesuffix(unit).split("_")]
    if unit == "_mhz" and words[-1] in _CLOCKS:
        words.append("clock")
    return " ".join(words)


def _word(word: str) -> str:
    if _CACHE.fullmatch(word):
        return f"L{word[1:]} cache"
    return _WORDS.get(word, word)
