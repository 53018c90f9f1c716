"""What the control groups of Linux leave of the machine: the tightest limit on the way from here to the root."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from envkb.capture.probes.observations import Observations
from envkb.capture.probes.quantities import cpu_list, cpu_set, whole
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

_ROOT = "/sys/fs/cgroup"
MEMBERSHIP = "/proc/self/cgroup"
_EXPLAINED = ("cpu_limit", "memory_limit_bytes")


class Limits(NamedTuple):
    """What is left of a machine.

    Attributes:
        cpus: CPUs' worth of time, None where it is not limited.
        memory_bytes: Memory, None where it is not limited.
    """

    cpus: float | None
    memory_bytes: int | None


def cgroup_limits(snapshot: Snapshot, notes: Observations) -> Limits:
    """Note version and effective limits of the control group, and return the limits."""
    version = _version(snapshot.text(MEMBERSHIP))
    notes.see("cgroup", "version", version, MEMBERSHIP)
    quotas = [*_quotas_v2(snapshot), *_quotas_v1(snapshot)]
    memory = [*_sizes(snapshot, "memory.max"), *_sizes(snapshot, "memory.limit_in_bytes")]
    swap = [*_sizes(snapshot, "memory.swap.max")]
    high = [*_sizes(snapshot, "memory.high")]
    sets = [*_sets(snapshot)]
    for name, found in (
        ("cpu_limit", quotas),
        ("memory_limit_bytes", memory),
        ("memory_high_bytes", high),
        ("swap_limit_bytes", swap),
    ):
        tightest = min(found, default=None)
        if tightest is not None:
            notes.see("cgroup", name, tightest[0], tightest[1])
        elif version is not None and name in _EXPLAINED:
            notes.miss("cgroup", name, Status.ABSENT, "no limit is set", MEMBERSHIP)
    narrowest = min(sets, key=lambda found: len(found[0]), default=None)
    if narrowest is not None:
        notes.see("cgroup", "cpuset", cpu_list(narrowest[0]), narrowest[1])
        notes.see("cgroup", "cpuset_cpus", len(narrowest[0]), narrowest[1])
    cpus = [count for count, _ in quotas] + [float(len(numbers)) for numbers, _ in sets]
    return Limits(min(cpus, default=None), min((size for size, _ in memory), default=None))


def _version(membership: str | None) -> str | None:
    lines = [line.split(":", 2) for line in (membership or "").splitlines()]
    controllers = {parts[1] for parts in lines if len(parts) == 3}  # noqa: PLR2004 - id, controllers, path
    if not controllers:
        return None
    named = {name for name in controllers if name and not name.startswith("name=")}
    if "" in controllers:
        return "hybrid" if named else "v2"
    return "v1"


def _files(snapshot: Snapshot, name: str) -> Iterator[tuple[str, str]]:
    for source in snapshot.matching(_ROOT):
        if source.id.rpartition("/")[2] == name:
            yield source.text.strip(), source.id


def _quotas_v2(snapshot: Snapshot) -> Iterator[tuple[float, str]]:
    for text, source in _files(snapshot, "cpu.max"):
        found = re.fullmatch(r"(\d{1,12})\s+(\d{1,12})", text)
        if found and int(found[2]):
            yield round(int(found[1]) / int(found[2]), 3), source


def _quotas_v1(snapshot: Snapshot) -> Iterator[tuple[float, str]]:
    for text, source in _files(snapshot, "cpu.cfs_quota_us"):
        quota = whole(text)
        period = whole(snapshot.text(source.replace("cpu.cfs_quota_us", "cpu.cfs_period_us")))
        if quota is not None and period and quota > 0:
            yield round(quota / period, 3), source


def _sizes(snapshot: Snapshot, name: str) -> Iterator[tuple[int, str]]:
    for text, source in _files(snapshot, name):
        # `max`, and in v1 a number near 2^63, stand for no limit; the latter is none to `whole`.
        size = whole(text)
        if size is not None and size >= 0:
            yield size, source


def _sets(snapshot: Snapshot) -> Iterator[tuple[tuple[int, ...], str]]:
    for name in ("cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"):
        for text, source in _files(snapshot, name):
            numbers = cpu_set(text)
            if numbers:
                yield numbers, source
