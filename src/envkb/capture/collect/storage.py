"""What the folders that matter lie on: mount, file system, device, free space."""

from __future__ import annotations

import os
import re
from typing import Any, Iterator, Mapping, NamedTuple

from envkb.capture.collect.commands import output_of
from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import UnreadableError

OCTAL = r"\\([0-7]{3})"
DARWIN_MOUNT = r"(?m)^(?P<source>.+?) on (?P<point>.+) \((?P<type>[^,)]+)(?P<options>[^)]*)\)$"
# Where a device hangs, by a word in its path under /sys; the first that fits tells.
TRANSPORTS = ("nvme", "usb", "mmc", "virtio", "vmbus", "xen", "ata", "scsi", "loop")


class Mount(NamedTuple):
    """One line of the mount table."""

    point: str
    source: str
    file_system: str
    options: str
    device: str


def storage(machine: Machine, folders: Mapping[str, str]) -> dict[str, Any]:
    """Return, for each role, what its folder lies on; roles without a folder are left out.

    Raises:
        UnreadableError: No folder is there.
    """
    mounts = list(mount_table(machine))
    told = {role: _lies_on(machine, path, mounts) for role, path in folders.items() if path and machine.exists(path)}
    if not told:
        raise UnreadableError("absent", "none of the folders exists")
    return told


def cache_folders(machine: Machine) -> dict[str, str]:
    """Return where each manager keeps its cache, by role, whether or not it is there."""
    environ = machine.environ
    home = machine.home
    cache = environ.get("XDG_CACHE_HOME") or f"{home}/.cache"
    native = f"{home}/Library/Caches" if machine.system == "Darwin" else cache
    conda = (environ.get("CONDA_PKGS_DIRS") or "").split(",")[0].split(os.pathsep)[0]
    roots = [f"{root}/pkgs" for root in conda_roots(machine)]
    return {
        "cache-pip": environ.get("PIP_CACHE_DIR") or f"{native}/pip",
        "cache-uv": environ.get("UV_CACHE_DIR") or f"{cache}/uv",
        "cache-conda": conda or next((path for path in roots if machine.exists(path)), f"{home}/.conda/pkgs"),
        "cache-pixi": environ.get("PIXI_CACHE_DIR") or environ.get("RATTLER_CACHE_DIR") or f"{native}/rattler/cache",
    }


def conda_roots(machine: Machine) -> list[str]:
    """Return the roots of conda installations, those that the environment names first."""
    environ = machine.environ
    named = [environ.get("CONDA_EXE", ""), environ.get("MAMBA_EXE", "")]
    roots = [path.rpartition("/")[0].rpartition("/")[0] for path in named if path.count("/") > 1]
    roots.append(environ.get("MAMBA_ROOT_PREFIX", ""))
    names = ("miniforge3", "mambaforge", "miniconda3", "anaconda3", "micromamba", ".local/share/mamba", "conda")
    roots.extend(f"{machine.home}/{name}" for name in names)
    roots.extend(
        ("/opt/conda", "/opt/miniconda3", "/opt/anaconda3", "/opt/miniforge3", "/opt/homebrew/Caskroom/miniforge/base")
    )
    # An environment below a root is active more often than the root itself.
    active = environ.get("CONDA_PREFIX", "")
    roots.append(active.partition("/envs/")[0])
    return [root for root in dict.fromkeys(roots) if root and machine.exists(f"{root}/conda-meta")]


def mount_table(machine: Machine) -> Iterator[Mount]:
    """Yield the mounts in the order of the table: a later one covers an earlier one at the same point."""
    if machine.system == "Darwin":
        yield from darwin_mounts(output_of(machine, "mount"))
        return
    for line in machine.peek("/proc/self/mountinfo").splitlines():
        first, _, second = line.partition(" - ")
        fields = first.split()
        rest = second.split()
        if len(fields) > 5 and len(rest) > 1:  # noqa: PLR2004 - proc(5)
            super_options = rest[2] if len(rest) > 2 else ""  # noqa: PLR2004 - likewise
            options = ",".join(dict.fromkeys([*fields[5].split(","), *super_options.split(",")]))
            yield Mount(_unescaped(fields[4]), _unescaped(rest[1]), rest[0], _unescaped(options), fields[2])


