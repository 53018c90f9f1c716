"""What the collector computes of the host: identity, layers, clock."""

from __future__ import annotations

import hashlib
import hmac
import os
import platform
import re
import time
from typing import Any

from envkb.capture.collect.commands import output_of
from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import Job, UnreadableError, computed_job

KEY_PURPOSE = b"envkb/host/1"
MACHINE_ID_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")
UUID = re.compile(r'"IOPlatformUUID"\s*=\s*"([^"]+)"')
CONTAINER_MARKS = ("docker", "containerd", "kubepods", "libpod", "lxc", "/machine.slice/")


def host_jobs(machine: Machine) -> list[Job]:
    """Return the jobs of this module."""
    return [
        computed_job("kb:uname", lambda: uname(machine)),
        computed_job("kb:libc", lambda: libc(machine)),
        computed_job("kb:machine-key", lambda: machine_key(machine)),
        computed_job("kb:affinity", affinity),
        computed_job("kb:layers", lambda: layers(machine)),
        computed_job("kb:clock", lambda: clock(machine)),
    ]


def uname(machine: Machine) -> dict[str, Any]:
    """Return what the kernel calls itself, and the size of its pages; the node name stays out."""
    told = os.uname()
    return {
        "system": machine.system,
        "release": told.release,
        "version": told.version,
        "machine": told.machine,
        "page_bytes": os.sysconf("SC_PAGE_SIZE"),
    }


def libc(machine: Machine) -> dict[str, str]:
    """Return the C library that this machine's own programs use.

    Raises:
        UnreadableError: It tells neither by `confstr` nor by its loader (musl: see `ldd --version`).
    """
    if machine.system == "Darwin":
        return {"name": "macos", "version": platform.mac_ver()[0], "source": "mac_ver"}
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (ValueError, OSError):
        name, version = "", ""
    if version:
        return {"name": name, "version": version, "source": "confstr"}
    for path in machine.glob("/lib/ld-musl-*.so.1"):
        return {"name": "musl", "version": "", "source": path}
    raise UnreadableError("failed", "neither glibc nor musl tells its version")


def machine_key(machine: Machine) -> str:
    """Return the host's key: an HMAC keyed by the OS machine id, which itself is never returned.

    Raises:
        UnreadableError: This is a container, whose id is not the host's, or there is no id.
    """
    if in_container(machine):
        raise UnreadableError("absent", "in a container the machine id is not the host's")
    identity = machine_id(machine)
    if not identity:
        raise UnreadableError("absent", "this system has no machine id")
    return hmac.new(identity.encode(), KEY_PURPOSE, hashlib.sha256).hexdigest()[:20]


def machine_id(machine: Machine) -> str:
    """Return the raw id of this installation, stripped, in lower case; empty where there is none."""
    if machine.system == "Darwin":
        found = UUID.search(output_of(machine, "ioreg -rd1 -c IOPlatformExpertDevice"))
        return found.group(1).strip().lower() if found else ""
    for path in MACHINE_ID_FILES:
        text = machine.peek(path).lower()
        # systemd writes this word into images that have not booted yet.
        if text and text != "uninitialized":
            return text
    return ""


def in_container(machine: Machine) -> bool:
    """Tell whether this runs in a container that shares another system's kernel."""
    if machine.exists("/.dockerenv") or machine.exists("/run/.containerenv"):
        return True
    if (
        machine.peek("/run/systemd/container") not in ("", "wsl")
        or {"KUBERNETES_SERVICE_HOST", "container"} & machine.environ.keys()
    ):
        return True
    return any(mark in machine.peek("/proc/1/cgroup") for mark in CONTAINER_MARKS)


def affinity() -> dict[str, Any]:
    """Return the CPUs that this process may run on, beside the number there are."""
    if not hasattr(os, "sched_getaffinity"):
        raise UnreadableError("not_applicable", "this system does not bind processes to CPUs")
    cpus = sorted(os.sched_getaffinity(0))
    return {"cpus": cpus, "count": len(cpus), "cpu_count": os.cpu_count()}


def layers(machine: Machine) -> dict[str, Any]:
    """Return the marks that virtual machines, WSL and containers leave."""
    environ = machine.environ
    return {
        "dockerenv": machine.exists("/.dockerenv"),
        "containerenv": machine.exists("/run/.containerenv"),
        "container_manager": machine.peek("/run/systemd/container"),
        "container_variable": environ.get("container", ""),
        "container_cgroup": any(mark in machine.peek("/proc/1/cgroup") for mark in CONTAINER_MARKS),
        "kubernetes": "KUBERNETES_SERVICE_HOST" in environ,
        "apptainer": "APPTAINER_CONTAINER" in environ or "SINGULARITY_CONTAINER" in environ,
        "wsl": machine.is_wsl,
        "wsl_distro": environ.get("WSL_DISTRO_NAME", ""),
        "wsl_interop": "WSL_INTEROP" in environ,
        "mnt_c": machine.is_wsl and machine.exists("/mnt/c"),
        "workdir_on_windows": machine.is_wsl and re.match(r"/mnt/[a-z](/|$)", machine.cwd) is not None,
        "hypervisor_flag": bool(re.search(r"^flags\s*:.*\bhypervisor\b", machine.peek("/proc/cpuinfo"), re.MULTILINE)),
        "colab": "COLAB_RELEASE_TAG" in environ,
        "codespaces": environ.get("CODESPACES", "") == "true",
        "ci": environ.get("CI", "") not in ("", "0", "false"),
        "slurm": "SLURM_JOB_ID" in environ,
    }


def clock(machine: Machine) -> dict[str, Any]:
    """Return the time, and what speaks for it: a battery-backed clock, a synchronisation.

    `synchronized` is null where nothing cheap tells.
    """
    answer: dict[str, Any] = {"unix_s": time.time(), "monotonic_s": time.monotonic(), "rtc": None, "synchronized": None}
    if machine.system == "Linux":
        answer["rtc"] = bool(machine.glob("/sys/class/rtc/rtc*"))
        if machine.exists("/run/systemd/timesync/synchronized"):
            answer.update(synchronized=True, source="/run/systemd/timesync/synchronized")
    return answer
