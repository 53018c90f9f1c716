"""Reads the allowed files."""

from __future__ import annotations

from typing import Callable, Iterator

from envkb.capture.collect.allowlist import GLOBS, NAMED_FILES
from envkb.capture.collect.machine import LIMIT_BYTES, Machine
from envkb.capture.collect.rows import Job, Row, UnreadableError, make_row

LONG_LINE = 80
PRIVATE_LINES = ("Serial", "GPU UUID")
NO_DISKS = ("/sys/block/loop", "/sys/block/ram", "/sys/block/zram")
GROUP_FILES_V2 = ("cpu.max", "cpuset.cpus.effective", "memory.high", "memory.max", "memory.swap.max")
GROUP_FILES_V1 = {
    "cpu": ("cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.shares"),
    "cpuset": ("cpuset.cpus", "cpuset.effective_cpus"),
    "memory": ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
}


def file_jobs(machine: Machine) -> list[Job]:
    """Return one job for every allowed file: the named ones, and those that the patterns find."""
    if machine.system == "Darwin":
        named: tuple[str, ...] = ()
        found: list[str] = []
    else:
        named = NAMED_FILES
        found = [path for pattern in GLOBS for path in machine.glob(pattern) if not path.startswith(NO_DISKS)]
        found.extend(path for path in group_files(machine) if machine.exists(path))
    return [Job(path, _reader(machine, path)) for path in dict.fromkeys([*named, *found])]


def read_file(machine: Machine, path: str, limit: int = LIMIT_BYTES) -> Row:
    """Read one file into a row, whatever becomes of it."""
    try:
        text, full_bytes = machine.read(path, limit)
    except UnreadableError as error:
        return make_row(path, error.status, reason="" if error.status == "absent" else error.reason)
    if path == "/proc/cpuinfo" or path.startswith("/proc/driver/nvidia/"):
        text = trimmed(text)
    return make_row(path, text=text, full_bytes=full_bytes)


def trimmed(text: str) -> str:
    """Leave out serial numbers, and long lines that stand alike in the block before.

    The flags of 256 CPUs are one fact.
    """
    kept = []
    seen: dict[str, str] = {}
    for line in text.splitlines(keepends=True):
        if line.startswith(PRIVATE_LINES):
            continue
        if len(line) >= LONG_LINE:
            key = line.partition(":")[0]
            if seen.get(key) == line:
                continue
            seen[key] = line
        kept.append(line)
    return "".join(kept)


def group_files(machine: Machine) -> Iterator[str]:
    """Yield the limit files of the own control group and of every group above it, v1 and v2."""
    for line in machine.peek("/proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if not controllers:
            for base in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
                yield from (f"{base}{level}/{name}" for level in _levels(group) for name in GROUP_FILES_V2)
            continue
        for controller in controllers.split(","):
            names = GROUP_FILES_V1.get(controller, ())
            yield from (f"/sys/fs/cgroup/{controller}{level}/{name}" for level in _levels(group) for name in names)


def _levels(group: str) -> Iterator[str]:
    # The innermost group first, the root (named by nothing) last.
    while group.strip("/"):
        yield group.rstrip("/")
        group = group.rstrip("/").rpartition("/")[0]
    yield ""


def _reader(machine: Machine, path: str) -> Callable[[], Row]:
    return lambda: read_file(machine, path)
