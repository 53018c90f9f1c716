"""CUDA, kept apart in five: the driver's, toolkits on disk, the compiler on PATH, packages, what torch was built for.

None stands in for another. What the driver supports is a fact of `nvidia`, in `envkb.capture.probes.nvidia`.
"""

import re
from typing import Final

from envkb.capture.probes.accelerators_sources import at, rows, text_at
from envkb.capture.probes.cuda_packages import ENVIRONMENT, note_packages, packages
from envkb.capture.probes.cuda_toolkits import note_headers, note_nvcc, note_toolkits
from envkb.capture.probes.cuda_torch import note_import, note_version_file
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

# Of the libraries that torch has in a folder of its own, those that other packages bring too.
_BUNDLED: Final = re.compile(
    r"lib(cud|cu(blas|fft|rand|solver|sparse)|nccl|nv|amdhip|roc|MIOpen|gomp|iomp|omp|mkl|openblas)"
)


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note what there is of CUDA, and of torch."""
    note_toolkits(snapshot, notes)
    note_nvcc(snapshot, notes)
    note_headers(snapshot, notes)
    note_packages(snapshot, notes)
    _note_torch(snapshot, notes)


def _note_torch(snapshot: Snapshot, notes: Observations) -> None:
    source = snapshot.source(ENVIRONMENT)
    told = snapshot.json(ENVIRONMENT)
    text = text_at(told, "torch", "version_py")
    if text is not None:
        note_version_file(text, ENVIRONMENT, notes)
        names = [name for row in rows(at(told, "torch", "libraries")) if (name := text_at(row, "name"))]
        notes.see("torch", "bundled_libraries", [name for name in names if _BUNDLED.match(name)], ENVIRONMENT)
    elif source is not None and source.status != "ok":
        notes.miss("torch", "version", Status(source.status), source.reason, ENVIRONMENT)
    elif source is not None:
        listed = [package for package in packages(snapshot) if package.name == "torch"]
        reason = "torch is listed, but its files are not there" if listed else "torch is not installed"
        notes.miss("torch", "version", Status.FAILED if listed else Status.ABSENT, reason, ENVIRONMENT)
    if text is not None or snapshot.source("kb:import") is not None:
        note_import(snapshot, notes)
