"""GPUs of Macs: Apple's own, and what Intel Macs have, from `system_profiler SPDisplaysDataType`."""

import re
from collections.abc import Mapping
from typing import Final

from envkb.capture.probes.accelerators_device import MIB, Device, integer, number
from envkb.capture.probes.accelerators_sources import at, parsed, rows, runs_of
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

# The JSON keys, in the words that the text form prints.
_KEYS: Final = {
    "sppci_model": "Chipset Model",
    "sppci_cores": "Total Number of Cores",
    "spdisplays_vendor": "Vendor",
    "spdisplays_mtlgpufamilysupport": "Metal Support",
    "spdisplays_metal": "Metal Support",
    "spdisplays_metalfamily": "Metal Family",
    "spdisplays_vram": "VRAM (Total)",
    "_spdisplays_vram": "VRAM (Total)",
    "spdisplays_device-id": "Device ID",
}
_MAKERS: Final = {"apple": "Apple", "amd": "AMD", "ati": "AMD", "intel": "Intel", "nvidia": "NVIDIA"}
_UNITS: Final = {"KB": 1 << 10, "MB": MIB, "GB": 1 << 30}


def read_macs(snapshot: Snapshot) -> list[Device]:
    """Return the GPUs of a Mac, none where the snapshot is of no Mac."""
    devices: list[Device] = []
    for source in runs_of(snapshot, "system_profiler"):
        found = [_device(row, source.id) for row in _rows_of_json(parsed(source)) or _rows_of_text(source.text)]
        devices = devices or [device for device in found if device is not None]
    return devices


def _rows_of_json(document: object) -> list[dict[str, str]]:
    told = []
    for row in rows(at(document, "SPDisplaysDataType")):
        texts = {_KEYS[key]: str(value) for key, value in row.items() if key in _KEYS and isinstance(value, str | int)}
        texts.setdefault("Chipset Model", str(row.get("_name", "")))
        told.append(texts)
    return told


def _rows_of_text(text: str) -> list[dict[str, str]]:
    """Read the blocks of `key: value` lines; each GPU's begins with its chipset model."""
    told: list[dict[str, str]] = []
    for line in text.splitlines():
        key, colon, value = line.strip().partition(": ")
        if key == "Chipset Model":
            told.append({})
        if told and colon:
            told[-1].setdefault("VRAM (Total)" if key.startswith("VRAM") else key, value.strip())
    return told


def _device(row: Mapping[str, str], source: str) -> Device | None:
    maker = _maker(f"{row.get('Vendor', '')} {row.get('Chipset Model', '')}")
    if maker is None:
        return None
    device = Device(maker, source)
    device.tell_model(row.get("Chipset Model"))
    device.tell("cores", row.get("Total Number of Cores"), integer)
    metal = (row[key] for key in ("Metal Support", "Metal Family", "Metal") if key in row)
    device.tell("metal", next(metal, None), _metal)
    device.tell("memory_bytes", row.get("VRAM (Total)"), _memory)
    if maker == "Apple" and "memory_bytes" not in device.values:
        device.misses["memory_bytes"] = (Status.NOT_APPLICABLE, "the GPU shares the machine's memory")
    return device


def _maker(text: str) -> str | None:
    found = re.search(r"(?<![a-z])(apple|amd|ati|intel|nvidia)(?![a-z])", text.casefold())
    return _MAKERS[found.group(1)] if found else None


def _metal(text: str) -> str | None:
    """Read `spdisplays_metal3`, `Metal 3` or `Supported, Metal GPUFamily macOS 2`."""
    found = re.search(r"metal[ _]?(\d+)", text, re.IGNORECASE)
    if found:
        return f"Metal {found.group(1)}"
    # `Supported, feature set macOS GPUFamily2 v1`, or `spdisplays_supported`
    return text.removeprefix("Supported, ").removeprefix("spdisplays_").strip() or None


def _memory(text: str) -> int | None:
    amount = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]B)", text)
    return round(number(amount.group(1)) * _UNITS[amount.group(2)]) if amount else None