def darwin_mounts(text: str) -> Iterator[Mount]:
    """Yield the mounts that macOS' `mount` prints."""
    for found in re.finditer(DARWIN_MOUNT, text):
        options = ",".join(option.strip() for option in found["options"].split(",") if option.strip())
        yield Mount(found["point"], found["source"], found["type"], options, "")


def _lies_on(machine: Machine, path: str, mounts: list[Mount]) -> dict[str, Any]:
    real = os.path.realpath(machine.at(path))
    status = os.stat(real)
    device = f"{os.major(status.st_dev)}:{os.minor(status.st_dev)}"
    space = os.statvfs(real)
    told: dict[str, Any] = {
        "path": path,
        "st_dev": device,
        "total_bytes": space.f_frsize * space.f_blocks,
        "free_bytes": space.f_frsize * space.f_bavail,
    }
    mount = covering(mounts, real, device)
    if mount is not None:
        told.update(mount_point=mount.point, mount_source=mount.source, file_system=mount.file_system)
        told.update(mount_options=mount.options, **_block_device(machine, mount, device))
    return told


def covering(mounts: list[Mount], path: str, device: str) -> Mount | None:
    """Return the mount that a path lies on: the longest point above it, preferably with the path's own device."""
    above = [mount for mount in mounts if path == mount.point or path.startswith(mount.point.rstrip("/") + "/")]
    same = [mount for mount in above if mount.device == device]
    best = None
    for mount in same or above:
        if best is None or len(mount.point) >= len(best.point):
            best = mount
    return best


def _block_device(machine: Machine, mount: Mount, device: str) -> dict[str, Any]:
    name = _block_name(machine, mount, device)
    if not name:
        return {}
    folder = os.path.realpath(machine.at(f"/sys/class/block/{name}"))
    if os.path.exists(f"{folder}/partition"):
        folder = os.path.dirname(folder)
    folder = _below_mapper(folder)
    told: dict[str, Any] = {"block": os.path.basename(folder)}
    rotational = _line(f"{folder}/queue/rotational")
    if rotational in ("0", "1"):
        told["rotational"] = rotational == "1"
    model = _line(f"{folder}/device/model")
    if model:
        told["model"] = model
    transport = next((word for word in TRANSPORTS if re.search(rf"/{word}", folder)), None)
    if transport:
        told["transport"] = transport
    return told


def _block_name(machine: Machine, mount: Mount, device: str) -> str:
    if device in (mount.device, "") and os.path.exists(machine.at(f"/sys/dev/block/{device}")):
        return os.path.basename(os.path.realpath(machine.at(f"/sys/dev/block/{device}")))
    # btrfs and others number their volumes themselves; the source still names the device.
    name = os.path.basename(os.path.realpath(mount.source)) if mount.source.startswith("/dev/") else ""
    return name if name and os.path.exists(machine.at(f"/sys/class/block/{name}")) else ""


def _below_mapper(folder: str) -> str:
    # An encrypted or logical volume lies on something that spins or does not.
    for _ in range(4):
        try:
            slaves = sorted(os.listdir(f"{folder}/slaves"))
        except OSError:
            return folder
        if len(slaves) != 1:
            return folder
        folder = os.path.realpath(f"{folder}/slaves/{slaves[0]}")
        if os.path.exists(f"{folder}/partition"):
            folder = os.path.dirname(folder)
    return folder


def _line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def _unescaped(text: str) -> str:
    return re.sub(OCTAL, lambda found: chr(int(found.group(1), 8)), text)
