"""AMD GPUs as the kernel's compute driver (KFD) lists them."""

import re
from typing import Final

from envkb.capture.probes.accelerators_device import Device
from envkb.capture.snapshot import Snapshot

_NODES: Final = "/sys/class/kfd/kfd/topology/nodes/"
_AMD: Final = 0x1002


def read_kfd(snapshot: Snapshot) -> list[Device]:
    """Return the GPUs of the compute driver's topology, in the order in which ROCm numbers them."""
    nodes = []
    for source in snapshot.matching(_NODES):
        found = re.fullmatch(rf"{_NODES}(\d{{1,6}})/properties", source.id)
        told = dict(re.findall(r"^(\w+) (\d{1,20})$", source.text, re.MULTILINE))
        numbers = {name: int(value) for name, value in told.items()}
        # A node with no vector units is a CPU.
        if found and numbers.get("simd_count") and numbers.get("vendor_id", _AMD) == _AMD:
            nodes.append((int(found.group(1)), _device(numbers, source.id)))
    return [device for _, device in sorted(nodes, key=lambda node: node[0])]


def _device(numbers: dict[str, int], source: str) -> Device:
    device = Device("AMD", source, address=_address(numbers))
    target = numbers.get("gfx_target_version", 0)
    if target:
        device.values["gfx_target"] = gfx_target(target)
    if "device_id" in numbers:
        device.values["pci_device_id"] = f"{_AMD:04x}:{numbers['device_id'] & 0xFFFF:04x}"
    per_unit = numbers.get("simd_per_cu", 0)
    if per_unit:
        device.values["multiprocessor_count"] = numbers["simd_count"] // per_unit
    if numbers.get("max_engine_clk_fcompute"):
        device.values["max_clock_graphics_mhz"] = numbers["max_engine_clk_fcompute"]
    return device


def gfx_target(version: int) -> str:
    """Spell the kernel's number as compilers do: 90402 is `gfx942`, 90010 is `gfx90a`, 100301 is `gfx1031`."""
    return f"gfx{version // 10000}{version // 100 % 100:x}{version % 100:x}"


def _address(numbers: dict[str, int]) -> str | None:
    location = numbers.get("location_id")
    if location is None:
        return None
    return f"{numbers.get('domain', 0):04x}:{location >> 8 & 0xFF:02x}:{location >> 3 & 0x1F:02x}.{location & 7:x}"
