"""The installed distributions of a folder of packages, read from their metadata without pip."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from envkb.capture.collect.machine import open_regular
from envkb.capture.collect.record_file import read_record

HEADER_BYTES = 4096
MOST_HEADER_BYTES = 1024 * 1024
MOST_BYTES = 64 * 1024 * 1024
SMALL_BYTES = 64 * 1024


class SitePackages(NamedTuple):
    """What one folder of packages holds.

    Attributes:
        distributions: One row each; two versions of one distribution are two rows.
        path_files: The `.pth` files: `{file, paths: [{path, exists}], imports}`.
    """

    distributions: list[dict[str, Any]]
    path_files: list[dict[str, Any]]


def read_site_packages(folder: str) -> SitePackages:
    """Read a folder of packages.

    Raises:
        OSError: The folder cannot be listed.
    """
    rows = []
    path_files = []
    for name in sorted(os.listdir(folder)):
        path = f"{folder}/{name}"
        if name.endswith((".dist-info", ".egg-info")):
            rows.append(_distribution(path, name))
        elif name.endswith(".egg-link"):
            rows.append(_egg_link(path, name))
        elif name.endswith(".pth"):
            path_files.append(_path_file(folder, name))
    return SitePackages(rows, path_files)


def _distribution(path: str, name: str) -> dict[str, Any]:
    row: dict[str, Any] = {"dir": name}
    try:
        row.update(_dist_info(path) if os.path.isdir(path) else _headers(path))
    except OSError as error:
        row["problem"] = f"cannot be read: {(error.strerror or str(error)).lower()}"
    if not row.get("name") or not row.get("version"):
        row.setdefault("problem", "its metadata has no name or no version")
        stem, _, version = name.rpartition(".")[0].partition("-")
        row["name"] = row.get("name") or stem.lstrip("~")
        row["version"] = row.get("version") or None
        row["version_of_dir"] = version.partition("-py")[0] or None
    return row


def _egg_link(path: str, name: str) -> dict[str, Any]:
    """Read what `setup.py develop` left: a file that names the project's folder, where the metadata lies."""
    project = _small(path).partition("\n")[0].strip()
    name = name[: -len(".egg-link")]
    try:
        told = _headers(f"{project}/{name.replace('-', '_')}.egg-info/PKG-INFO")
    except OSError:
        told = {"problem": "the project it links to has no metadata"}
    return {"dir": f"{name}.egg-link", "name": name, "version": None, **told, "egg_link": project}


def _dist_info(path: str) -> dict[str, Any]:
    names = set(os.listdir(path))
    row: dict[str, Any] = {}
    for metadata in ("METADATA", "PKG-INFO"):
        if metadata in names:
            row.update(_headers(f"{path}/{metadata}"))
            break
    else:
        row["problem"] = "it has no METADATA"
    if "INSTALLER" in names:
        row["installer"] = _small(f"{path}/INSTALLER").strip()
    if "REQUESTED" in names:
        row["requested"] = True
    if "WHEEL" in names:
        row["tags"] = _values(_small(f"{path}/WHEEL"), "Tag")
    if "direct_url.json" in names:
        row["direct_url"] = _json_or_text(_small(f"{path}/direct_url.json"))
    if "RECORD" in names:
        row.update(_recorded(f"{path}/RECORD"))
    return row


def _headers(path: str) -> dict[str, Any]:
    with open_regular(path) as file:
        start = file.read(HEADER_BYTES)
        if b"\nVersion:" not in start or b"Name:" not in start:
            start += file.read(MOST_HEADER_BYTES)
    # The description after the first empty line may quote anything.
    text = start.decode("utf-8", "replace").replace("\r\n", "\n").partition("\n\n")[0]
    told = {"name": _values(text, "Name")[:1], "version": _values(text, "Version")[:1]}
    return {key: values[0] for key, values in told.items() if values and values[0].isprintable()}


def _values(text: str, field: str) -> list[str]:
    start = f"{field}:"
    return [line[len(start) :].strip() for line in text.splitlines() if line.startswith(start)]


def _recorded(path: str) -> dict[str, Any]:
    with open_regular(path) as file:
        data = file.read(MOST_BYTES)
    recorded = read_record(data)
    row: dict[str, Any] = {"files": recorded.files}
    if recorded.content_sha256:
        row["content_sha256"] = recorded.content_sha256
    if recorded.size_bytes is not None:
        row["size_bytes"] = recorded.size_bytes
    if recorded.native_libraries:
        row["native_libraries"] = recorded.native_libraries
    if recorded.notable:
        row["notable"] = recorded.notable
    return row


def _path_file(folder: str, name: str) -> dict[str, Any]:
    lines = [line.strip() for line in _small(f"{folder}/{name}").lstrip("\ufeff").splitlines()]
    imports = sum(line.startswith(("import ", "import\t")) for line in lines)
    paths = [line for line in lines if line and not line.startswith(("#", "import ", "import\t"))]
    told = [{"path": path, "exists": os.path.exists(os.path.join(folder, path))} for path in paths[:64]]
    return {"file": name, "paths": told, "imports": imports}


def _small(path: str) -> str:
    try:
        with open_regular(path) as file:
            return file.read(SMALL_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _json_or_text(text: str) -> Any:  # noqa: ANN401 - somebody else's JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
