"""What went wrong, or needed a workaround, in a form that can be counted."""

from enum import StrEnum
from typing import Final

from pydantic import Field

from envkb.model.value import Origin, Value

EDGE_CASE_CLASSES: Final = (
    "arm-illegal-instruction",
    "build-from-source-failure",
    "cuda-driver-too-old",
    "cudnn-mismatch",
    "disk-full",
    "glibc-too-old",
    "gpu-arch-unsupported",
    "hash-mismatch",
    "index-confusion",
    "ld-library-path-shadowing",
    "lockfile-stale",
    "missing-shared-library",
    "mixed-conda-pip",
    "mps-out-of-memory",
    "mps-unsupported-op",
    "nccl",
    "network",
    "no-matching-wheel",
    "numpy-abi",
    "openmp-duplicate",
    "other",
    "out-of-memory",
    "permission",
    "python-version-unsupported",
    "resolver-conflict",
    "slow",
    "triton-missing",
    "wsl-libcuda",
)
"""The classes that kb itself knows; a knowledge base adds its own in `kb.toml`."""


class Severity(StrEnum):
    """How much an edge case or a finding hurts."""

    BLOCKER = "blocker"
    """Nothing works until it is solved."""
    MAJOR = "major"
    """Part of the work is impossible or wrong."""
    MINOR = "minor"
    """It works after a known step."""
    NOTE = "note"
    """Good to know."""


class Phase(StrEnum):
    """Where in an experiment something happened."""

    RESOLVE = "resolve"
    DOWNLOAD = "download"
    INSTALL = "install"
    IMPORT = "import"
    RUN = "run"
    BENCHMARK = "benchmark"


class EdgeCase(Value):
    """Something that went wrong or needed a workaround.

    Attributes:
        origin: How it came to be known.
        class_: Its class, written `class`: one of `EDGE_CASE_CLASSES` or of the knowledge base's own.
        symptom: What a person sees, in the words of the error message where there is one.
        severity: How much it hurts; null where nobody said.
        phase: Where it happened; null where nobody said.
        package: The distribution or library it is about; null where it is about none.
        workaround: What helped, or was tried; null where nothing is known.
        worked: Whether the workaround helped; null where not tried or not said.
        link: Address of a thread or page about it.
        fingerprint: Stable hash of the error text without its variable parts; null where there was no text.
    """

    origin: Origin
    class_: str = Field(alias="class")
    symptom: str
    severity: Severity | None
    phase: Phase | None
    package: str | None
    workaround: str | None
    worked: bool | None
    link: str | None
    fingerprint: str | None
