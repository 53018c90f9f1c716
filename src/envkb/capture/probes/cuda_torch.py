"""What torch was built for, read from `torch/version.py` without importing it, and what only an import tells."""

import re
from typing import Any, Final

from pydantic import JsonValue

from envkb.capture.probes.accelerators_sources import at, rows, text_at
from envkb.capture.probes.cuda_packages import ENVIRONMENT, packages
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot, Source
from envkb.model.fact import Status

IMPORT: Final = "kb:import"

_ASSIGNMENT: Final = (
    r"(?m)^(__version__|debug|cuda|hip|rocm|xpu|git_version)\s*(?::[^=\n]*)?=\s*"
    r"(None|True|False|'[^'\n]*'|\"[^\"\n]*\")"
)
# Of the libraries that torch has in a folder of its own, those that other packages bring too.
_BUNDLED: Final = r"lib(cud|cu(blas|fft|rand|solver|sparse)|nccl|nv|amdhip|roc|MIOpen|gomp|iomp|omp|mkl|openblas)"
_BUILDS: Final = {"cuda": "cuda_build", "hip": "hip_build", "rocm": "rocm_build", "xpu": "xpu_build"}
_LABELS: Final = {"cuda": "CUDA", "hip": "HIP", "rocm": "ROCm", "xpu": "XPU"}
_NEEDS_IMPORT: Final = "only an import of torch tells; read with --import torch"

# What only one kind of build has, by fact name.
_NEEDED_BUILDS: Final = {
    "cuda_module_loading": "cuda",
    "cuda_runtime_version": "cuda",
    "cudnn_version": "cuda",
    "nccl_version": "cuda",
    "hip_runtime_version": "hip",
    "miopen_runtime_version": "hip",
    "xpu_device_names": "xpu",
}
# What people ask of torch first (its own report of an environment prints these): said to be unread where nobody
# imported it. The rest of what an import tells goes without saying; a record has no room for what it does not know.
_ASKED_FIRST: Final = frozenset(
    {
        "cuda_available",
        "cuda_module_loading",
        "cuda_runtime_version",
        "cudnn_version",
        "device_names",
        "hip_runtime_version",
        "miopen_runtime_version",
        "mps_available",
        "xnnpack_available",
        "xpu_available",
        "xpu_device_names",
    }
)
# Facts that only an import tells: name, and the JSON type that the child answers with.
_IMPORTED: Final[dict[str, type]] = {
    "arch_list": list,
    "blas": str,
    "cpu_capability": str,
    "cuda_available": bool,
    "cuda_device_count": int,
    "cuda_module_loading": str,
    "cuda_runtime_version": str,
    "cudnn_version": str,
    "device_names": list,
    "hip_runtime_version": str,
    "lapack": str,
    "loaded_libraries": list,
    "miopen_runtime_version": str,
    "mkldnn_available": bool,
    "mps_available": bool,
    "nccl_version": str,
    "num_threads": int,
    "parallel_backend": str,
    "xnnpack_available": bool,
    "xpu_available": bool,
    "xpu_device_names": list,
}


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note what the environment's torch was built for, and what it said when it was imported."""
    source = snapshot.source(ENVIRONMENT)
    told = snapshot.json(ENVIRONMENT)
    text = text_at(told, "torch", "version_py")
    if text is not None:
        _note_version_file(text, ENVIRONMENT, notes)
        names = [name for row in rows(at(told, "torch", "libraries")) if (name := text_at(row, "name"))]
        notes.see("torch", "bundled_libraries", [name for name in names if re.match(_BUNDLED, name)], ENVIRONMENT)
    elif source is not None and source.status != "ok":
        notes.miss("torch", "version", Status(source.status), source.reason, ENVIRONMENT)
    elif source is not None:
        listed = [package for package in packages(snapshot) if package.name == "torch"]
        reason = "torch is listed, but its files are not there" if listed else "torch is not installed"
        notes.miss("torch", "version", Status.FAILED if listed else Status.ABSENT, reason, ENVIRONMENT)
    if text is not None or snapshot.source(IMPORT) is not None:
        _note_import(snapshot, notes)


def _note_version_file(text: str, source: str, notes: Observations) -> None:
    """Note what `torch/version.py` says.

    Args:
        text: The file's text; may be of any release, or no Python at all.
        source: Id of the source it was found in.
        notes: Takes the facts.
    """
    told = {name: _literal(value) for name, value in re.findall(_ASSIGNMENT, text)}
    version = told.get("__version__")
    if not isinstance(version, str) or not version:
        notes.miss("torch", "version", Status.FAILED, "torch/version.py tells none", source)
        return
    notes.see("torch", "version", version, source)
    _, plus, local = version.partition("+")
    if plus:
        notes.see("torch", "local_version", local, source)
    if isinstance(told.get("debug"), bool):
        notes.see("torch", "debug_build", told["debug"], source)
    if isinstance(told.get("git_version"), str):
        notes.see("torch", "git_version", told["git_version"], source)
    for key, name in _BUILDS.items():
        build = told.get(key)
        if build and isinstance(build, str):
            notes.see("torch", name, build, source)
        elif not build and key in told and key != "rocm":
            notes.miss("torch", name, Status.ABSENT, f"built without {_LABELS[key]}", source)
        elif key in ("cuda", "hip"):
            notes.miss("torch", name, Status.NOT_READ, "torch/version.py does not tell", source)


def _literal(text: str) -> JsonValue:
    return {"None": None, "True": True, "False": False}.get(text, text[1:-1])


def _note_import(snapshot: Snapshot, notes: Observations) -> None:
    """Note what the target said when it imported torch, or that nobody asked it to."""
    source = snapshot.source(IMPORT)
    told = snapshot.json(IMPORT)
    answers: dict[str, Any] = told if isinstance(told, dict) else {}
    for name, kind in _IMPORTED.items():
        answer = answers.get(name)
        if isinstance(answer, list) and kind is list:
            notes.see("torch", name, [str(item) for item in answer], IMPORT)
        elif isinstance(answer, str | bool | int) and type(answer) is kind:
            notes.see("torch", name, answer, IMPORT)
        elif isinstance(answer, dict) and isinstance(answer.get("error"), str):
            notes.miss("torch", name, Status.FAILED, answer["error"], IMPORT)
    status, reason = _why_not(source, answers)
    for name in _IMPORTED if source else sorted(_ASKED_FIRST):
        build = _NEEDED_BUILDS.get(name)
        if build and notes.value("torch", "version") and not notes.value("torch", f"{build}_build"):
            notes.miss("torch", name, Status.NOT_APPLICABLE, f"built without {_LABELS[build]}")
        notes.miss("torch", name, status, reason, source.id if source else None)


def _why_not(source: Source | None, answers: dict[str, Any]) -> tuple[Status, str]:
    if source is None:
        return Status.NOT_READ, _NEEDS_IMPORT
    if source.status != "ok":
        return Status(source.status), source.reason
    if isinstance(answers.get("error"), str):
        return Status.FAILED, answers["error"]
    return (Status.ABSENT, "torch tells none here") if answers else (Status.FAILED, "the answer is no JSON object")
