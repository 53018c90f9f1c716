"""Reads `rocm-smi`, its JSON and its text, from ROCm 4 to 6."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from pydantic import JsonValue

from envkb.capture.probes.accelerators_device import Device, integer, number, pci_address, placeholder, plain

# Each fact with the labels it had over the years: the first that says something counts.
_LABELS: Final[dict[str, tuple[Callable[[str], JsonValue], tuple[str, ...]]]] = {
    "gfx_target": (plain, ("GFX Version",)),
    "vbios_version": (plain, ("VBIOS version",)),
    "memory_bytes": (integer, ("VRAM Total Memory (B)",)),
    "memory_used_bytes": (integer, ("VRAM Total Used Memory (B)",)),
    "bar1_memory_bytes": (integer, ("VIS_VRAM Total Memory (B)",)),
    "power_limit_w": (number, ("Max Graphics Package Power (W)",)),
    "power_draw_w": (
        number,
        ("Average Graphics Package Power (W)", "Current Socket Graphics Package Power (W)"),
    ),
    "temperature_c": (integer, ("Temperature (Sensor edge) (C)", "Temperature (Sensor junction) (C)")),
    "temperature_memory_c": (integer, ("Temperature (Sensor memory) (C)",)),
    "utilization_gpu_percent": (integer, ("GPU use (%)",)),
    "fan_percent": (integer, ("Fan speed (%)",)),
    "performance_level": (plain, ("Performance Level",)),
    "compute_partition": (plain, ("Compute Partition",)),
    "memory_partition": (plain, ("Memory Partition",)),
    "clock_graphics_mhz": (lambda text: integer(text.strip("()")), ("sclk clock speed:", "sclk clock speed")),
    "clock_memory_mhz": (lambda text: integer(text.strip("()")), ("mclk clock speed:", "mclk clock speed")),
}
_NAMES: Final = ("Card series", "Card Series", "Device Name", "Card model", "Card Model")
_LONGEST_LINE: Final = 400
_CARD: Final = r"card(\d+)"
_TEXT_LINE: Final = r"GPU\[(\d+)\][ \t]*:[ \t]*(.+?)[ \t]*:[ \t]+(\S.*)"
_CONCISE_LINE: Final = r"(\d+)[ \t]+\S.*%"
_GENERATIONS: Final = {2.5: 1, 5.0: 2, 8.0: 3, 16.0: 4, 32.0: 5, 64.0: 6}  # of PCIe, by GT/s of one lane


def read_rocm_smi(document: object, source: str) -> list[Device]:
    """Return the GPUs that `rocm-smi --json` tells of, by card number; none where the document is none of its."""
    if not isinstance(document, dict):
        return []
    cards = {
        int(found.group(1)[:9]): {
            label: str(value) for label, value in row.items() if isinstance(value, str | int | float)
        }
        for name, row in document.items()
        if isinstance(row, dict) and (found := re.fullmatch(_CARD, name))
    }
    return [_device(ordinal, cards[ordinal], source) for ordinal in sorted(cards)]


def read_rocm_smi_text(text: str, source: str) -> list[Device]:
    """Return the GPUs that the lines `GPU[0] : label: value` tell of, or those that the concise table lists."""
    cards: dict[int, dict[str, str]] = {}
    lines = [line.strip() for line in text.splitlines() if len(line) <= _LONGEST_LINE]
    for found in filter(None, (re.fullmatch(_TEXT_LINE, line) for line in lines)):
        cards.setdefault(int(found.group(1)[:9]), {}).setdefault(found.group(2), found.group(3).strip())
    if not cards and "ROCm System Management Interface" in text:
        concise = filter(None, (re.fullmatch(_CONCISE_LINE, line) for line in lines))
        cards = {int(found.group(1)[:9]): {} for found in concise}
    return [_device(ordinal, cards[ordinal], source) for ordinal in sorted(cards)]


def driver_version(document: object) -> str | None:
    """Return the version of the kernel driver, None where it is not told."""
    system = document.get("system") if isinstance(document, dict) else None
    version = system.get("Driver version") if isinstance(system, dict) else None
    return version if isinstance(version, str) and placeholder(version) is None else None


def _device(ordinal: int, card: Mapping[str, str], source: str) -> Device:
    device = Device("AMD", source, address=pci_address(card.get("PCI Bus", "")), ordinal=ordinal)
    # Without the table of PCI names the tool prints the device's number in the name's place.
    names = [card[label] for label in _NAMES if label in card]
    named = [name for name in names if placeholder(name) is None and not name.startswith("0x")]
    device.tell("name", next(iter(named or names), None), _name)
    for name, (read, labels) in _LABELS.items():
        device.tell_first(name, (card.get(label) for label in labels), read)
    _tell_link(device, card.get("pcie clock level", ""))
    model = card.get("GPU ID", card.get("Device ID", ""))
    if re.fullmatch(r"0x[0-9a-fA-F]{1,4}", model):
        device.values["pci_device_id"] = f"1002:{model[2:].casefold():0>4}"
    return device


def _name(text: str) -> str | None:
    return None if text.startswith("0x") else text


def _tell_link(device: Device, text: str) -> None:
    """Read `1 (16.0GT/s x16)`: the rate of a lane and the number of lanes."""
    found = re.search(r"\(([\d.]+)\s*GT/s x(\d+)\)", text)
    if found:
        device.tell("pcie_width_current", found.group(2), integer)
        device.tell("pcie_gen_current", found.group(1), lambda rate: _GENERATIONS.get(float(rate)))
