"""AMD GPUs: from `amd-smi`, else `rocm-smi`, else what the kernel tells; and the ROCm they run with."""

import re
from typing import Final

from envkb.capture.probes import amd_rocm_smi, amd_smi
from envkb.capture.probes.accelerators_device import Device
from envkb.capture.probes.accelerators_sources import parsed, runs_of
from envkb.capture.probes.amd_kfd import read_kfd
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

MODULE: Final = "/sys/module/amdgpu/version"
_ROCM: Final = r"/opt/rocm[^/]*/\.info/version"


def note_amd(snapshot: Snapshot, notes: Observations) -> list[list[Device]]:
    """Note the facts of AMD's driver and of ROCm.

    Returns:
        The GPUs as each source tells them, a list a source, the best source first.
    """
    tellings = []
    for source in runs_of(snapshot, "amd-smi"):
        document = parsed(source)
        notes.see("amd", "driver_version", amd_smi.driver_version(document), source.id)
        tellings.append(amd_smi.read_amd_smi(document, source.id))
    for source in runs_of(snapshot, "rocm-smi"):
        document = parsed(source)
        notes.see("amd", "driver_version", amd_rocm_smi.driver_version(document), source.id)
        devices = amd_rocm_smi.read_rocm_smi(document, source.id)
        tellings.append(devices or amd_rocm_smi.read_rocm_smi_text(source.text, source.id))
    for program in ("amd-smi", "rocm-smi"):
        for source in runs_of(snapshot, program):
            if source.status not in ("ok", "absent"):
                notes.miss("amd", "driver_version", Status(source.status), source.reason, source.id)
    notes.see("amd", "driver_version", (snapshot.text(MODULE) or "").strip(), MODULE)
    _note_rocm(snapshot, notes)
    tellings.append(read_kfd(snapshot))
    return [devices for devices in tellings if devices]


def _note_rocm(snapshot: Snapshot, notes: Observations) -> None:
    """Note every ROCm on disk; `/opt/rocm` is a link to one of them."""
    versions = {}
    for source in snapshot.matching("/opt/rocm"):
        found = re.match(r"\d+(?:\.\d+)+", source.text.strip()) if re.fullmatch(_ROCM, source.id) else None
        if found:
            versions[found.group()] = source.id
    notes.see("rocm", "versions", [*sorted(versions)], next(iter(versions.values()), "/opt/rocm/.info/version"))
