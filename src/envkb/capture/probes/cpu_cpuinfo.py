"""Reads `/proc/cpuinfo`, whose layout every architecture defines for itself."""

import functools
from collections.abc import Mapping
from typing import NamedTuple

CPUINFO = "/proc/cpuinfo"

# Fields of the whole machine that some kernels print after the last CPU without a blank line before them.
_MACHINE_FIELDS = frozenset({"Hardware", "Revision", "Serial", "Model", "timebase", "platform", "motherboard"})
# Where a CPU is in the machine, the outermost first: s390x has drawers and books around its sockets.
_SOCKET_FIELDS = ("drawer id", "book id", "physical id", "package")
_CORE_FIELDS = ("core id", "core")
_STARTS = ("processor", "cpu number")


class Cpuinfo(NamedTuple):
    """What `/proc/cpuinfo` says.

    Attributes:
        processors: The fields of each logical CPU, in the order printed.
        machine: The fields that are about no single CPU (board, revision, vendor on s390x).
    """

    processors: tuple[Mapping[str, str], ...]
    machine: Mapping[str, str]

    def field(self, *names: str) -> str | None:
        """Return the first of the named fields that is told, of the first CPU or else of the machine."""
        first = self.processors[0] if self.processors else {}
        return next((told for name in names if (told := first.get(name) or self.machine.get(name))), None)

    def every(self, name: str) -> tuple[str, ...]:
        """Return the distinct values of a field over all CPUs, in the order they appear."""
        return tuple(dict.fromkeys(cpu[name] for cpu in self.processors if cpu.get(name)))

    def sockets(self) -> frozenset[tuple[str, ...]]:
        """Return the places of the sockets; empty where the kernel does not tell them."""
        return frozenset(place for cpu in self.processors if (place := _place(cpu, _SOCKET_FIELDS)))

    def cores(self) -> frozenset[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return the places of the physical cores; empty where the kernel does not tell them."""
        return frozenset(
            (_place(cpu, _SOCKET_FIELDS), place) for cpu in self.processors if (place := _place(cpu, _CORE_FIELDS))
        )


@functools.lru_cache(maxsize=1)  # several probes read the same text
def parse_cpuinfo(text: str) -> Cpuinfo:
    """Read the text of `/proc/cpuinfo`; what cannot be read is passed over."""
    processors: list[dict[str, str]] = []
    machine: dict[str, str] = {}
    current = machine
    for line in text.splitlines():
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon:
            current = current if key else machine
            continue
        if key in _STARTS and value.isdecimal():
            current = {}
            processors.append(current)
        (machine if key in _MACHINE_FIELDS else current).setdefault(key, value)
    return Cpuinfo(tuple(processors), machine)


def _place(cpu: Mapping[str, str], fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cpu[name] for name in fields if cpu.get(name))
