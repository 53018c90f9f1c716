"""Cards as the kernel lists them, for what no maker's tool tells of and for machines without one."""

import re
from collections.abc import Iterator
from typing import Any, Final

from envkb.capture.probes.accelerators_device import Device, integer, pci_address, plain
from envkb.capture.probes.accelerators_sources import rows, text_at
from envkb.capture.snapshot import Snapshot

CARDS: Final = "kb:drm"
# Makers of accelerators; what others make, and what hypervisors pretend, shows pictures only.
_MAKERS: Final = {"10de": "NVIDIA", "1002": "AMD", "8086": "Intel"}
_OTHERS: Final = {
    "1013": "Cirrus Logic",
    "102b": "Matrox",
    "1234": "QEMU",
    "1414": "Microsoft",
    "15ad": "VMware",
    "1a03": "ASPEED",
    "1af4": "virtio",
    "1b36": "Red Hat QXL",
    "80ee": "VirtualBox",
}
_GENERATIONS: Final = {2.5: 1, 5.0: 2, 8.0: 3, 16.0: 4, 32.0: 5, 64.0: 6}  # of PCIe, by GT/s of one lane


def read_cards(snapshot: Snapshot, maker: str) -> list[Device]:
    """Return the cards of one maker of accelerators."""
    return [device for device in _cards(snapshot) if device.vendor == maker]


def read_displays(snapshot: Snapshot) -> list[Device]:
    """Return the cards that only show pictures: a server's management chip, what a hypervisor pretends."""
    return [device for device in _cards(snapshot) if device.vendor not in _MAKERS.values()]


def _cards(snapshot: Snapshot) -> Iterator[Device]:
    for row in rows(snapshot.json(CARDS)):
        vendor = _word(row, "vendor")
        if vendor:
            yield _device(row, vendor)


def _device(row: dict[str, Any], vendor: str) -> Device:
    maker = _MAKERS.get(vendor) or _OTHERS.get(vendor) or vendor
    device = Device(maker, CARDS, address=pci_address(text_at(row, "address") or ""))
    model, maker_of_board, board = (_word(row, key) for key in ("device", "subsystem_vendor", "subsystem_device"))
    if model:
        device.values["pci_device_id"] = f"{vendor}:{model}"
    if maker_of_board and board:
        device.values["pci_subsystem_id"] = f"{maker_of_board}:{board}"
    device.tell_model(text_at(row, "product_name") or None)
    device.tell("driver", text_at(row, "driver"), plain)
    device.tell("memory_bytes", text_at(row, "vram_bytes"), integer)
    for name, key in (("pcie_width_current", "link_width"), ("pcie_width_max", "max_link_width")):
        # A chip that sits on no link of its own tells 0 or 255 lanes.
        lanes = text_at(row, key)
        device.tell(name, lanes if lanes not in ("0", "255") else None, integer)
    for name, key in (("pcie_gen_current", "link_speed"), ("pcie_gen_max", "max_link_speed")):
        rate = re.match(r"(\d+(?:\.\d+)?) GT/s", text_at(row, key) or "")
        device.tell(name, rate.group(1) if rate else None, lambda text: _GENERATIONS.get(float(text)))
    return device


def _word(row: dict[str, Any], key: str) -> str | None:
    """Read a 16-bit number of PCI, `0x10de`."""
    found = re.fullmatch(r"0x([0-9a-f]{1,4})", (text_at(row, key) or "").strip().casefold())
    return found.group(1).rjust(4, "0") if found else None
