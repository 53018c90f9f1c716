"""Every CPU in one table: of 256 CPUs, thousands of small files would drown the snapshot."""

from __future__ import annotations

import re
from typing import Any

from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import Job, UnreadableError, computed_job

BASE = "/sys/devices/system/cpu"
MOST_CPUS = 1024
# The key in the table, and the file under the CPU's folder.
FILES = {
    "core_id": "topology/core_id",
    "physical_package_id": "topology/physical_package_id",
    "die_id": "topology/die_id",
    "core_cpus_list": "topology/core_cpus_list",
    "cpu_capacity": "cpu_capacity",
    "max_khz": "cpufreq/cpuinfo_max_freq",
    "base_khz": "cpufreq/base_frequency",
    "governor": "cpufreq/scaling_governor",
}
CACHE_FILES = ("level", "type", "size", "shared_cpu_list")


def cpu_jobs(machine: Machine) -> list[Job]:
    """Return the jobs of this module."""
    return [computed_job("kb:cpu-topology", lambda: topology(machine))] if machine.system == "Linux" else []


def topology(machine: Machine) -> dict[str, Any]:
    """Return the table of CPUs, and the caches of the first CPU of each kind.

    Raises:
        UnreadableError: The kernel lists no CPUs.
    """
    numbers = sorted(int(path.rpartition("cpu")[2]) for path in machine.glob(BASE + "/cpu[0-9]*"))
    if not numbers:
        raise UnreadableError("absent", f"{BASE} lists no CPU")
    # What the first CPU lacks (no cpufreq in a virtual machine), the others lack too: do not look a thousand times.
    folder = f"{BASE}/cpu{numbers[0]}/"
    files = {key: name for key, name in FILES.items() if machine.exists(folder + name)}
    cpus = [_cpu(machine, number, files) for number in numbers[:MOST_CPUS]]
    return {"cpus": cpus, "caches": _caches(machine, cpus)}


def _cpu(machine: Machine, number: int, files: dict[str, str]) -> dict[str, Any]:
    told = {key: machine.peek(f"{BASE}/cpu{number}/{name}") for key, name in files.items()}
    return {"cpu": number, **{key: text for key, text in told.items() if text}}


def _caches(machine: Machine, cpus: list[dict[str, Any]]) -> dict[str, Any]:
    firsts: dict[Any, int] = {}
    for cpu in cpus:
        firsts.setdefault((cpu.get("cpu_capacity"), cpu.get("max_khz")), cpu["cpu"])
    # Turbo bins can differ from core to core; a handful of kinds is all that exists.
    return {str(number): _caches_of(machine, number) for number in sorted(firsts.values())[:4]}


def _caches_of(machine: Machine, number: int) -> list[dict[str, str]]:
    folders = machine.glob(f"{BASE}/cpu{number}/cache/index[0-9]*")
    folders.sort(key=lambda folder: int(re.sub(r"\D", "", folder.rpartition("index")[2]) or 0))
    return [{name: machine.peek(f"{folder}/{name}") for name in CACHE_FILES} for folder in folders]
