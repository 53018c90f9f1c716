"""Reads `xpu-smi discovery -j`, which tells of Intel GPUs."""

from collections.abc import Callable
from typing import Final

from pydantic import JsonValue

from envkb.capture.probes.accelerators_device import Device, integer, pci_address, plain
from envkb.capture.probes.accelerators_sources import at, rows, text_at

MODULE: Final = "/sys/module/i915/version"
_KEYS: Final[dict[str, tuple[Callable[[str], JsonValue], str]]] = {
    "memory_bytes": (integer, "memory_physical_size_byte"),
    "memory_bus_width_bits": (integer, "memory_bus_width"),
    "execution_units": (integer, "number_of_eus"),
    "tiles": (integer, "number_of_tiles"),
    "max_clock_graphics_mhz": (integer, "core_clock_rate_mhz"),
    "pcie_gen_max": (integer, "pcie_generation"),
    "pcie_width_max": (integer, "pcie_max_link_width"),
    "vbios_version": (plain, "gfx_firmware_version"),
}


def read_xpu_smi(document: object, source: str) -> list[Device]:
    """Return the GPUs that `xpu-smi discovery` lists; none where the document is none of its.

    Virtual functions of a GPU that is listed itself are passed over.
    """
    told = rows(at(document, "device_list"))
    return [
        _device(row, source)
        for row in told
        if row.get("device_type", "GPU") == "GPU" and row.get("device_function_type", "physical") == "physical"
    ]


def driver_version(document: object) -> str | None:
    """Return the version of the kernel driver, None where it is not told."""
    versions = (text_at(row, "driver_version") for row in rows(at(document, "device_list")))
    return next((version for version in versions if version), None)


def _device(row: dict[str, object], source: str) -> Device:
    device = Device("Intel", source, address=pci_address(text_at(row, "pci_bdf_address") or ""))
    device.tell_model(text_at(row, "device_name"))
    for name, (read, key) in _KEYS.items():
        device.tell(name, text_at(row, key), read)
    model = (text_at(row, "pci_device_id") or "").casefold().removeprefix("0x")
    if 0 < len(model) <= 4 and all(letter in "0123456789abcdef" for letter in model):  # noqa: PLR2004 - 16 bits
        device.values["pci_device_id"] = f"8086:{model:0>4}"
    return device
