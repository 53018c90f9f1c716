"""How many sockets, cores and threads there are, which of them are fast ones, and which memory is near them."""

import re
from collections.abc import Mapping
from typing import Any

from envkb.capture.probes.cpu_cpuinfo import CPUINFO, Cpuinfo
from envkb.capture.probes.cpu_lscpu import LSCPU, Lscpu
from envkb.capture.probes.cpu_sysctl import Sysctl
from envkb.capture.probes.cpu_texts import CpuTexts
from envkb.capture.probes.environment_json import mapping, rows
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.precedence import see_first
from envkb.capture.probes.quantities import cpu_list, cpu_set, mask_cpus, size_bytes, whole
from envkb.capture.probes.reasons import explain
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

TOPOLOGY = "kb:cpu-topology"
_CPU = "/sys/devices/system/cpu/"
_NODES = "/sys/devices/system/node/"
_PERFORMANCE = "/sys/devices/cpu_core/cpus"
_EFFICIENCY = "/sys/devices/cpu_atom/cpus"
_NODE = r"node(\d{1,5}) CPU\(s\)"
_SETS = (
    ("online_cpus", "online", "On-line CPU(s) list", "On-line CPU(s) mask"),
    ("offline_cpus", "offline", "Off-line CPU(s) list", "Off-line CPU(s) mask"),
    ("present_cpus", "present", "", ""),
    ("possible_cpus", "possible", "", ""),
    ("isolated_cpus", "isolated", "", ""),
    ("tickless_cpus", "nohz_full", "", ""),
)


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note sockets, cores, threads, fast and slow cores, sets of CPUs and NUMA nodes."""
    texts = CpuTexts.of(snapshot)
    _of_lscpu(texts.lscpu, notes)
    _of_cpuinfo(texts, notes)
    _of_sysctl(texts.sysctl, notes)
    for name, count in zip(("cores", "performance_cores", "efficiency_cores"), texts.mac.cores(), strict=True):
        see_first(notes, "cpu", name, (count, texts.mac.source))
    cpus = topology(snapshot)
    _of_topology(cpus, notes)
    _kinds(snapshot, cpus, notes)
    _sets(snapshot, texts.lscpu, notes)
    _nodes(snapshot, texts.lscpu, notes)
    for name in ("sockets", "cores", "threads"):
        explain(snapshot, notes, "cpu", name, LSCPU, TOPOLOGY, CPUINFO)


def topology(snapshot: Snapshot) -> tuple[Mapping[str, Any], ...]:
    """Return what the collector read of each logical CPU from `/sys`; empty where there is none."""
    return tuple(rows(mapping(snapshot.json(TOPOLOGY)).get("cpus")))


def _of_lscpu(lscpu: Lscpu, notes: Observations) -> None:
    notes.see("cpu", "threads", whole(lscpu.field("CPU(s)")), LSCPU)
    notes.see("cpu", "threads_per_core", whole(lscpu.field("Thread(s) per core")), LSCPU)
    notes.see("cpu", "cores_per_socket", whole(lscpu.field("Core(s) per socket", "Core(s) per cluster")), LSCPU)
    notes.see("cpu", "clusters", whole(lscpu.field("Cluster(s)")), LSCPU)
    groups = [_group(kind) for kind in lscpu.kinds]
    sockets = whole(lscpu.field("Socket(s)"))
    if len(groups) == 1:
        notes.see("cpu", "sockets", sockets, LSCPU)
    if all(count is not None for count in groups):
        notes.see("cpu", "cores", sum(count or 0 for count in groups), LSCPU)


def _group(kind: Mapping[str, str]) -> int | None:
    # On s390x sockets are inside of books, and books inside of drawers.
    cores = whole(kind.get("Core(s) per socket") or kind.get("Core(s) per cluster"))
    sockets = whole(kind.get("Socket(s)") or kind.get("Socket(s) per book") or kind.get("Cluster(s)"))
    if cores is None or sockets is None:
        return None
    for label in ("Book(s) per drawer", "Book(s)", "Drawer(s)"):
        sockets *= whole(kind.get(label)) or 1
    return cores * sockets


def _of_cpuinfo(texts: CpuTexts, notes: Observations) -> None:
    cpuinfo = texts.cpuinfo
    threads = len(cpuinfo.processors) or whole(cpuinfo.field("ncpus active"))
    # It lists the CPUs that are online, where lscpu counts all of them; and a text that was cut counts nothing.
    if not texts.is_cpuinfo_cut():
        if not texts.lscpu.field("Off-line CPU(s) list"):
            notes.see("cpu", "threads", threads or None, CPUINFO)
        _placed(cpuinfo, notes)
    if notes.value("cpu", "cores_per_socket") is None:
        notes.see("cpu", "cores_per_socket", whole(cpuinfo.field("cpu cores")), CPUINFO)
    siblings, cores = whole(cpuinfo.field("siblings")), whole(cpuinfo.field("cpu cores"))
    if siblings and cores and siblings % cores == 0 and notes.value("cpu", "threads_per_core") is None:
        notes.see("cpu", "threads_per_core", siblings // cores, CPUINFO)


def _placed(cpuinfo: Cpuinfo, notes: Observations) -> None:
    placed = [cpu for cpu in cpuinfo.processors if cpu.get("core id") or cpu.get("core")]
    # Places that are told of some CPUs only count nothing.
    if placed and len(placed) == len(cpuinfo.processors):
        notes.see("cpu", "sockets", len(cpuinfo.sockets()) or None, CPUINFO)
        notes.see("cpu", "cores", len(cpuinfo.cores()) or None, CPUINFO)


def _of_sysctl(sysctl: Sysctl, notes: Observations) -> None:
    if sysctl.source is None:
        return
    cores = sysctl.number("hw.physicalcpu_max", "hw.physicalcpu", "machdep.cpu.core_count")
    threads = sysctl.number("hw.logicalcpu_max", "hw.logicalcpu", "hw.ncpu", "machdep.cpu.thread_count")
    levels = sysctl.levels()
    if cores is None and levels:
        cores = sum(level.get("physicalcpu_max", level.get("physicalcpu", 0)) for level in levels) or None
    notes.see("cpu", "cores", cores, sysctl.source)
    notes.see("cpu", "threads", threads, sysctl.source)
    notes.see("cpu", "sockets", sysctl.number("hw.packages"), sysctl.source)
    if cores and threads and threads % cores == 0:
        notes.see("cpu", "threads_per_core", threads // cores, sysctl.source)
    if len(levels) > 1:
        counts = [level.get("physicalcpu_max", level.get("physicalcpu", 0)) for level in levels]
        notes.see("cpu", "performance_cores", sum(counts[:-1]) or None, sysctl.source)
        notes.see("cpu", "efficiency_cores", counts[-1] or None, sysctl.source)


def _of_topology(cpus: tuple[Mapping[str, Any], ...], notes: Observations) -> None:
    cores = {_core(cpu) for cpu in cpus}
    sockets = {str(cpu.get("physical_package_id")) for cpu in cpus} - {"-1", "None"}
    for name, count in (("threads", len(cpus)), ("cores", len(cores)), ("sockets", len(sockets))):
        if notes.value("cpu", name) is None:
            notes.see("cpu", name, count or None, TOPOLOGY)
    dies = {(cpu.get("physical_package_id"), cpu["die_id"]) for cpu in cpus if cpu.get("die_id") not in (None, "-1")}
    notes.see("cpu", "dies", len(dies) or None, TOPOLOGY)


def _core(cpu: Mapping[str, Any]) -> str:
    return str(cpu.get("core_cpus_list") or f"{cpu.get('physical_package_id')}/{cpu.get('core_id', cpu.get('cpu'))}")


def _kinds(snapshot: Snapshot, cpus: tuple[Mapping[str, Any], ...], notes: Observations) -> None:
    fast, slow = cpu_set(snapshot.text(_PERFORMANCE)), cpu_set(snapshot.text(_EFFICIENCY))
    if fast and slow:
        notes.see("cpu", "performance_cores", _count_cores(cpus, fast), _PERFORMANCE)
        notes.see("cpu", "efficiency_cores", _count_cores(cpus, slow), _EFFICIENCY)
        return
    capacities = {capacity for cpu in cpus if (capacity := whole(str(cpu.get("cpu_capacity")))) is not None}
    if len(capacities) > 1:
        weak = [cpu for cpu in cpus if whole(str(cpu.get("cpu_capacity"))) == min(capacities)]
        strong = [cpu for cpu in cpus if cpu not in weak]
        notes.see("cpu", "performance_cores", len({_core(cpu) for cpu in strong}), TOPOLOGY)
        notes.see("cpu", "efficiency_cores", len({_core(cpu) for cpu in weak}), TOPOLOGY)
    elif cpus:
        notes.miss("cpu", "efficiency_cores", Status.NOT_APPLICABLE, "all cores are of one kind", TOPOLOGY)


def _count_cores(cpus: tuple[Mapping[str, Any], ...], numbers: tuple[int, ...]) -> int | None:
    wanted = set(numbers)
    return len({_core(cpu) for cpu in cpus if whole(str(cpu.get("cpu"))) in wanted}) or None


def _sets(snapshot: Snapshot, lscpu: Lscpu, notes: Observations) -> None:
    for name, file, listed, masked in _SETS:
        by_mask = mask_cpus(lscpu.field(masked))
        see_first(
            notes,
            "cpu",
            name,
            (_short(snapshot.text(_CPU + file)), _CPU + file),
            (_short(lscpu.field(listed)), LSCPU),
            (cpu_list(by_mask) if by_mask else None, LSCPU),
        )
    online = cpu_set(snapshot.text(_CPU + "online"))
    notes.see("cpu", "online_threads", len(online) if online else None, _CPU + "online")
    smt = (snapshot.text(_CPU + "smt/active") or "").strip()
    notes.see("cpu", "smt_active", smt == "1" if smt in ("0", "1") else None, _CPU + "smt/active")
    notes.see("cpu", "smt_control", (snapshot.text(_CPU + "smt/control") or "").strip(), _CPU + "smt/control")


def _nodes(snapshot: Snapshot, lscpu: Lscpu, notes: Observations) -> None:
    notes.see("cpu", "numa_nodes", whole(lscpu.field("NUMA node(s)")), LSCPU)
    online = cpu_set(snapshot.text(_NODES + "online"))
    notes.see("cpu", "numa_nodes", len(online) if online else None, _NODES + "online")
    for label, told in lscpu.starting("NUMA ").items():
        if found := re.fullmatch(_NODE, label):
            notes.see(f"numa/{found[1]}", "cpus", _short(told), LSCPU)
    for source in snapshot.matching(_NODES + "node"):
        node, _, file = source.id[len(_NODES + "node") :].partition("/")
        if not node.isdecimal():
            continue
        if file == "cpulist":
            notes.see(f"numa/{node}", "cpus", _short(source.text), source.id)
        if file == "meminfo":
            total = re.search(r"MemTotal:\s*(\d+ kB)", source.text)
            notes.see(f"numa/{node}", "memory_bytes", size_bytes(total[1]) if total else None, source.id)


def _short(text: str | None) -> str | None:
    # Tools spell the same set as `0,1` and `0-1`.
    numbers = cpu_set(text)
    return cpu_list(numbers) if numbers else None
