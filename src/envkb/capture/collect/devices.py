"""What there is of accelerators, their drivers and toolkits, by looking at files only."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import Job, UnreadableError, computed_job

DEVICE_PATTERNS = ("/dev/nvidia*", "/dev/nvhost*", "/dev/kfd", "/dev/dri/*", "/dev/dxg", "/dev/accel/*", "/dev/vchiq")
DRM_FILES = {
    "vendor": "vendor",
    "device": "device",
    "subsystem_vendor": "subsystem_vendor",
    "subsystem_device": "subsystem_device",
    "revision": "revision",
    "vram_bytes": "mem_info_vram_total",
    "link_speed": "current_link_speed",
    "link_width": "current_link_width",
    "max_link_speed": "max_link_speed",
    "max_link_width": "max_link_width",
    "product_name": "product_name",
}
CARD_CLASSES = ("0x03", "0x12")  # of PCI: displays, and accelerators that show nothing
PCI_ADDRESS = r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$"
LIBCUDA_PATTERNS = (
    "/usr/lib/wsl/lib/libcuda.so*",
    "/usr/lib/*-linux-gnu*/libcuda.so*",
    "/usr/lib/*-linux-gnu*/nvidia/libcuda.so*",
    "/usr/lib/*-linux-gnu*/tegra/libcuda.so*",
    "/usr/lib64/libcuda.so*",
    "/usr/lib/libcuda.so*",
    "/usr/local/lib/libcuda.so*",
    "/usr/local/cuda*/compat/libcuda.so*",
    "/usr/local/nvidia/lib64/libcuda.so*",
    "/run/opengl-driver/lib/libcuda.so*",
)
TOOLKIT_PATTERNS = (
    "/usr/local/cuda*",
    "/opt/cuda*",
    "/usr/lib/nvidia-cuda-toolkit",
    "/opt/nvidia/hpc_sdk/Linux_*/*/cuda",
)
TOOLKIT_VARIABLES = ("CUDA_HOME", "CUDA_PATH", "CUDA_ROOT")
CUDNN_PATTERNS = (
    "/usr/include/cudnn_version*.h",
    "/usr/include/*-linux-gnu*/cudnn_version*.h",
    "/usr/local/cuda*/include/cudnn_version*.h",
    "/opt/cuda*/include/cudnn_version*.h",
)
CUDNN_PART = r"#define\s+CUDNN_(MAJOR|MINOR|PATCHLEVEL)\s+(\d+)"
LOADER_CACHE = "/etc/ld.so.cache"


def device_jobs(machine: Machine) -> list[Job]:
    """Return the jobs of this module; macOS tells of its GPUs by `system_profiler`."""
    if machine.system != "Linux":
        return []
    return [
        computed_job("kb:devices", lambda: {pattern: machine.glob(pattern) for pattern in DEVICE_PATTERNS}),
        computed_job("kb:drm", lambda: drm_cards(machine)),
        computed_job("kb:libcuda", lambda: libcuda(machine)),
        computed_job("kb:cuda-toolkits", lambda: cuda_toolkits(machine)),
        computed_job("kb:cudnn", lambda: cudnn(machine)),
    ]


def drm_cards(machine: Machine) -> list[dict[str, str]]:
    """Return the display and compute cards on the PCI bus: those of the kernel's DRM layer, then those without it.

    A card whose driver is missing has no DRM card.
    """
    cards = []
    for path in machine.glob("/sys/class/drm/card[0-9]*"):
        name = path.rpartition("/")[2]
        if "-" in name:  # card0-HDMI-A-1 is a connector
            continue
        cards.append({"card": name, **_card(machine, f"{path}/device")})
    seen = {card.get("address") for card in cards}
    others = (path for path in machine.glob("/sys/bus/pci/devices/*") if os.path.basename(path) not in seen)
    shown = (path for path in others if machine.peek(f"{path}/class").startswith(CARD_CLASSES))
    return [*cards, *(_card(machine, path) for path in shown)]


def _card(machine: Machine, folder: str) -> dict[str, str]:
    told = {key: machine.peek(f"{folder}/{file}") for key, file in DRM_FILES.items()}
    address = os.path.basename(os.path.realpath(machine.at(folder)))
    if re.match(PCI_ADDRESS, address):  # else a card of a chip, on no bus that has addresses
        told["address"] = address
    if machine.exists(f"{folder}/driver"):
        told["driver"] = os.path.basename(os.path.realpath(machine.at(f"{folder}/driver")))
    return {key: text for key, text in told.items() if text}


def libcuda(machine: Machine) -> dict[str, Any]:
    """Return where the CUDA driver's library lies.

    Raises:
        UnreadableError: It lies nowhere.
    """
    paths = [path for pattern in LIBCUDA_PATTERNS for path in machine.glob(pattern)]
    cached = loader_cache(machine, b"libcuda.so")
    if not paths and not cached:
        raise UnreadableError("absent", "libcuda.so lies in none of the usual folders and not in the loader's cache")
    found = [{"path": path, "target": os.path.realpath(machine.at(path))} for path in dict.fromkeys(paths)]
    return {"paths": found, "ld_cache": cached}


def loader_cache(machine: Machine, name: bytes) -> list[str]:
    """Return the paths in the dynamic loader's cache whose file name starts so."""
    try:
        with open(machine.at(LOADER_CACHE), "rb") as file:
            data = file.read()
    except OSError:
        return []
    paths = re.findall(rb"/[\x20-\x7e]*/" + re.escape(name) + rb"[\x21-\x7e]*", data)
    return sorted({path.decode() for path in paths})


