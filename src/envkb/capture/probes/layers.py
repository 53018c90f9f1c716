"""The layers between the hardware and this process, the outermost first, and what each leaves of it."""

from collections.abc import Iterator
from typing import NamedTuple

from envkb.capture.probes.cpu_cpuinfo import CPUINFO
from envkb.capture.probes.environment_json import mapping
from envkb.capture.probes.layers_cgroup import MEMBERSHIP, Limits, cgroup_limits
from envkb.capture.probes.layers_container import LAYERS, container
from envkb.capture.probes.layers_hypervisor import BARE_METAL, DETECT, hypervisor
from envkb.capture.probes.layers_wsl import UNAME, wsl
from envkb.capture.probes.memory import MEMINFO
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.quantities import cpu_list
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

_AFFINITY = "kb:affinity"
_ENVIRONMENT = "kb:environment"


class _Layer(NamedTuple):
    """One layer: what it is called, what kind it is of, what it leaves of the machine, which source tells of it."""

    name: str
    kind: str
    cpus: float | None
    memory_bytes: int | None
    source: str


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note the layers, the limits of each, and what is effectively left; runs after the CPU and memory probes."""
    below, windows, box = hypervisor(snapshot, notes), wsl(snapshot, notes), container(snapshot, notes)
    _names(notes, below, windows, box)
    limits = cgroup_limits(snapshot, notes)
    affinity = _affinity(snapshot, notes)
    threads, total = _number(notes, "cpu", "threads"), _number(notes, "memory", "total_bytes")
    rows = [
        *_machines(notes, below, windows, Limits(threads, total)),
        *_inner(box, limits, affinity if affinity != threads else None),
        *_environment(snapshot),
    ]
    for place, row in enumerate(rows):
        subject = f"layer/{place}"
        notes.see(subject, "name", row.name, row.source)
        notes.see(subject, "kind", row.kind, row.source)
        notes.see(subject, "cpus", float(row.cpus) if row.cpus else None, row.source)
        notes.see(subject, "memory_bytes", row.memory_bytes, row.source)
    cpus = [float(count) for count in (limits.cpus, affinity, threads) if count]
    notes.see("host", "effective_cpus", min(cpus, default=None), _AFFINITY if affinity else CPUINFO)
    memory = [size for size in (limits.memory_bytes, total) if size]
    notes.see("host", "effective_memory_bytes", min(memory, default=None), MEMINFO)


def _names(notes: Observations, below: str | None, windows: str | None, box: str | None) -> None:
    names = [name for name in (below, windows, box) if name]
    if below:
        notes.see("host", "layers", [*names], DETECT)
        notes.see("host", "virtual", below != BARE_METAL, DETECT)
    else:
        reason = f"known so far: {', '.join(names) or 'nothing'}; whether there is a hypervisor is not"
        notes.miss("host", "layers", Status.NOT_READ, reason, DETECT)


def _machines(notes: Observations, below: str | None, windows: str | None, whole: Limits) -> Iterator[_Layer]:
    if below:
        kind = "hardware" if below == BARE_METAL else "hypervisor"
        yield _Layer(below, kind, whole.cpus, whole.memory_bytes, DETECT)
    if windows:
        limits = _number(notes, "wsl", "processors_limit"), _number(notes, "wsl", "memory_limit_bytes")
        yield _Layer(windows, "wsl", *limits, UNAME)


def _inner(box: str | None, limits: Limits, affinity: int | None) -> Iterator[_Layer]:
    if box:
        yield _Layer(box, "container", limits.cpus, limits.memory_bytes, LAYERS)
    elif limits != Limits(None, None):
        yield _Layer("cgroup", "cgroup", limits.cpus, limits.memory_bytes, MEMBERSHIP)
    if affinity:
        yield _Layer("affinity", "affinity", affinity, None, _AFFINITY)


def _environment(snapshot: Snapshot) -> Iterator[_Layer]:
    marks = mapping(snapshot.json(_ENVIRONMENT))
    for name, mark in (("conda", "conda"), ("venv", "pyvenv_cfg")):
        if marks.get(mark):
            yield _Layer(name, "environment", None, None, _ENVIRONMENT)


def _number(notes: Observations, subject: str, name: str) -> int | None:
    value = notes.value(subject, name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _affinity(snapshot: Snapshot, notes: Observations) -> int | None:
    cpus = mapping(snapshot.json(_AFFINITY)).get("cpus")
    told = cpus if isinstance(cpus, list) else []
    numbers = sorted({number for number in told if isinstance(number, int) and not isinstance(number, bool)})
    if not numbers:
        return None
    notes.see("host", "affinity_cpus", len(numbers), _AFFINITY)
    notes.see("host", "affinity", cpu_list(tuple(numbers)), _AFFINITY)
    return len(numbers)
