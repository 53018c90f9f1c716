"""Reads macOS' `sysctl`, whichever of its names were asked for."""

import functools
from collections.abc import Mapping
from typing import NamedTuple

from envkb.capture.probes.quantities import whole
from envkb.capture.probes.wording import colon_pairs
from envkb.capture.snapshot import Snapshot

_INTEL_FLAGS = ("machdep.cpu.features", "machdep.cpu.leaf7_features", "machdep.cpu.extfeatures")
_ARM_FLAG = "hw.optional.arm."


class Sysctl(NamedTuple):
    """The values of `sysctl`, by name.

    Attributes:
        source: Id of the source, None where nothing was read.
        values: Name to text.
    """

    source: str | None
    values: Mapping[str, str]

    def number(self, *names: str) -> int | None:
        """Return the first of the named values that is a whole number above zero."""
        return next((told for name in names if (told := whole(self.values.get(name)))), None)

    def levels(self) -> tuple[Mapping[str, int], ...]:
        """Return the numbers of each performance level, the fastest first (Apple chips have two or more)."""
        found: list[Mapping[str, int]] = []
        while own := self._numbers(f"hw.perflevel{len(found)}."):
            found.append(own)
        return tuple(found)

    def flags(self) -> tuple[str, ...]:
        """Return the instruction set features, as macOS names them, in lower case on Intel."""
        intel = [flag.lower() for name in _INTEL_FLAGS for flag in self.values.get(name, "").split()]
        arm = [
            name[len(_ARM_FLAG) :]
            for name, told in self.values.items()
            if name.startswith(f"{_ARM_FLAG}FEAT_") and told == "1"
        ]
        return tuple(sorted({*intel, *arm}))

    def _numbers(self, prefix: str) -> dict[str, int]:
        told = {name[len(prefix) :]: whole(text) for name, text in self.values.items() if name.startswith(prefix)}
        return {name: number for name, number in told.items() if number is not None}


def read_sysctl(snapshot: Snapshot) -> Sysctl:
    """Return what `sysctl` said, empty where it was not run."""
    found = next((source for source in snapshot.matching("sysctl")), None)
    return Sysctl(None, {}) if found is None else Sysctl(found.id, _pairs(found.text))


@functools.lru_cache(maxsize=1)  # several probes read the same text
def _pairs(text: str) -> dict[str, str]:
    return dict(colon_pairs(text))
