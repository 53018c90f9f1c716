"""What kind of prefix an environment is, and where its interpreter came from."""

from collections.abc import Mapping
from typing import Any, Final

from envkb.capture.probes.environment_json import mapping, rows, text, texts

# A part of the path that says who laid an interpreter there; the first that fits counts.
_PLACES: Final = (
    ("/Cellar/python", "homebrew"),
    ("/homebrew/", "homebrew"),
    ("/linuxbrew/", "homebrew"),
    ("/usr/local/opt/python", "homebrew"),
    ("/Library/Developer/", "system"),
    ("/Applications/Xcode", "system"),
    ("/Python.framework/", "framework"),
    ("/nix/store/", "nix"),
    ("/.pyenv/versions/", "pyenv"),
    ("/uv/python/", "standalone"),
    ("/.rye/py/", "standalone"),
    ("/hatch/pythons/", "standalone"),
    ("/mise/installs/python/", "standalone"),
)


def venv_settings(pyvenv_cfg: object) -> dict[str, str]:
    """Return what a pyvenv.cfg says, by key in lower case; nothing where there is none."""
    lines = (line.partition("=") for line in (text(pyvenv_cfg) or "").splitlines())
    return {key.strip().lower(): clean for key, _, value in lines if (clean := text(value))}


def is_pixi(told: Mapping[str, Any]) -> bool:
    """Say whether pixi made the prefix: it leaves a file of its own, and lays environments in one place."""
    return "pixi" in mapping(told.get("conda")) or "/.pixi/envs/" in f"{text(told.get('prefix')) or ''}/"


def prefix_kind(told: Mapping[str, Any], *, debian: bool, pyenv_root: str | None = None) -> str | None:
    """Return the kind of the prefix; None where nothing tells.

    Args:
        told: `kb:environment`.
        debian: Whether the host is Debian or descends from it.
        pyenv_root: Where pyenv lays its versions, where a variable says so.

    Returns:
        `venv`, `virtualenv`, `uv-venv`, `conda`, `pixi`, or what `base_kind` returns.
    """
    if told.get("pyvenv_cfg") is not None:
        keys = venv_settings(told["pyvenv_cfg"])
        return "uv-venv" if "uv" in keys else "virtualenv" if "virtualenv" in keys else "venv"
    if isinstance(told.get("conda"), dict):
        return "pixi" if is_pixi(told) else "conda"
    return base_kind(told, debian=debian, pyenv_root=pyenv_root)


def base_kind(told: Mapping[str, Any], *, debian: bool, pyenv_root: str | None = None) -> str | None:
    """Return where the interpreter came from, below any virtual environment; None where nothing tells.

    Returns:
        `conda`, `pixi`, `debian`, `system` (another distribution's, or built into `/usr/local`), `pyenv`,
        `standalone` (a build of python-build-standalone, as uv and others fetch it), `homebrew`, `framework` (macOS,
        from python.org) or `nix`.
    """
    interpreter = mapping(told.get("interpreter"))
    prefix = text(interpreter.get("base_prefix")) or text(told.get("prefix")) or ""
    found = _conda_base(told, interpreter, prefix) or _place(interpreter, prefix, pyenv_root)
    if found or _is_standalone(told, interpreter):
        return found or "standalone"
    if prefix == "/usr" and (debian or _has_dist_packages(told)):
        return "debian"
    return "system" if prefix in ("/usr", "/usr/local") else None


def _conda_base(told: Mapping[str, Any], interpreter: Mapping[str, Any], prefix: str) -> str | None:
    if isinstance(told.get("conda"), dict) and told.get("pyvenv_cfg") is None:
        return "pixi" if is_pixi(told) else "conda"
    if "conda" in (text(interpreter.get("version_text")) or "").lower():
        return "pixi" if "/.pixi/envs/" in f"{prefix}/" else "conda"
    return None


def _place(interpreter: Mapping[str, Any], prefix: str, pyenv_root: str | None) -> str | None:
    if pyenv_root and f"{prefix}/".startswith(f"{pyenv_root.rstrip('/')}/versions/"):
        return "pyenv"
    real = text(interpreter.get("real_executable")) or prefix
    return next((kind for place, kind in _PLACES if place in f"{prefix}/" or place in real), None)


def _is_standalone(told: Mapping[str, Any], interpreter: Mapping[str, Any]) -> bool:
    # These builds are made by Clang for a generic vendor; uv leaves a file with the date of the build beside them.
    clang = "[Clang" in (text(interpreter.get("version_text")) or "")
    generic = "-unknown-linux-" in (text(interpreter.get("host")) or "")
    return (clang and generic) or (told.get("pyvenv_cfg") is None and "BUILD" in texts(told.get("marks")))


def _has_dist_packages(told: Mapping[str, Any]) -> bool:
    return any((text(site.get("path")) or "").endswith("/dist-packages") for site in rows(told.get("sites")))
