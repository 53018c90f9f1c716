"""The layers between the hardware and this process, the outermost first, and what each leaves of it."""

from typing import NamedTuple

from envkb.capture.probes.layers_cgroup import Limits, cgroup_limits
from envkb.capture.probes.layers_container import LAYERS, container
from envkb.capture.probes.layers_hypervisor import DETECT, hypervisor
from envkb.capture.probes.layers_wsl import wsl
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.quantities import cpu_list
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

_AFFINITY = "kb:affinity"
_TARGET = "kb:target"


class _Layer(NamedTuple):
    """One layer: its name, its kind, what it leaves, and the source that tells of it."""

    name: str
    kind: str
    cpus: float | None
    memory_bytes: int | None
    source: str


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note the layers, the limits of each, and what is effectively left; runs after the CPU and memory probes."""
    below, windows, box = hypervisor(snapshot, notes), wsl(snapshot, notes), container(snapshot, notes)
    limits = cgroup_limits(snapshot, notes)
    affinity = _affinity(snapshot, notes)
    _names(notes, below, windows, box)
    threads, total = (_number(notes, *key) for key in (("cpu", "threads"), ("memory", "total_bytes")))
    _effective(notes, limits, affinity, threads, total)
    rows = (
        _Layer(below, "hypervisor" if below != "bare-metal" else "hardware", threads, total, DETECT) if below else None,
        _Layer(
            windows,
            "wsl",
            _number(notes, "wsl", "processors_limit"),
            _number(notes, "wsl", "memory_limit_bytes"),
            "kb:uname",
        )
        if windows
        else None,
        _Layer(box, "container", limits.cpus, limits.memory_bytes, LAYERS) if box else None,
        _Layer("cgroup", "cgroup", limits.cpus, limits.memory_bytes, "/proc/self/cgroup")
        if limits != Limits(None, None) and not box
        else None,
        _Layer("affinity", "affinity", affinity, None, _AFFINITY)
        if affinity and threads and affinity < threads
        else None,
        _environment(snapshot),
    )
    for place, row in enumerate(row for row in rows if row is not None):
        for name in ("name", "kind", "cpus", "memory_bytes"):
            notes.see(f"layer/{place}", name, getattr(row, name), row.source)


def _names(notes: Observations, below: str | None, windows: str | None, box: str | None) -> None:
    names = [name for name in (below, windows, box) if name]
    if below:
        notes.see("host", "layers", [*names], DETECT)
        notes.see("host", "virtual", below != "bare-metal", DETECT)
    else:
        reason = f"known so far: {', '.join(names) or 'nothing'}; whether there is a hypervisor is not"
        notes.miss("host", "layers", Status.NOT_READ, reason, DETECT)


def _number(notes: Observations, subject: str, name: str) -> int | None:
    value = notes.value(subject, name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _affinity(snapshot: Snapshot, notes: Observations) -> int | None:
    document = snapshot.json(_AFFINITY)
    cpus = document.get("cpus") if isinstance(document, dict) else None
    numbers = [number for number in cpus if isinstance(number, int)] if isinstance(cpus, list) else []
    if numbers:
        notes.see("host", "affinity_cpus", len(numbers), _AFFINITY)
        notes.see("host", "affinity", cpu_list(tuple(sorted(numbers))), _AFFINITY)
    return len(numbers) or None


def _effective(
    notes: Observations, limits: Limits, affinity: int | None, threads: int | None, total: int | None
) -> None:
    cpus = [float(count) for count in (limits.cpus, affinity, threads) if count]
    memory = [size for size in (limits.memory_bytes, total) if size]
    if cpus:
        notes.see("host", "effective_cpus", min(cpus), _AFFINITY if affinity else "/proc/cpuinfo")
    if memory:
        notes.see("host", "effective_memory_bytes", min(memory), "/proc/meminfo")


def _environment(snapshot: Snapshot) -> _Layer | None:
    document = snapshot.json(_TARGET)
    kind = document.get("kind") if isinstance(document, dict) else None
    return _Layer(kind, "environment", None, None, _TARGET) if isinstance(kind, str) and kind else None
