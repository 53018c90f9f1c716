"""NVIDIA Jetson: the board's release of Linux, and the GPU in the chip, which NVML does not tell of."""

import re
from typing import Final, NamedTuple

from envkb.capture.probes.accelerators_device import Device
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

RELEASE: Final = "/etc/nv_tegra_release"
COMPATIBLE: Final = "/proc/device-tree/compatible"


class _Chip(NamedTuple):
    """The GPU that is part of a chip, None for what depends on more than the chip."""

    name: str
    architecture: str
    compute_capability: str | None


# By the chip's name in the device tree.
_CHIPS: Final = {
    "tegra210": _Chip("Tegra X1", "Maxwell", "5.3"),
    "tegra186": _Chip("Tegra X2", "Pascal", "6.2"),
    "tegra194": _Chip("Xavier", "Volta", "7.2"),
    "tegra234": _Chip("Orin", "Ampere", "8.7"),
    # CUDA 12 calls it 10.1, CUDA 13 calls it 11.0.
    "tegra264": _Chip("Thor", "Blackwell", None),
}
# By the release of Linux for Tegra.
_JETPACKS: Final = {
    "38.2.0": "7.0",
    "36.4.4": "6.2.1",
    "36.4.3": "6.2",
    "36.4.0": "6.1",
    "36.3.0": "6.0",
    "35.6.0": "5.1.4",
    "35.5.0": "5.1.3",
    "35.4.1": "5.1.2",
    "35.3.1": "5.1.1",
    "35.2.1": "5.1",
    "35.1.0": "5.0.2",
    "32.7.4": "4.6.4",
    "32.7.3": "4.6.3",
    "32.7.2": "4.6.2",
    "32.7.1": "4.6.1",
    "32.6.1": "4.6",
}


def note_jetson(snapshot: Snapshot, notes: Observations) -> Device | None:
    """Note the release of a Jetson.

    Returns:
        The GPU in the chip; None where the machine is no Jetson.
    """
    chip = _chip(snapshot.text(COMPATIBLE) or "")
    release = snapshot.text(RELEASE)
    if chip is None and release is None:
        return None
    _note_release(release, notes)
    if chip is None:
        return None
    notes.see("jetson", "chip", chip, COMPATIBLE)
    device = Device("NVIDIA", COMPATIBLE)
    known = _CHIPS.get(chip)
    if known is None:
        device.misses["name"] = (Status.FAILED, f"the chip {chip} is not known")
        return device
    device.values["name"] = known.name
    device.values["architecture"] = known.architecture
    if known.compute_capability:
        device.values["compute_capability"] = known.compute_capability
    device.misses["memory_bytes"] = (Status.NOT_APPLICABLE, "the GPU shares the machine's memory")
    return device


def _chip(compatible: str) -> str | None:
    """Find the chip among the device tree's names, which go from the board to the chip: `nvidia,tegra234`."""
    found = re.findall(r"nvidia,(tegra\d{3})\b", compatible)
    return found[-1] if found else None


def _note_release(release: str | None, notes: Observations) -> None:
    """Read `# R36 (release), REVISION: 4.3, GCID: …, BOARD: generic, EABI: aarch64, DATE: …`."""
    if release is None:
        notes.miss("jetson", "l4t_version", Status.ABSENT, f"{RELEASE} is not there", RELEASE)
        return
    found = re.search(r"R(\d{1,3}) \(release\), REVISION: (\d{1,3}(?:\.\d{1,3})*)", release)
    if not found:
        notes.miss("jetson", "l4t_version", Status.FAILED, "no release in its text", RELEASE)
        return
    version = f"{found.group(1)}.{found.group(2)}"
    notes.see("jetson", "l4t_version", version, RELEASE)
    jetpack = _JETPACKS.get(version) or _JETPACKS.get(f"{version}.0")
    if jetpack:
        notes.see("jetson", "jetpack_version", jetpack, RELEASE)
    else:
        notes.miss("jetson", "jetpack_version", Status.NOT_READ, f"no JetPack is known for L4T {version}", RELEASE)
