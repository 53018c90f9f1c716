"""Which environment is to be read, and why that one."""

from __future__ import annotations

import os
import sys
from typing import Any, Iterator, NamedTuple

from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import UnreadableError
from envkb.capture.collect.storage import conda_roots

PYTHON_NAMES = ("python3", "python", "pypy3")


class Target(NamedTuple):
    """The environment to read.

    Attributes:
        asked: What was asked for; empty where nothing was.
        python: Its interpreter; empty where the prefix has none.
        prefix: Its prefix as far as paths tell; the interpreter may know better.
        kind: `python`, `prefix`, `name`, `command`, or for the default `VIRTUAL_ENV`, `CONDA_PREFIX`, `own`.
        why: The same in words.
    """

    asked: str
    python: str
    prefix: str
    kind: str
    why: str

    def told(self) -> dict[str, Any]:
        """Return it for `kb:target`."""
        return {
            "asked": self.asked or None,
            "python": self.python or None,
            "prefix": self.prefix,
            "kind": self.kind,
            "why": self.why,
        }


def resolve(machine: Machine, asked: str) -> Target:
    """Find the environment that is meant.

    Args:
        machine: The machine it lies on.
        asked: Path of an interpreter or of a prefix, name of a conda environment or of a command; empty for the
            active environment.

    Raises:
        UnreadableError: Nothing of that name is there.
    """
    if not asked:
        return _default(machine)
    path = os.path.join(machine.cwd, os.path.expanduser(asked))
    if os.path.isdir(path) and ("/" in asked or _looks_like_prefix(path)):
        return _of_prefix(asked, path, "prefix", "the prefix that was asked for")
    if os.path.isfile(path):
        return Target(asked, path, prefix_of(path), "python", "the interpreter that was asked for")
    if "/" in asked:
        raise UnreadableError("failed", f"no interpreter or prefix at {asked}")
    return _named(machine, asked)


def prefix_of(python: str) -> str:
    """Return the prefix that an interpreter's path points to: its virtual environment's, else its own."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(python)))
    if os.path.exists(os.path.join(folder, "pyvenv.cfg")) or os.path.isdir(os.path.join(folder, "conda-meta")):
        return folder
    return os.path.dirname(os.path.dirname(os.path.realpath(python)))


def _default(machine: Machine) -> Target:
    why = "no environment is active"
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        prefix = machine.environ.get(variable, "")
        if prefix and os.path.isdir(prefix):
            return _of_prefix("", prefix, variable, f"the active environment ({variable})")
        if prefix:
            why = f"{variable} names a folder that is not there"
    own = sys.executable or ""
    return Target("", own, prefix_of(own), "own", f"{why}: the interpreter that runs kb")


def _of_prefix(asked: str, prefix: str, kind: str, why: str) -> Target:
    prefix = os.path.abspath(prefix)
    candidates = [os.path.join(prefix, "bin", name) for name in PYTHON_NAMES]
    python = next((path for path in candidates if os.path.lexists(path)), "")
    return Target(asked, python, prefix, kind, why)


def _looks_like_prefix(path: str) -> bool:
    return any(os.path.exists(os.path.join(path, mark)) for mark in ("pyvenv.cfg", "conda-meta", "bin/python"))


def _named(machine: Machine, name: str) -> Target:
    for prefix in _conda_environments(machine, name):
        if os.path.isdir(os.path.join(prefix, "conda-meta")):
            return _of_prefix(name, prefix, "name", f"the conda environment called {name}")
    command = machine.which(name)
    if command:
        return Target(name, command, prefix_of(command), "command", f"the command {name}")
    raise UnreadableError("failed", f"no interpreter, prefix or conda environment called {name}")


def _conda_environments(machine: Machine, name: str) -> Iterator[str]:
    roots = conda_roots(machine)
    if name in ("base", "root"):
        yield from roots
    folders = machine.environ.get("CONDA_ENVS_PATH") or machine.environ.get("CONDA_ENVS_DIRS") or ""
    for folder in [*folders.split(os.pathsep), *(f"{root}/envs" for root in roots), f"{machine.home}/.conda/envs"]:
        if folder:
            yield f"{folder}/{name}"
    yield f"{machine.cwd}/.pixi/envs/{name}"
    for line in machine.peek(f"{machine.home}/.conda/environments.txt").splitlines():
        if os.path.basename(line.rstrip("/")) == name:
            yield line
