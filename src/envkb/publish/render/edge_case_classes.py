"""What the classes of edge cases mean, in one sentence each, and the names of their pages."""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from envkb.model.settings import Settings

MEANINGS: Final[Mapping[str, str]] = {
    "arm-illegal-instruction": "A wheel uses an instruction that this ARM processor does not have.",
    "build-from-source-failure": "No wheel fitted, and building from source failed.",
    "cuda-driver-too-old": "The NVIDIA driver is older than the CUDA runtime that the packages bring.",
    "cudnn-mismatch": "The cuDNN that was loaded is not the one that the framework was built for.",
    "disk-full": "There was no space left, in the environment, the cache or the temporary folder.",
    "glibc-too-old": "The system's C library is older than the wheel or binary needs.",
    "gpu-arch-unsupported": "The framework was not built for this GPU's architecture.",
    "hash-mismatch": "A download did not have the digest that the lock or the index names.",
    "index-confusion": "A package came from another index or channel than was meant.",
    "ld-library-path-shadowing": "A library found through the search path hid the one that belongs there.",
    "lockfile-stale": "The lock no longer fits what is asked for.",
    "missing-shared-library": "A shared library that a module needs was not found.",
    "mixed-conda-pip": "conda and pip changed the same environment and got in each other's way.",
    "mps-out-of-memory": "Apple's Metal backend ran out of memory.",
    "mps-unsupported-op": "An operation is not implemented on Apple's Metal backend.",
    "nccl": "Communication between GPUs failed.",
    "network": "A download failed or took too long.",
    "no-matching-wheel": "No wheel exists for this combination of Python, system and architecture.",
    "numpy-abi": "A module was built against another binary interface of NumPy.",
    "openmp-duplicate": "Two OpenMP runtimes were loaded into one process.",
    "other": "Something that fits no other class.",
    "out-of-memory": "The machine or a limit ran out of memory.",
    "permission": "The system refused access.",
    "python-version-unsupported": "A package does not support this version of Python.",
    "resolver-conflict": "The requirements cannot be met together.",
    "slow": "It worked, but much slower than expected.",
    "triton-missing": "Triton is not available, so compiled kernels cannot be used.",
    "wsl-libcuda": "Under WSL the driver's library libcuda was not found, or the wrong one was.",
}
"""The classes that kb itself knows."""


def meaning_of(name: str, settings: Settings) -> str:
    """Return what a class means, empty where neither kb nor the knowledge base says it."""
    return MEANINGS.get(name) or settings.edge_cases.get(name) or ""


def class_slug(name: str) -> str:
    """Return the name of a class's page; names that make no address get one from their digest."""
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and len(name) <= 64:  # noqa: PLR2004 - as in kb.toml
        return name
    return f"class-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
