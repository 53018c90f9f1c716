"""The compilers and build tools that a source distribution would be built with."""

import re

from envkb.capture.probes.observations import Observations
from envkb.capture.probes.reasons import explain
from envkb.capture.probes.wording import first_line
from envkb.capture.snapshot import Snapshot

_VERSION = r"\d+\.\d+(?:\.\d+)*"


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note version and full name of each compiler and build tool."""
    for name in ("gcc", "clang", "cmake"):
        command = f"{name} --version"
        line = first_line(snapshot.text(command))
        # `gcc (Debian 12.2.0-14) 12.2.0` names the package first; `Apple clang version 16.0.0 (clang-…)` last.
        numbers = re.findall(_VERSION, re.sub(r"\([^()]*\)", "", line or ""))
        notes.see("toolchain", f"{name}_version", numbers[0] if numbers else None, command)
        notes.see("toolchain", f"{name}_name", line if numbers else None, command)
        explain(snapshot, notes, "toolchain", f"{name}_version", command)
