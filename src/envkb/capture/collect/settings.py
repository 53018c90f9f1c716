"""The configuration files of the package managers, as they lie there."""

from __future__ import annotations

from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import UnreadableError
from envkb.capture.collect.storage import conda_roots

LIMIT_BYTES = 64 * 1024


def config_files(machine: Machine, prefix: str) -> dict[str, list[dict[str, str]]]:
    """Return each manager's configuration files that exist, weakest first, with their text.

    A pyproject.toml is taken only where it speaks of uv or pixi. A file that may not be read has a `reason` instead.
    """
    places = {
        "pip": _pip_files(machine, prefix),
        "uv": _uv_files(machine),
        "conda": _conda_files(machine, prefix),
        "pixi": _pixi_files(machine),
    }
    found = {tool: [_entry(machine, path) for path in dict.fromkeys(paths)] for tool, paths in places.items()}
    told = {tool: [entry for entry in entries if entry] for tool, entries in found.items()}
    for tool in ("uv", "pixi"):
        told[tool] = [
            entry
            for entry in told[tool]
            if not entry["path"].endswith("/pyproject.toml") or f"[tool.{tool}" in entry.get("text", "")
        ]
    return {tool: entries for tool, entries in told.items() if entries}


def _entry(machine: Machine, path: str) -> dict[str, str]:
    try:
        return {"path": path, "text": machine.read(path, LIMIT_BYTES)[0]}
    except UnreadableError as error:
        return {} if error.status == "absent" else {"path": path, "reason": error.reason}


def _folders(machine: Machine) -> tuple[str, str]:
    config = machine.environ.get("XDG_CONFIG_HOME") or f"{machine.home}/.config"
    support = f"{machine.home}/Library/Application Support"
    return config, support if machine.system == "Darwin" else config


def _pip_files(machine: Machine, prefix: str) -> list[str]:
    config, native = _folders(machine)
    shared = (machine.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    paths = [f"{folder}/pip/pip.conf" for folder in reversed(shared)]
    paths += ["/Library/Application Support/pip/pip.conf"] if machine.system == "Darwin" else []
    paths += ["/etc/pip.conf", f"{machine.home}/.pip/pip.conf", f"{config}/pip/pip.conf", f"{native}/pip/pip.conf"]
    paths += [f"{prefix}/pip.conf"] if prefix else []
    stated = machine.environ.get("PIP_CONFIG_FILE", "")
    return [*paths, stated] if stated and stated != "/dev/null" else paths


def _uv_files(machine: Machine) -> list[str]:
    config, _ = _folders(machine)
    paths = ["/etc/xdg/uv/uv.toml", "/etc/uv/uv.toml", f"{config}/uv/uv.toml"]
    paths += [f"{machine.cwd}/pyproject.toml", f"{machine.cwd}/uv.toml"]
    stated = machine.environ.get("UV_CONFIG_FILE", "")
    return [*paths, stated] if stated else paths


def _conda_files(machine: Machine, prefix: str) -> list[str]:
    config, _ = _folders(machine)
    paths = ["/etc/conda/.condarc", "/etc/conda/condarc", *machine.glob("/etc/conda/condarc.d/*")]
    paths += ["/var/lib/conda/.condarc", "/var/lib/conda/condarc"]
    for root in reversed(conda_roots(machine)):
        paths += [f"{root}/.condarc", f"{root}/condarc"]
    paths += [f"{config}/conda/.condarc", f"{config}/conda/condarc"]
    paths += [f"{machine.home}/.conda/.condarc", f"{machine.home}/.conda/condarc", f"{machine.home}/.condarc"]
    paths += [f"{machine.home}/.mambarc"]
    paths += [f"{prefix}/.condarc"] if prefix else []
    stated = machine.environ.get("CONDARC", "")
    return [*paths, stated] if stated else paths


def _pixi_files(machine: Machine) -> list[str]:
    config, native = _folders(machine)
    paths = ["/etc/pixi/config.toml", f"{config}/pixi/config.toml", f"{native}/pixi/config.toml"]
    paths += [f"{machine.environ.get('PIXI_HOME') or machine.home + '/.pixi'}/config.toml"]
    return [*paths, f"{machine.cwd}/pyproject.toml", f"{machine.cwd}/.pixi/config.toml"]
