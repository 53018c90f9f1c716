"""Reads `amd-smi static --json`, from ROCm 6.0 to 7."""

from collections.abc import Callable
from typing import Any, Final

from pydantic import JsonValue

from envkb.capture.probes.accelerators_device import Device, integer, mebibytes, number, pci_address, plain
from envkb.capture.probes.accelerators_sources import at, rows, text_at

# Where each fact stands: the places that the format had over the years.
_PLACES: Final[dict[str, tuple[Callable[[str], JsonValue], tuple[tuple[str, ...], ...]]]] = {
    "gfx_target": (lambda text: text.partition(":")[0], (("asic", "target_graphics_version"),)),
    "multiprocessor_count": (integer, (("asic", "num_compute_units"),)),
    "memory_type": (plain, (("vram", "type"), ("vram", "vram_type"))),
    "memory_bus_width_bits": (integer, (("vram", "bit_width"), ("vram", "vram_bit_width"))),
    "pcie_width_max": (integer, (("bus", "max_pcie_width"),)),
    "pcie_gen_max": (
        lambda text: integer(text.casefold().removeprefix("gen").strip()),
        (("bus", "pcie_interface_version"),),
    ),
    "vbios_version": (plain, (("ifwi", "version"), ("vbios", "version"))),
    "power_limit_w": (number, (("limit", "socket_power"), ("limit", "ppt0", "socket_power_limit"))),
    "power_limit_max_w": (number, (("limit", "max_power"), ("limit", "ppt0", "max_power_limit"))),
    "power_limit_min_w": (number, (("limit", "min_power"), ("limit", "ppt0", "min_power_limit"))),
    "temperature_slowdown_c": (integer, (("limit", "slowdown_hotspot_temperature"),)),
    "temperature_shutdown_c": (integer, (("limit", "shutdown_hotspot_temperature"),)),
    "compute_partition": (plain, (("partition", "accelerator_partition"), ("partition", "compute_partition"))),
    "memory_partition": (plain, (("partition", "memory_partition"),)),
}


def read_amd_smi(document: object, source: str) -> list[Device]:
    """Return the GPUs that `amd-smi static` tells of; none where the document is none of its.

    Args:
        document: The parsed JSON: a list of GPUs, or an object with that list under `gpu_data`.
        source: Id of the source in the snapshot.
    """
    told = rows(at(document, "gpu_data")) or rows(document)
    return [_device(row, source) for row in told if "asic" in row or "vram" in row]


def driver_version(document: object) -> str | None:
    """Return the version of the kernel driver, None where it is not told."""
    for row in rows(at(document, "gpu_data")) or rows(document):
        for key in ("version", "driver_version"):
            version = text_at(row, "driver", key)
            if version and version != "N/A":
                return version
    return None


def _device(row: dict[str, Any], source: str) -> Device:
    device = Device("AMD", source, address=pci_address(text_at(row, "bus", "bdf") or ""))
    device.tell_model(text_at(row, "asic", "market_name") or text_at(row, "board", "product_name"))
    for name, (read, places) in _PLACES.items():
        device.tell_first(name, (text_at(row, *place) for place in places), read)
    vendor, model = text_at(row, "asic", "vendor_id"), text_at(row, "asic", "device_id")
    if vendor and model and vendor.startswith("0x") and model.startswith("0x"):
        device.values["pci_device_id"] = f"{vendor[2:].casefold():0>4}:{model[2:].casefold():0>4}"
    # amd-smi says MB and means MiB.
    size = at(row, "vram", "size") or at(row, "vram", "vram_size") or at(row, "vram", "size_mb")
    in_bytes = isinstance(size, dict) and size.get("unit") == "B"
    device.tell("memory_bytes", text_at({"size": size}, "size"), integer if in_bytes else mebibytes)
    return device
