"""How large the CPU's caches are, all of one level together and each alone."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from envkb.capture.probes.cpu_cpuinfo import CPUINFO
from envkb.capture.probes.cpu_lscpu import LSCPU, Lscpu
from envkb.capture.probes.cpu_sysctl import Sysctl
from envkb.capture.probes.cpu_texts import CpuTexts
from envkb.capture.probes.cpu_topology import TOPOLOGY, topology
from envkb.capture.probes.environment_json import mapping, rows
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.quantities import cpu_set, size_bytes, whole
from envkb.capture.probes.reasons import explain
from envkb.capture.snapshot import Snapshot

_CACHE_LABEL = r"L([1-4])([di]?) cache"
_INSTANCES = r"\((\d{1,6}) instances?\)"
_LETTERS = {"data": "d", "instruction": "i", "unified": ""}


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note size and number of the caches of each level."""
    texts = CpuTexts.of(snapshot)
    _of_lscpu(texts.lscpu, notes)
    _of_topology(snapshot, notes)
    _of_sysctl(texts.sysctl, notes)
    line = texts.cpuinfo.field("cache_alignment", "clflush size")
    notes.see("cpu", "cache_line_bytes", whole(line), CPUINFO)
    notes.see("cpu", "cache_line_bytes", texts.sysctl.number("hw.cachelinesize"), texts.sysctl.source or "")
    for name in ("l1d_bytes", "l2_bytes", "l3_bytes"):
        explain(snapshot, notes, "cpu", name, LSCPU, TOPOLOGY)


def _note(notes: Observations, level: str, one: int | None, count: int | None, source: str) -> None:
    # The first source that tells a level is taken: they count instances in ways of their own.
    if one is None or notes.value("cpu", f"{level}_instance_bytes") is not None:
        return
    notes.see("cpu", f"{level}_instance_bytes", one, source)
    if count:
        notes.see("cpu", f"{level}_instances", count, source)
        notes.see("cpu", f"{level}_bytes", one * count, source)


def _of_lscpu(lscpu: Lscpu, notes: Observations) -> None:
    for label, told in lscpu.fields.items():
        found, size = re.fullmatch(_CACHE_LABEL, label), size_bytes(told)
        if found is None or not size:
            continue
        level, instances = f"l{found[1]}{found[2]}", re.search(_INSTANCES, told)
        if instances and (count := int(instances[1])):
            _note(notes, level, size // count, count, LSCPU)
        elif "iB" in told:
            # Since 2.34 lscpu adds all caches of a level up; 2.37 is the first that says how many they are.
            notes.see("cpu", f"{level}_bytes", size, LSCPU)
        else:
            _note(notes, level, size, None, LSCPU)


def _of_topology(snapshot: Snapshot, notes: Observations) -> None:
    caches = mapping(mapping(snapshot.json(TOPOLOGY)).get("caches"))
    kinds = Counter(_kind(cpu) for cpu in topology(snapshot))
    sums: dict[str, tuple[int, int]] = {}
    kind_of = {str(cpu.get("cpu")): _kind(cpu) for cpu in topology(snapshot)}
    for cpu, told in caches.items():
        for level, size, shared in _rows(told):
            count = max(1, kinds[kind_of.get(str(cpu), ())] // shared)
            total, instances = sums.get(level, (0, 0))
            sums[level] = total + size * count, instances + count
    for level, (total, instances) in sums.items():
        if notes.value("cpu", f"{level}_bytes") is None:
            _note(notes, level, total // instances, instances, TOPOLOGY)


def _kind(cpu: Mapping[str, Any]) -> tuple[str, ...]:
    return str(cpu.get("cpu_capacity")), str(cpu.get("max_khz"))


def _rows(told: object) -> Iterator[tuple[str, int, int]]:
    for row in rows(told):
        letter = _LETTERS.get(str(row.get("type", "")).lower())
        size, level = size_bytes(str(row.get("size"))), str(row.get("level", ""))
        if letter is not None and size and level in "1234" and level:
            yield f"l{level}{letter}", size, len(cpu_set(str(row.get("shared_cpu_list"))) or (0,))


def _of_sysctl(sysctl: Sysctl, notes: Observations) -> None:
    if sysctl.source is None:
        return
    levels = sysctl.levels()
    if levels:
        _of_levels(levels, sysctl.source, notes)
        return
    threads = sysctl.number("hw.logicalcpu_max", "hw.ncpu") or 0
    # How many threads share a cache of each level; the first number is about memory.
    shared = [whole(count) or 0 for count in sysctl.values.get("hw.cacheconfig", "").split()]
    for place, name in ((1, "l1d"), (1, "l1i"), (2, "l2"), (3, "l3")):
        count = threads // shared[place] if len(shared) > place and shared[place] else None
        _note(notes, name, sysctl.number(f"hw.{name}cachesize"), count, sysctl.source)


def _of_levels(levels: tuple[Mapping[str, int], ...], source: str, notes: Observations) -> None:
    for name in ("l1d", "l1i", "l2"):
        total = instances = 0
        for level in levels:
            cores = level.get("physicalcpu_max", level.get("physicalcpu", 0))
            count = cores // max(1, level.get("cpusperl2", 1)) if name == "l2" else cores
            total += level.get(f"{name}cachesize", 0) * count
            instances += count
        if total and instances:
            notes.see("cpu", f"{name}_bytes", total, source)
            notes.see("cpu", f"{name}_instances", instances, source)