def cuda_toolkits(machine: Machine) -> dict[str, Any]:
    """Return the CUDA toolkits on disk, and the compiler that PATH finds."""
    named = [machine.environ[variable] for variable in TOOLKIT_VARIABLES if machine.environ.get(variable)]
    found = [path for pattern in TOOLKIT_PATTERNS for path in machine.glob(pattern)]
    paths = [path for path in dict.fromkeys([*found, *named]) if os.path.isdir(machine.at(path))]
    toolkits = [_toolkit(machine, path) for path in paths]
    nvcc = machine.which("nvcc")
    return {"toolkits": toolkits, "nvcc": nvcc and {"path": nvcc, "target": os.path.realpath(nvcc)}}


def _toolkit(machine: Machine, path: str) -> dict[str, Any]:
    version, source = _toolkit_version(machine, path)
    nvcc = f"{path}/bin/nvcc"
    target = os.path.realpath(machine.at(path))
    return {"path": path, "target": target, "version": version, "source": source, "nvcc": machine.exists(nvcc)}


def _toolkit_version(machine: Machine, path: str) -> tuple[str | None, str | None]:
    try:
        return str(json.loads(machine.peek(f"{path}/version.json"))["cuda"]["version"]), f"{path}/version.json"
    except (ValueError, KeyError, TypeError):
        pass
    found = re.search(r"CUDA Version (\d[\d.]*)", machine.peek(f"{path}/version.txt"))
    if found:
        return found.group(1), f"{path}/version.txt"
    found = re.search(r"#define\s+CUDA_VERSION\s+(\d+)", machine.peek(f"{path}/include/cuda.h"))
    if found:
        number = int(found.group(1))
        return f"{number // 1000}.{number % 1000 // 10}", f"{path}/include/cuda.h"
    return None, None


def cudnn(machine: Machine) -> list[dict[str, Any]]:
    """Return the cuDNN headers on disk with the version each defines.

    Raises:
        UnreadableError: There are none.
    """
    paths = [path for pattern in CUDNN_PATTERNS for path in machine.glob(pattern)]
    if not paths:
        raise UnreadableError("absent", "no cudnn_version.h in the usual folders")
    return [{"path": path, "version": _cudnn_version(machine.peek(path))} for path in paths]


def _cudnn_version(header: str) -> str | None:
    parts = dict(re.findall(CUDNN_PART, header))
    version = [parts.get(part) for part in ("MAJOR", "MINOR", "PATCHLEVEL")]
    return ".".join(part for part in version if part) if version[0] else None
