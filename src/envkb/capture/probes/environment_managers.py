"""Which manager made an environment, by the traces that managers leave in a prefix."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from envkb.capture.probes.environment_distributions import Installed
from envkb.capture.probes.environment_json import mapping, rows, text, texts
from envkb.capture.probes.environment_prefix import is_pixi, venv_settings
from envkb.model.environment import ManagerEvidence

_HISTORY: Final = "conda-meta/history"
_FAMILY: Final = "conda-meta"
_INSTALLER: Final = "INSTALLER"
_COMMANDS_KEPT: Final = 12
_CONDA_FAMILY: Final = frozenset({"conda", "mamba", "micromamba"})
# Where tools lay the environments that they make, whoever fills them.
_PLACES: Final = (
    ("/.pixi/envs/", "pixi"),
    ("/pypoetry/virtualenvs/", "poetry"),
    ("/pipx/venvs/", "pipx"),
    ("/uv/tools/", "uv"),
    ("/hatch/env/virtual/", "hatch"),
    ("/.local/share/virtualenvs/", "pipenv"),
)
_MARKS: Final = {"pipx_metadata.json": "pipx", "uv-receipt.toml": "uv"}
# Those that make a bare prefix; whoever fills it is the manager.
_MAKERS_ONLY: Final = frozenset({"venv", "virtualenv"})


def evidence(told: Mapping[str, Any], found: Sequence[Installed]) -> tuple[ManagerEvidence, ...]:
    """Return every trace, the most telling first.

    Args:
        told: `kb:environment`.
        found: What is installed.
    """
    return tuple(
        ManagerEvidence(manager=manager, trace=trace, source=source)
        for manager, trace, source in (*_of_prefix(told), *_of_conda(told), *_of_system(told), *_of_installers(found))
    )


def manager_of(traces: Sequence[ManagerEvidence]) -> str | None:
    """Return the manager that the traces point to: the one that made the prefix, else the only one that filled it.

    `venv` and `virtualenv` make a prefix and install nothing, so that the installer is asked for. None where no trace
    tells, where a prefix of the conda family does not say by which of its tools, or where several installers filled a
    prefix that none of them made.
    """
    makers = [
        trace.manager
        for trace in traces
        if trace.source not in (_INSTALLER, _FAMILY) and trace.manager not in _MAKERS_ONLY
    ]
    if makers:
        return makers[0]
    filled_by = {trace.manager for trace in traces if trace.source == _INSTALLER}
    return filled_by.pop() if len(filled_by) == 1 and all(trace.source != _FAMILY for trace in traces) else None


def manager_version(told: Mapping[str, Any], manager: str | None) -> tuple[str, str] | None:
    """Return the version of the manager that made the prefix, and where it is said; None where nothing tells."""
    keys = venv_settings(told.get("pyvenv_cfg"))
    if manager == "uv" and "uv" in keys:
        return keys["uv"], "pyvenv.cfg"
    if manager == "pixi":
        version = text(_pixi_marker(told).get("pixi_version"))
        return (version, "conda-meta/pixi") if version else None
    # mamba and micromamba write a version of conda there that they only imitate.
    for line in _history(told) if manager == "conda" else ():
        if line.startswith("# conda version:") and (version := text(line.partition(":")[2])):
            return version, _HISTORY
    return None


def installers(found: Sequence[Installed]) -> list[tuple[str, int]]:
    """Return who installed the prefix's own distributions, and how many each, most first.

    What conda lists came from conda, whatever the wheel inside its package says of itself.
    """
    counted = Counter(
        "conda" if entry.row.conda_build else _program(entry.row.installer)
        for entry in found
        if entry.row.installer and entry.role == "own" and entry.row.kind == "python"
    )
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def is_mixed(told: Mapping[str, Any], found: Sequence[Installed]) -> bool:
    """Say whether another installer put distributions into a prefix of the conda family (pixi's own uv is none)."""
    foreign = {name for name, _ in installers(found)} - {"conda", "uv-pixi"}
    return isinstance(told.get("conda"), dict) and bool(foreign)


def _of_prefix(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    prefix = f"{text(told.get('prefix')) or ''}/"
    yield from ((tool, f"the prefix lies in {place}", "path") for place, tool in _PLACES if place in prefix)
    marks = texts(told.get("marks"))
    yield from ((tool, "left its own file", mark) for mark, tool in _MARKS.items() if mark in marks)
    if told.get("pyvenv_cfg") is None:
        return
    keys = venv_settings(told["pyvenv_cfg"])
    for tool in ("uv", "virtualenv"):
        if tool in keys:
            yield tool, f"{tool} = {keys[tool]}", "pyvenv.cfg"
    if not {"uv", "virtualenv"} & keys.keys():
        # The command holds the path of the prefix, and tells nothing more.
        yield "venv", "made by python -m venv" if "command" in keys else "written as venv writes it", "pyvenv.cfg"


def _of_conda(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if not isinstance(told.get("conda"), dict):
        return
    if is_pixi(told):
        marker = _pixi_marker(told)
        named = text(marker.get("environment_name"))
        yield "pixi", f"environment {named}" if named else "left its own file", "conda-meta/pixi"
        return
    commands = [text(line.partition(":")[2]) for line in _history(told) if line.startswith("# cmd:")]
    told_commands = [command for command in commands if command]
    for command in told_commands[:_COMMANDS_KEPT]:
        program, _, rest = command.partition(" ")
        tool = _conda_tool(program)
        yield tool, f"{tool} {rest}".strip(), _HISTORY
    if any(text(row.get("name")) == "conda" for row in rows(mapping(told["conda"]).get("packages"))):
        yield "conda", "conda itself is installed in it", "conda-meta/conda"
    elif not told_commands:
        yield "conda", "packages of the conda family, no command noted", _FAMILY


def _of_system(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    managed = text(told.get("externally_managed"))
    if told.get("pyvenv_cfg") is not None or managed is None:
        return
    sites = told.get("sites")
    folders = [text(mapping(site).get("path")) or "" for site in sites] if isinstance(sites, list) else []
    debian = [folder for folder in folders if folder.endswith("/dist-packages")]
    yield "apt" if debian else "operating system", "EXTERNALLY-MANAGED", managed
    yield from (("apt", "dist-packages", folder) for folder in debian if folder.startswith("/usr/lib/"))


def _of_installers(found: Sequence[Installed]) -> Iterator[tuple[str, str, str]]:
    for name, count in installers(found):
        yield name, f"installed {count} distribution{'' if count == 1 else 's'}", _INSTALLER


def _history(told: Mapping[str, Any]) -> list[str]:
    return (text(mapping(told.get("conda")).get("history")) or "").splitlines()


def _pixi_marker(told: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return mapping(json.loads(text(mapping(told.get("conda")).get("pixi")) or "{}"))
    except (ValueError, RecursionError):
        return {}


def _conda_tool(program: str) -> str:
    name = program.replace("\\", "/").rpartition("/")[2].removesuffix(".exe").removesuffix("-script.py")
    return name if name in _CONDA_FAMILY else "conda"


def _program(installer: str) -> str:
    # Poetry writes its version too: `Poetry 1.8.3`.
    return installer.split(maxsplit=1)[0].lower()
