"""Which package managers are there, and their versions where a file tells."""

from __future__ import annotations

import glob
import os
import re
from typing import Any

from envkb.capture.collect.machine import Machine, open_regular
from envkb.capture.collect.rows import UnreadableError

# One binary each: starting it is as fast as reading, and no file tells its version.
BINARIES = ("uv", "pixi", "micromamba")
CONDA_LIKE = ("conda", "mamba")
PYTHON_TOOLS = ("pip", "poetry", "pipx", "hatch", "pdm", "rye")
CONDA_VERSION = r"/(?P<name>[^/]+)-(?P<version>[^-/]+)-[^-/]+\.json$"
DIST_INFO_VERSION = r"-(?P<version>[^-/]+)\.dist-info$"


def managers(machine: Machine) -> dict[str, dict[str, Any]]:
    """Return each manager that is found, with where it lies and its version or why there is none."""
    found = {name: _manager(machine, name) for name in (*BINARIES, *CONDA_LIKE, *PYTHON_TOOLS)}
    present = {name: entry for name, entry in found.items() if entry}
    if not present:
        raise UnreadableError("absent", "no package manager on PATH or in the usual folders")
    return present


def _manager(machine: Machine, name: str) -> dict[str, Any]:
    path = machine.which(name) or _stated(machine, name)
    if not path:
        return {}
    target = os.path.realpath(path)
    folders = machine.environ.get("PATH", "").split(os.pathsep)
    entry: dict[str, Any] = {"path": path, "target": target, "on_path": os.path.dirname(path) in folders}
    if name in BINARIES:
        return {**entry, "version": None, "reason": f"see `{name} --version`"}
    version, source = (_conda_version if name in CONDA_LIKE else _python_version)(name, path, target)
    if version is None:
        return {**entry, "version": None, "reason": "no file beside it tells, and starting it is slow"}
    return {**entry, "version": version, "source": source}


def _stated(machine: Machine, name: str) -> str:
    path = machine.environ.get(
        {"conda": "CONDA_EXE", "mamba": "MAMBA_EXE", "micromamba": "MAMBA_EXE"}.get(name, ""), ""
    )
    return path if os.path.basename(path) == name and os.access(path, os.X_OK) else ""


def _conda_version(name: str, path: str, target: str) -> tuple[str | None, str | None]:
    for program in (target, path):
        root = os.path.dirname(os.path.dirname(program))
        for record in sorted(glob.glob(f"{glob.escape(root)}/conda-meta/{name}-[0-9]*.json"), reverse=True):
            found = re.search(CONDA_VERSION, record)
            if found and found["name"] == name:
                return found["version"], record
    return None, None


def _python_version(name: str, path: str, target: str) -> tuple[str | None, str | None]:
    for prefix in dict.fromkeys((*_prefixes(path), *_prefixes(target))):
        for folder in ("lib/python*/site-packages", "lib/python*/dist-packages", "lib/python3/dist-packages"):
            pattern = f"{glob.escape(prefix)}/{folder}/{name}-[0-9]*.dist-info"
            for record in sorted(glob.glob(pattern), reverse=True):
                found = re.search(DIST_INFO_VERSION, record)
                if found:
                    return found["version"], record
    return None, None


def _prefixes(program: str) -> tuple[str, ...]:
    interpreter = _interpreter(program)
    beside = os.path.dirname(os.path.dirname(program))
    return (os.path.dirname(os.path.dirname(interpreter)), beside) if interpreter else (beside,)


def _interpreter(script: str) -> str:
    """Return the Python in a script's first line; empty where that names none."""
    try:
        with open_regular(script) as file:
            start = file.read(512)
    except OSError:
        return ""
    # Long paths do not fit a first line; pip and uv then write `#!/bin/sh` and `'''exec' /long/path/python`.
    found = re.match(rb"#!\s*(/\S*python[\d.]*)", start) or re.match(
        rb"#!/bin/sh\n'''exec' \"?(/[^\"\n]*?python[\d.]*)", start
    )
    return os.fsdecode(found.group(1)) if found else ""
