"""What conda-meta tells of the packages in a prefix, whichever tool of the conda family wrote it."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from envkb.capture.probes.environment_json import mapping, rows, size, text, texts


@dataclass(slots=True)
class CondaPackage:
    """One package of conda-meta.

    Attributes:
        name: As conda spells it.
        version: Its version; None where the record cannot be read.
        build: Its build string.
        detail: `channel/subdir`.
        requested: Whether a person asked for it; None where nothing tells.
        size_bytes: Size of the package as downloaded, the only one that conda-meta lists.
        folders: Metadata folders of Python distributions among its files.
        libraries: Paths of the shared libraries that matter among its files.
        problem: What is wrong with its record.
        paired: Whether a Python distribution was found that came with it.
    """

    name: str
    version: str | None
    build: str | None
    detail: str | None
    requested: bool | None
    size_bytes: int | None
    folders: tuple[str, ...]
    libraries: tuple[str, ...]
    problem: str | None
    paired: bool = False


def conda_packages(told: Mapping[str, Any]) -> list[CondaPackage]:
    """Return the packages that `kb:environment` lists under `conda`."""
    prefix = text(told.get("prefix")) or ""
    return [_package(row, prefix) for row in rows(mapping(told.get("conda")).get("packages"))]


def _package(row: Mapping[str, Any], prefix: str) -> CondaPackage:
    stem = (text(row.get("file")) or text(row.get("fn")) or "").removesuffix(".json")
    # A file is called NAME-VERSION-BUILD, and only the name may have dashes.
    name = text(row.get("name")) or text(stem.rsplit("-", 2)[0]) or "unnamed"
    version = text(row.get("version"))
    problem = text(row.get("problem")) or (None if version else "its record has no version")
    return CondaPackage(
        name=name,
        version=version,
        build=text(row.get("build")),
        detail=_detail(text(row.get("channel")), text(row.get("subdir"))),
        requested=_requested(row),
        size_bytes=size(row.get("size")),
        folders=texts(row.get("distributions")),
        libraries=tuple(posixpath.join(prefix, path) for path in texts(row.get("notable"))),
        problem=problem,
    )


def _requested(row: Mapping[str, Any]) -> bool | None:
    if "requested_specs" in row:
        return bool(texts(row["requested_specs"]))
    # conda writes "None" for what nobody asked for.
    return text(row["requested_spec"]) not in (None, "None") if "requested_spec" in row else None


def _detail(channel: str | None, subdir: str | None) -> str | None:
    """Return `channel/subdir`, a channel on the network by its name alone: its address may hold a token."""
    if channel is None:
        return subdir
    name = channel.rstrip("/")
    if subdir:
        name = name.removesuffix(f"/{subdir}")
    scheme, mark, rest = name.partition("://")
    if mark and scheme != "file":
        parts = rest.split("/")[1:]
        name = "/".join(parts[2:] if parts[:1] == ["t"] else parts) or rest
    return f"{name}/{subdir}" if subdir else name
