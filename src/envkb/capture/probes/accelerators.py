"""Every accelerator of a host, one subject each: `gpu/0`, `gpu/1`, whoever made it."""

from collections.abc import Sequence
from typing import Final

from envkb.capture.probes import accelerators_drm, intel_gpu
from envkb.capture.probes.accelerators_device import Device, write
from envkb.capture.probes.accelerators_sources import parsed, runs_of
from envkb.capture.probes.amd import note_amd
from envkb.capture.probes.apple_gpu import read_macs
from envkb.capture.probes.nvidia import note_nvidia
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

_MAC: Final = "system_profiler"


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note the facts of every accelerator and of its driver."""
    tellings = (
        [*note_nvidia(snapshot, notes), accelerators_drm.read_cards(snapshot, "NVIDIA")],
        [*note_amd(snapshot, notes), accelerators_drm.read_cards(snapshot, "AMD")],
        [*_note_intel(snapshot, notes), accelerators_drm.read_cards(snapshot, "Intel")],
        [read_macs(snapshot)],
    )
    groups = [group for of_maker in tellings for group in _grouped(of_maker)]
    for index, group in enumerate(groups):
        _write_gpu(notes, f"gpu/{index}", group)
    if groups:
        notes.see("gpu", "count", len(groups), groups[0][0].source)
    else:
        asked = next((source.id for source in runs_of(snapshot, _MAC)), accelerators_drm.CARDS)
        notes.miss("gpu", "count", Status.ABSENT, "no GPU was found", asked)
    for index, display in enumerate(accelerators_drm.read_displays(snapshot)):
        notes.see(f"display/{index}", "vendor", display.vendor, display.source)
        for name in ("name", "driver", "pci_device_id"):
            notes.see(f"display/{index}", name, display.values.get(name), display.source)


def _write_gpu(notes: Observations, subject: str, group: Sequence[Device]) -> None:
    notes.see(subject, "vendor", group[0].vendor, group[0].source)
    addresses = ((device.address, device.source) for device in group if device.address)
    notes.see(subject, "pci_address", *next(addresses, (None, group[0].source)))
    write(notes, subject, group)
    for name in ("name", "memory_bytes"):
        notes.miss(subject, name, Status.NOT_READ, "no source tells it", group[0].source)


def _note_intel(snapshot: Snapshot, notes: Observations) -> list[list[Device]]:
    tellings = []
    for source in runs_of(snapshot, "xpu-smi"):
        document = parsed(source)
        notes.see("intel_gpu", "driver_version", intel_gpu.driver_version(document), source.id)
        tellings.append(intel_gpu.read_xpu_smi(document, source.id))
    version = (snapshot.text(intel_gpu.MODULE) or "").strip()
    notes.see("intel_gpu", "driver_version", version, intel_gpu.MODULE)
    return tellings


def _grouped(tellings: Sequence[Sequence[Device]]) -> list[list[Device]]:
    """Bring together what several sources tell of one device: by its address, else by its place in equal lists."""
    groups: list[list[Device]] = []
    for devices in tellings:
        known = list(groups)
        for place, device in enumerate(devices):
            group = _same(known, device)
            if group is None and len(devices) == len(known) and not (device.address and known[place][0].address):
                group = known[place]
            if group is not None:
                group.append(device)
            elif device.address or not known:
                groups.append([device])
    return groups


def _same(groups: Sequence[list[Device]], device: Device) -> list[Device] | None:
    if device.address is None:
        return None
    return next((group for group in groups if any(one.address == device.address for one in group)), None)
