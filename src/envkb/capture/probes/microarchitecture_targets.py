"""archspec's table of microarchitectures, asked purely: by features, never by looking at the running machine."""

import functools
import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

_DATA = "json/cpu/microarchitectures.json"


class Target(NamedTuple):
    """One microarchitecture that archspec knows.

    Attributes:
        name: As compilers spell it (`sapphirerapids`).
        vendor: Who makes it, in the words of the CPU (`GenuineIntel`); `generic` for levels.
        parents: The targets whose programs it runs too.
        features: Flags that it has.
        part: ARM's part number, empty for others.
    """

    name: str
    vendor: str
    parents: tuple[str, ...]
    features: frozenset[str]
    part: str


def best_target(vendor: str, flags: frozenset[str]) -> str | None:
    """Return the newest x86-64 target of a vendor all of whose features are there, as archspec would choose it.

    A target counts only where it runs everything that the best generic level of those flags does: a feature that
    the firmware turned off must not push a fast CPU back by ten years.

    Args:
        vendor: The CPU's own word for its maker (`AuthenticAMD`).
        flags: What `/proc/cpuinfo` lists, in Linux' names.
    """
    known = _targets()
    fitting = [
        target
        for target in known.values()
        if target.vendor in (vendor, "generic") and "x86_64" in _line(target.name) and target.features <= flags
    ]
    levels = [target for target in fitting if target.vendor == "generic"]
    if not levels:
        return None
    level = max(levels, key=_rank)
    own = [target for target in fitting if target.vendor == vendor and level.name in _line(target.name)]
    return max(own, key=_rank).name if own else None


def is_known(name: str) -> bool:
    """Tell whether archspec has a target of this name."""
    return name in _targets()


def descends(name: str, ancestor: str) -> bool:
    """Tell whether a target is another one or comes after it in its line."""
    return ancestor in _line(name)


def _rank(target: Target) -> tuple[int, int]:
    return len(_line(target.name)), len(target.features)


@functools.cache
def _targets() -> Mapping[str, Target]:
    # The data file alone: importing archspec costs ten times as much, and it looks at the running machine.
    package = find_spec("archspec")
    if package is None or package.origin is None:
        return {}
    rows = json.loads((Path(package.origin).parent / _DATA).read_text("utf-8"))["microarchitectures"]
    return {
        name: Target(name, row["vendor"], tuple(row["from"]), frozenset(row["features"]), str(row.get("cpupart", "")))
        for name, row in rows.items()
    }


@functools.cache
def _line(name: str) -> frozenset[str]:
    target = _targets().get(name)
    parents = target.parents if target is not None else ()
    return frozenset({name}).union(*(_line(parent) for parent in parents))
