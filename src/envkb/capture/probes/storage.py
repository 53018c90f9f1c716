"""What the folders of an environment and of the managers' caches lie on."""

import re
from collections.abc import Mapping
from typing import Any

from envkb.capture.probes.environment_json import flag, mapping, size, text
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.quantities import size_bytes
from envkb.capture.probes.reasons import explain
from envkb.capture.probes.wording import meaningful
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

STORAGE = "kb:storage"
_ENVIRONMENT = "environment"
_NETWORK = frozenset(
    "9p afp ceph cifs fuse.cephfs fuse.gcsfuse fuse.glusterfs fuse.rclone fuse.s3fs fuse.sshfs gpfs lustre nfs nfs4 "
    "panfs pvfs2 smb3 smbfs virtiofs webdav beegfs wekafs".split()
)
_MEMORY = frozenset(("tmpfs", "ramfs", "rootfs"))
_LAYERED = frozenset(("overlay", "aufs", "fuse.fuse-overlayfs", "fuse-overlayfs"))
# Windows' drives inside of WSL: `drvfs` in the first generation, 9p in the second.
_WINDOWS = r"\b(?:drvfs|aname=drvfs)\b|^[A-Za-z]:\\"
# Options that change what an installation costs, or whether links and programs work there.
_NOTED = frozenset(
    "async atomic case compress compress-force data discard dirsync metadata nobarrier noatime nodatacow "
    "nodev noexec nosuid relatime ro strictatime sync nolock vers casefold journaled lazytime".split()
)
# How a drive is attached says more than whether it spins: a hypervisor's disk calls itself rotating.
_TRANSPORTS = {
    "loop": "image",
    "mmc": "sd-card",
    "nvme": "nvme",
    "usb": "usb",
    "virtio": "virtual",
    "vmbus": "virtual",
    "xen": "virtual",
}


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note file system, kind of device and space for each folder that matters."""
    roles = mapping(snapshot.json(STORAGE))
    home = mapping(roles.get(_ENVIRONMENT))
    for role, entry in roles.items():
        told, subject = mapping(entry), f"storage/{role}"
        if not told or not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", role):
            continue
        if role == _ENVIRONMENT or not _is_same(subject, told, home, notes):
            _role(snapshot, subject, told, notes)
    explain(snapshot, notes, f"storage/{_ENVIRONMENT}", "file_system", STORAGE)


def _role(snapshot: Snapshot, subject: str, told: Mapping[str, Any], notes: Observations) -> None:
    for name in ("mount_point", "file_system", "block", "transport"):
        notes.see(subject, name, text(told.get(name)), STORAGE)
    notes.see(subject, "drive_model", meaningful(text(told.get("model"))), STORAGE)
    for name in ("total_bytes", "free_bytes"):
        notes.see(subject, name, size(told.get(name)), STORAGE)
    options = (text(told.get("mount_options")) or "").split(",")
    notes.see(subject, "mount_options", [option for option in options if option.partition("=")[0] in _NOTED], STORAGE)
    notes.see(subject, "read_only", "ro" in options if options != [""] else None, STORAGE)
    notes.see(subject, "device_kind", device_kind(told), STORAGE)
    hidden = "the layers of a container hide it" if text(told.get("file_system")) in _LAYERED else "nothing tells it"
    notes.miss(subject, "device_kind", Status.ABSENT, hidden, STORAGE)
    block = text(told.get("block"))
    if block:
        _queue(snapshot, subject, block, notes)


def _queue(snapshot: Snapshot, subject: str, block: str, notes: Observations) -> None:
    folder = f"/sys/block/{block}/queue/"
    chosen = re.search(r"\[([\w-]+)\]", snapshot.text(folder + "scheduler") or "")
    notes.see(subject, "io_scheduler", chosen[1] if chosen else None, folder + "scheduler")
    ahead = f"{(snapshot.text(folder + 'read_ahead_kb') or '').strip()}K"
    notes.see(subject, "read_ahead_bytes", size_bytes(ahead), folder + "read_ahead_kb")


def device_kind(told: Mapping[str, Any]) -> str | None:
    """Return what a folder lies on, in one word, None where nothing tells.

    Returns:
        `memory`, `network`, `windows-drive` (of WSL), `nvme`, `sd-card`, `usb`, `virtual` (a hypervisor's disk), `ssd`,
        `hdd` or `image` (a loop device).
    """
    file_system, transport = text(told.get("file_system")) or "", text(told.get("transport"))
    source, options = text(told.get("mount_source")) or "", text(told.get("mount_options")) or ""
    if file_system == "drvfs" or re.search(_WINDOWS, options) or re.search(_WINDOWS, source):
        return "windows-drive"
    if file_system in _MEMORY or (text(told.get("block")) or "").startswith("zram"):
        return "memory"
    if file_system in _NETWORK:
        return "network"
    spins = flag(told.get("rotational"))
    by_motion = None if spins is None else "hdd" if spins else "ssd"
    return _TRANSPORTS.get(transport or "", by_motion)


def _is_same(subject: str, told: Mapping[str, Any], home: Mapping[str, Any], notes: Observations) -> bool:
    one, other = text(told.get("st_dev")), text(home.get("st_dev"))
    if one is None or other is None:
        return False
    # Files can be linked rather than copied between two folders only within one file system. Where it is the same,
    # everything else about it stands at the environment already.
    notes.see(subject, "same_file_system_as_environment", one == other, STORAGE)
    return one == other
