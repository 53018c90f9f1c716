"""Requirements that a TOML table tells apart: version, extras, markers, or where the source is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.run.requirement import checked_requirement, named

_PLACES: Final = frozenset({"git", "url", "path"})
_GIT: Final = ("rev", "tag", "branch")
_UNDERSTOOD: Final = frozenset({"version", "extras", "editable", "subdirectory", "marker", *_PLACES, *_GIT})


def direct_requirement(name: str, spec: object, path: Path) -> str:
    """Return the PEP 508 requirement of `numpy = ">=2"`, `demo = { git = "…", tag = "v1" }` and the like.

    Args:
        name: The distribution, with its extras where they are known already.
        spec: A version, or a table as uv and pixi have it.
        path: The file that it stands in; folders are relative to its own.

    Raises:
        UsageError: It says what cannot be said to every manager.
        InvalidDataError: It cannot be read.
    """
    parts = {"version": spec} if isinstance(spec, str) else spec
    if not isinstance(parts, Mapping):
        raise InvalidDataError(f"{path}: the requirement of {name} cannot be read", hint='write name = ">=2,<3"')
    unknown = sorted(set(parts) - _UNDERSTOOD)
    if unknown:
        raise UsageError(
            f"{path}: where {name} comes from ({unknown[0]}) cannot be said to every manager",
            hint=f"name it yourself: kb run {name} --index NAME=URL",
        )
    extras = parts.get("extras") or ()
    version = str(parts.get("version") or "*")
    marker = f" ; {parts['marker']}" if parts.get("marker") else ""
    whole = f"{name}[{','.join(map(str, extras))}]" if extras else name
    place = _place(whole, parts, path)
    requirement = place + marker if place else whole + ("" if version == "*" else version) + marker
    if named(requirement) is None:
        raise InvalidDataError(f"{path}: the requirement of {name} cannot be read: {requirement}")
    return requirement


def _place(whole: str, parts: Mapping[str, Any], path: Path) -> str | None:
    if "url" in parts:
        return f"{whole} @ {parts['url']}"
    if "path" in parts:
        bare = checked_requirement(f"./{parts['path']}", path.parent)
        return f"{whole} @ {bare.partition(' @ ')[2]}"
    if "git" not in parts:
        return None
    reference = next((f"@{parts[word]}" for word in _GIT if word in parts), "")
    below = f"#subdirectory={parts['subdirectory']}" if "subdirectory" in parts else ""
    address = str(parts["git"])
    return f"{whole} @ {address if address.startswith('git+') else f'git+{address}'}{reference}{below}"
