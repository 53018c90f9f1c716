"""What the system tells of NVIDIA without asking the driver: `/proc`, `/sys`, device nodes, the driver's library."""

import re
from typing import Final

from envkb.capture.probes.accelerators_device import Device, pci_address, plain
from envkb.capture.probes.accelerators_sources import at, rows, text_at, texts_at
from envkb.capture.probes.nvidia_driver import Answer
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot

VERSION: Final = "/proc/driver/nvidia/version"
MODULE: Final = "/sys/module/nvidia/version"
_GPUS: Final = "/proc/driver/nvidia/gpus/"


def read_kernel(snapshot: Snapshot) -> Answer:
    """Return what the loaded kernel module tells: its version, whether it is the open one, and the GPUs it drives."""
    answer = Answer(VERSION)
    text = snapshot.text(VERSION) or ""
    found = re.search(r"NVRM version:.*?Kernel Module(?: for \S+)?\s+(\d[\d.]*)", text)
    if found:
        answer.driver["driver_version"] = found.group(1)
        answer.driver["kernel_module_kind"] = "open" if "Open Kernel Module" in found.group() else "proprietary"
    else:
        module = (snapshot.text(MODULE) or "").strip()
        if re.fullmatch(r"\d[\d.]*", module):
            answer = Answer(MODULE, {"driver_version": module})
    answer.devices = [device for source in snapshot.matching(_GPUS) if (device := _device(source.id, source.text))]
    return answer


def _device(source_id: str, text: str) -> Device | None:
    """Read `/proc/driver/nvidia/gpus/0000:01:00.0/information`."""
    told = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}
    if "Model" not in told:
        return None
    address = pci_address(told.get("Bus Location", "")) or pci_address(source_id.split("/")[-2])
    device = Device("NVIDIA", source_id, address=address)
    device.tell_model(told["Model"])
    # Question marks stand for what the driver does not read before the GPU is first used.
    bios = told.get("Video BIOS", "")
    device.tell("vbios_version", None if "?" in bios else bios or None, plain)
    return device


def is_there(snapshot: Snapshot) -> str | None:
    """Return one piece of evidence that there is something of NVIDIA on this host, None where there is none."""
    devices = snapshot.json("kb:devices")
    nodes = [*texts_at(devices, "/dev/nvidia*"), *texts_at(devices, "/dev/nvhost*")]
    if nodes:
        return f"{nodes[0]} exists"
    cards = [card for card in rows(snapshot.json("kb:drm")) if text_at(card, "vendor") == "0x10de"]
    if cards:
        name = text_at(cards[0], "card") or text_at(cards[0], "address")
        return f"{name} is an NVIDIA device, driver {text_at(cards[0], 'driver') or 'none'}"
    return f"{VERSION} exists" if snapshot.text(VERSION) else None


def note_library(snapshot: Snapshot, notes: Observations) -> None:
    """Note where the driver's CUDA library lies; under WSL2 it comes from Windows, in `/usr/lib/wsl/lib`."""
    told = snapshot.json("kb:libcuda")
    paths = [path for row in rows(at(told, "paths")) if (path := text_at(row, "path"))]
    cached = texts_at(told, "ld_cache")
    notes.see("nvidia", "libcuda_paths", [*sorted({*paths, *cached})], "kb:libcuda")
