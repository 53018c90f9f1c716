"""How much memory there is, how much of it is free, and how the kernel hands it out."""

import re

from envkb.capture.probes.board_mac import read_overview
from envkb.capture.probes.cpu_sysctl import read_sysctl
from envkb.capture.probes.environment_json import mapping, size
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.precedence import see_first
from envkb.capture.probes.quantities import size_bytes, whole
from envkb.capture.probes.reasons import explain
from envkb.capture.probes.wording import colon_pairs
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

MEMINFO = "/proc/meminfo"
_SWAPS = "/proc/swaps"
_VM = "/proc/sys/vm/"
_HUGE = "/sys/kernel/mm/transparent_hugepage/"
_SIZES = (
    ("total_bytes", "MemTotal"),
    ("available_bytes", "MemAvailable"),
    ("free_bytes", "MemFree"),
    ("cached_bytes", "Cached"),
    ("buffers_bytes", "Buffers"),
    ("dirty_bytes", "Dirty"),
    ("shared_bytes", "Shmem"),
    ("slab_bytes", "Slab"),
    ("swap_total_bytes", "SwapTotal"),
    ("swap_free_bytes", "SwapFree"),
    ("commit_limit_bytes", "CommitLimit"),
    ("committed_bytes", "Committed_AS"),
    ("hugepage_bytes", "Hugepagesize"),
    ("anonymous_huge_bytes", "AnonHugePages"),
    ("cma_total_bytes", "CmaTotal"),
)
_COUNTS = (("hugepages_total", "HugePages_Total"), ("hugepages_free", "HugePages_Free"))
_SETTINGS = (
    ("swappiness", _VM + "swappiness"),
    ("overcommit_mode", _VM + "overcommit_memory"),
    ("overcommit_percent", _VM + "overcommit_ratio"),
    ("zone_reclaim_mode", _VM + "zone_reclaim_mode"),
    ("max_map_count", _VM + "max_map_count"),
    ("dirty_percent", _VM + "dirty_ratio"),
    ("dirty_background_percent", _VM + "dirty_background_ratio"),
    ("same_page_merging", "/sys/kernel/mm/ksm/run"),
    ("numa_balancing", "/proc/sys/kernel/numa_balancing"),
)
_CHOSEN = r"\[([^\]]{1,40})\]"
_USAGE = r"total = (\S+)\s+used = (\S+)\s+free = (\S+)"
_PAGES = r"page size of (\d{1,8}) bytes"


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note sizes in bytes and the kernel's settings for memory."""
    _of_meminfo(snapshot, notes)
    _settings(snapshot, notes)
    _swap(snapshot, notes)
    _of_macos(snapshot, notes)
    _pages(snapshot, notes)
    for name in ("total_bytes", "available_bytes", "swap_total_bytes"):
        explain(snapshot, notes, "memory", name, MEMINFO)


def _of_meminfo(snapshot: Snapshot, notes: Observations) -> None:
    told = dict(colon_pairs(snapshot.text(MEMINFO)))
    for name, field in _SIZES:
        notes.see("memory", name, size_bytes(told.get(field)), MEMINFO)
    for name, field in _COUNTS:
        notes.see("memory", name, whole(told.get(field)), MEMINFO)


def _settings(snapshot: Snapshot, notes: Observations) -> None:
    for name, path in _SETTINGS:
        notes.see("memory", name, whole(snapshot.text(path)), path)
    for name, file in (
        ("transparent_hugepages", "enabled"),
        ("hugepage_defrag", "defrag"),
        ("shm_hugepages", "shmem_enabled"),
    ):
        chosen = re.search(_CHOSEN, snapshot.text(_HUGE + file) or "")
        notes.see("memory", name, chosen[1] if chosen else None, _HUGE + file)
    zswap = "/sys/module/zswap/parameters/enabled"
    notes.see("memory", "zswap", {"Y": True, "N": False}.get((snapshot.text(zswap) or "").strip()), zswap)


def _swap(snapshot: Snapshot, notes: Observations) -> None:
    text = snapshot.text(_SWAPS)
    if text is None:
        return
    kinds = [_swap_kind(line.split()) for line in text.splitlines()[1:] if line.split()]
    notes.see("memory", "swap_devices", len(kinds), _SWAPS)
    notes.see("memory", "swap_kinds", [*sorted({kind for kind in kinds if kind})], _SWAPS)


def _swap_kind(columns: list[str]) -> str | None:
    if columns[0].rpartition("/")[2].startswith("zram"):
        return "zram"
    return columns[1] if len(columns) > 1 else None


def _of_macos(snapshot: Snapshot, notes: Observations) -> None:
    sysctl, overview = read_sysctl(snapshot), read_overview(snapshot)
    see_first(
        notes,
        "memory",
        "total_bytes",
        (sysctl.number("hw.memsize"), sysctl.source),
        (overview.memory_bytes(), overview.source),
    )
    usage = re.search(_USAGE, sysctl.values.get("vm.swapusage", ""))
    if usage and sysctl.source:
        notes.see("memory", "swap_total_bytes", size_bytes(usage[1]), sysctl.source)
        notes.see("memory", "swap_free_bytes", size_bytes(usage[3]), sysctl.source)
    told = dict(colon_pairs(snapshot.text("vm_stat")))
    page = re.search(_PAGES, snapshot.text("vm_stat") or "")
    if page is None:
        return
    counts = {name: whole(told.get(f"Pages {name}", "").rstrip(".")) for name in ("free", "inactive", "speculative")}
    for name, parts in (("free_bytes", ("free",)), ("available_bytes", tuple(counts))):
        pages = [counts[part] for part in parts]
        if None not in pages:
            notes.see("memory", name, sum(count or 0 for count in pages) * int(page[1]), "vm_stat")


def _pages(snapshot: Snapshot, notes: Observations) -> None:
    sysctl = read_sysctl(snapshot)
    told = size(mapping(snapshot.json("kb:uname")).get("page_bytes"))
    page = re.search(_PAGES, snapshot.text("vm_stat") or "")
    see_first(
        notes,
        "memory",
        "page_bytes",
        (told, "kb:uname"),
        (sysctl.number("hw.pagesize"), sysctl.source),
        (whole(page[1]) if page else None, "vm_stat"),
    )
    if notes.value("memory", "page_bytes") is None:
        notes.miss("memory", "page_bytes", Status.NOT_READ, "no source that was read tells the size of a page")
