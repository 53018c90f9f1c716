"""The texts that tell of a CPU, read once for the probes that share them."""

from typing import NamedTuple

from envkb.capture.probes.board_mac import Overview, read_overview
from envkb.capture.probes.cpu_cpuinfo import CPUINFO, Cpuinfo, parse_cpuinfo
from envkb.capture.probes.cpu_lscpu import LSCPU, Lscpu, parse_lscpu
from envkb.capture.probes.cpu_sysctl import Sysctl, read_sysctl
from envkb.capture.probes.environment_json import mapping, text
from envkb.capture.probes.wording import shell_pairs
from envkb.capture.snapshot import Snapshot

UNAME = "kb:uname"
_ARCHITECTURES = {"arm64": "aarch64", "amd64": "x86_64", "x64": "x86_64"}
_X86_FLAGS = frozenset({"fpu", "sse2"})


class CpuTexts(NamedTuple):
    """What the sources say of the CPU, each in its own words.

    Attributes:
        snapshot: Where they come from.
        lscpu: What `lscpu` says.
        cpuinfo: What `/proc/cpuinfo` says.
        sysctl: What macOS' `sysctl` says.
        mac: The overview of macOS' `system_profiler`.
        wmic: What Windows' `wmic cpu get /format:list` says.
    """

    snapshot: Snapshot
    lscpu: Lscpu
    cpuinfo: Cpuinfo
    sysctl: Sysctl
    mac: Overview
    wmic: dict[str, str]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "CpuTexts":
        """Read the texts of a snapshot; those that are not there are empty."""
        lscpu, cpuinfo = snapshot.text(LSCPU), snapshot.text(CPUINFO)
        return cls(
            snapshot,
            parse_lscpu(lscpu or ""),
            parse_cpuinfo(cpuinfo or ""),
            read_sysctl(snapshot),
            read_overview(snapshot),
            _wmic(snapshot),
        )

    def flags(self) -> tuple[tuple[str, ...], str | None]:
        """Return the instruction set features, sorted, and the id of the source that told them."""
        of_cpuinfo = self.cpuinfo.field("flags", "Features", "features")
        if of_cpuinfo:
            return tuple(sorted(set(of_cpuinfo.split()))), CPUINFO
        of_lscpu = self.lscpu.field("Flags")
        if of_lscpu:
            return tuple(sorted(set(of_lscpu.split()))), LSCPU
        return self.sysctl.flags(), self.sysctl.source

    def architecture(self) -> tuple[str, str] | None:
        """Return the instruction set architecture as Linux names it, and its source; None where nothing tells it."""
        told = self.lscpu.field("Architecture"), LSCPU
        if not told[0]:
            told = text(mapping(self.snapshot.json(UNAME)).get("machine")), UNAME
        if told[0]:
            return _ARCHITECTURES.get(told[0].lower(), told[0]), told[1]
        return self._inferred()

    def is_cpuinfo_cut(self) -> bool:
        """Tell whether the collector cut `/proc/cpuinfo`, as it does on machines with hundreds of CPUs."""
        source = self.snapshot.source(CPUINFO)
        return source is not None and source.full_bytes is not None

    def _inferred(self) -> tuple[str, str] | None:
        # Flags of x86, the 64-bit ones of ARM and Apple's own names leave no doubt; nothing else is inferred.
        flags, source = self.flags()
        if source is None:
            return None
        if set(flags) >= _X86_FLAGS:
            return ("x86_64" if {"lm", "em64t"} & set(flags) else "i686"), source
        arm64 = "asimd" in flags or self.sysctl.values.get("hw.optional.arm64") == "1"
        return ("aarch64", source) if arm64 else None


def _wmic(snapshot: Snapshot) -> dict[str, str]:
    text = next((source.text for source in snapshot.matching("wmic") if "Name=" in source.text), "")
    return shell_pairs(text.replace("\0", ""))
