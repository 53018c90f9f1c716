"""CUDA that the system has: toolkits on disk, the compiler on PATH, cuDNN headers.

CUDA is kept apart in five, and none stands in for another: what the driver supports (`nvidia`), and of the system the
toolkits and the compiler (here), what packages bring (`cuda_packages`), what torch was built for (`cuda_torch`).
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from pydantic import JsonValue

from envkb.capture.probes.accelerators_sources import at, rows, text_at
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

TOOLKITS: Final = "kb:cuda-toolkits"
NVCC: Final = "nvcc --version"
HEADERS: Final = "kb:cudnn"

_RELEASE: Final = r"release (\d+(?:\.\d+)+)(?:, V(\d+(?:\.\d+)+))?"
_VERSION_FILE: Final = r"(/(?:usr/local|opt)/cuda[^/]*)/version\.(json|txt)"


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note what the system has of CUDA."""
    _note_toolkits(snapshot, notes)
    _note_nvcc(snapshot, notes)
    _note_headers(snapshot, notes)


def _note_toolkits(snapshot: Snapshot, notes: Observations) -> None:
    """Note the CUDA toolkits on disk; a folder and the links to it are one toolkit."""
    told = _unlinked(rows(at(snapshot.json(TOOLKITS), "toolkits")))
    if not told:
        told = _from_version_files(snapshot)
    for index, row in enumerate(told):
        subject, path = f"cuda/toolkit/{index}", text_at(row, "path")
        notes.see(subject, "path", path, TOOLKITS)
        version = text_at(row, "version")
        if version:
            notes.see(subject, "version", version, text_at(row, "read_from") or TOOLKITS)
        else:
            notes.miss(subject, "version", Status.ABSENT, f"no file in {path} tells it", TOOLKITS)
    versions = {version for row in told if (version := text_at(row, "version"))}
    notes.see("cuda/toolkits", "versions", _sorted(versions), TOOLKITS)
    asked = snapshot.source(TOOLKITS)
    if not told and asked is not None:
        status = Status.ABSENT if asked.status == "ok" else Status(asked.status)
        notes.miss(
            "cuda/toolkits", "versions", status, asked.reason or "no CUDA toolkit in the usual folders", TOOLKITS
        )


def _note_nvcc(snapshot: Snapshot, notes: Observations) -> None:
    """Note the CUDA compiler on PATH."""
    path = text_at(snapshot.json(TOOLKITS), "nvcc", "path")
    notes.see("cuda/nvcc", "path", path, TOOLKITS)
    source = snapshot.source(NVCC)
    if source is None:
        return
    found = re.search(_RELEASE, source.text)
    if found:
        notes.see("cuda/nvcc", "version", found.group(2) or found.group(1), NVCC)
        notes.see("cuda/nvcc", "release", found.group(1), NVCC)
    elif source.status == "ok":
        notes.miss("cuda/nvcc", "version", Status.FAILED, "no release in what it prints", NVCC)
    else:
        notes.miss("cuda/nvcc", "version", Status(source.status), source.reason, NVCC)


def _note_headers(snapshot: Snapshot, notes: Observations) -> None:
    """Note the versions of the cuDNN headers outside of environments."""
    versions = {version for row in rows(snapshot.json(HEADERS)) if (version := text_at(row, "version"))}
    notes.see("cuda/cudnn", "versions", _sorted(versions), HEADERS)
    source = snapshot.source(HEADERS)
    if source is not None and not versions:
        status = Status.FAILED if source.status == "ok" else Status(source.status)
        notes.miss("cuda/cudnn", "versions", status, source.reason or "no version in the headers", HEADERS)


def _unlinked(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep one row a folder: the one named by the folder's own path where there is one, else its first link."""
    by_target: dict[str, dict[str, Any]] = {}
    for row in told:
        target = text_at(row, "target") or text_at(row, "path") or ""
        if target not in by_target or text_at(row, "path") == target:
            by_target[target] = row
    return list(by_target.values())


def _from_version_files(snapshot: Snapshot) -> list[dict[str, Any]]:
    told = []
    for name in sorted(snapshot.sources):
        found = re.fullmatch(_VERSION_FILE, name)
        text = snapshot.text(name) if found else None
        if found and text is not None:
            version = _json_version(text) if found.group(2) == "json" else _text_version(text)
            told.append({"path": found.group(1), "version": version, "read_from": name})
    return told


def _json_version(text: str) -> str | None:
    try:
        return text_at(json.loads(text), "cuda", "version")
    except (ValueError, RecursionError):
        return None


def _text_version(text: str) -> str | None:
    found = re.search(r"CUDA Version (\d+(?:\.\d+)+)", text)
    return found.group(1) if found else None


def _sorted(versions: Iterable[str]) -> list[JsonValue]:
    """Sort by number, so that 9.2 comes before 12.6."""
    return [*sorted(versions, key=lambda version: [int(part[:9]) for part in re.findall(r"\d+", version)])]
