"""What the folders of an environment and of the managers' caches lie on."""

import re
from collections.abc import Mapping
from typing import Any

from envkb.capture.probes.observations import Observations
from envkb.capture.probes.quantities import whole
from envkb.capture.probes.reasons import explain
from envkb.capture.probes.wording import first_line, meaningful
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
_WINDOWS = re.compile(r"\b(?:drvfs|aname=drvfs)\b|^[A-Za-z]:\\")
# Options that change what an installation costs, or whether links and programs work there.
_NOTED = frozenset(
    "async atomic case=dir case=off compress compress-force data discard dirsync metadata nobarrier noatime nodatacow "
    "nodev noexec nosuid relatime ro strictatime sync nolock vers casefold journaled lazytime".split()
)
_VIRTUAL = ("virtio", "vmbus", "xen")


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note file system, kind of device and space for each folder that matters."""
    document = snapshot.json(STORAGE)
    roles = document if isinstance(document, dict) else {}
    home = roles.get(_ENVIRONMENT)
    for role, told in roles.items():
        if not isinstance(told, dict) or not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", role):
            continue
        same = role != _ENVIRONMENT and isinstance(home, dict) and _compare(f"storage/{role}", told, home, notes)
        if not same:
            _role(snapshot, f"storage/{role}", told, notes)
    explain(snapshot, notes, f"storage/{_ENVIRONMENT}", "file_system", STORAGE)


def _role(snapshot: Snapshot, subject: str, told: Mapping[str, Any], notes: Observations) -> None:
    for name in ("mount_point", "file_system", "block", "transport"):
        notes.see(subject, name, _text(told.get(name)), STORAGE)
    notes.see(subject, "drive_model", meaningful(_text(told.get("model"))), STORAGE)
    for name in ("total_bytes", "free_bytes"):
        size = told.get(name)
        notes.see(subject, name, size if isinstance(size, int) and not isinstance(size, bool) else None, STORAGE)
    options = (_text(told.get("mount_options")) or "").split(",")
    notes.see(subject, "mount_options", [option for option in options if option.partition("=")[0] in _NOTED], STORAGE)
    notes.see(subject, "read_only", "ro" in options if options != [""] else None, STORAGE)
    notes.see(subject, "device_kind", device_kind(told), STORAGE)
    hidden = "the layers of a container hide it" if told.get("file_system") in _LAYERED else "nothing tells it"
    notes.miss(subject, "device_kind", Status.ABSENT, hidden, STORAGE)
    block = _text(told.get("block"))
    if block:
        _queue(snapshot, subject, block, notes)


def _queue(snapshot: Snapshot, subject: str, block: str, notes: Observations) -> None:
    folder = f"/sys/block/{block}/queue/"
    chosen = re.search(r"\[([\w-]+)\]", snapshot.text(folder + "scheduler") or "")
    notes.see(subject, "io_scheduler", chosen[1] if chosen else None, folder + "scheduler")
    ahead = whole(first_line(snapshot.text(folder + "read_ahead_kb")))
    notes.see(subject, "read_ahead_bytes", ahead * 1024 if ahead is not None else None, folder + "read_ahead_kb")


def device_kind(told: Mapping[str, Any]) -> str | None:
    """Return what a folder lies on, in one word, None where nothing tells.

    Returns:
        `memory`, `network`, `windows-drive` (of WSL), `nvme`, `sd-card`, `usb`, `virtual` (a hypervisor's disk), `ssd`,
        `hdd` or `image` (a loop device).
    """
    file_system, transport = _text(told.get("file_system")) or "", _text(told.get("transport"))
    source, options = _text(told.get("mount_source")) or "", _text(told.get("mount_options")) or ""
    if _WINDOWS.search(f"{options}") or _WINDOWS.search(source) or file_system == "drvfs":
        return "windows-drive"
    if file_system in _MEMORY:
        return "memory"
    if file_system in _NETWORK:
        return "network"
    block = _text(told.get("block")) or ""
    if block.startswith("zram"):
        return "memory"
    if transport in _VIRTUAL:
        return "virtual"
    named = {"nvme": "nvme", "mmc": "sd-card", "usb": "usb", "loop": "image"}.get(transport or "")
    rotational = told.get("rotational")
    spins = {True: "hdd", False: "ssd"}.get(rotational) if isinstance(rotational, bool) else None
    return named or spins


def _compare(subject: str, told: Mapping[str, Any], home: Mapping[str, Any], notes: Observations) -> bool:
    one, other = _text(told.get("st_dev")), _text(home.get("st_dev"))
    if one is None or other is None:
        return False
    # Files can be linked rather than copied between two folders only within one file system. Where it is the same,
    # everything else about it stands at the environment already.
    notes.see(subject, "same_file_system_as_environment", one == other, STORAGE)
    return one == other


def _text(value: Any) -> str | None:  # noqa: ANN401 - foreign JSON has no type
    return value if isinstance(value, str) and value else None
