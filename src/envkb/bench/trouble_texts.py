"""What libraries say when they cannot, and what that means."""

import re
from enum import StrEnum
from typing import Final


class TroubleKind(StrEnum):
    """Why there are no samples."""

    CRASH = "crash"
    """The process ended in the middle."""
    HANG = "hang"
    """It did not end in time, and was ended."""
    GARBAGE = "garbage"
    """It printed something that is no result."""
    NOT_A_NUMBER = "not-a-number"
    """The computation gave NaN or an infinity."""
    WRONG_RESULT = "wrong-result"
    """The computation gave something else than its reference."""
    NOTHING_COUNTED = "nothing-counted"
    """Every sample had to be thrown away."""
    OUT_OF_MEMORY = "out-of-memory"
    """There was not enough memory, on the host or the device."""
    UNSUPPORTED = "unsupported"
    """This build or device cannot do it."""
    MISSING = "missing"
    """What is to be measured is not installed."""
    FAILED = "failed"
    """It raised some other error."""


# From texts that mean one thing to texts that stand beside many.
_RULES: Final[tuple[tuple[TroubleKind, str, tuple[str, ...]], ...]] = (
    (TroubleKind.OUT_OF_MEMORY, "mps-out-of-memory", (r"MPS backend out of memory",)),
    (
        TroubleKind.OUT_OF_MEMORY,
        "out-of-memory",
        (
            r"\w*OutOfMemoryError",
            r"(?:CUDA|HIP|XPU) out of memory",
            r"OUT_OF_(?:DEVICE|HOST)_MEMORY",
            r"\bMemoryError\b",
            r"DefaultCPUAllocator",
            r"bad_alloc",
            r"Unable to allocate",
            r"Cannot allocate memory",
        ),
    ),
    (
        TroubleKind.UNSUPPORTED,
        "mps-unsupported-op",
        (
            r"implemented for the MPS device",
            r"not implemented for 'MPS'",
            r"MPS (?:framework|backend)? ?does ?n['o]t support",
            r"supported (?:on|for|in|with) (?:the )?MPS",
            r"MPS \w+ is only supported",
        ),
    ),
    (
        TroubleKind.UNSUPPORTED,
        "gpu-arch-unsupported",
        (
            r"no kernel image is available",
            r"not compatible with the current PyTorch",
            r"too old to be supported by the triton",
        ),
    ),
    (
        TroubleKind.FAILED,
        "cuda-driver-too-old",
        (r"driver on your system is too old", r"driver version is insufficient"),
    ),
    (TroubleKind.FAILED, "cudnn-mismatch", (r"CUDNN_STATUS_\w*(?:MISMATCH|NOT_INITIALIZED)", r"cuDNN version")),
    (
        TroubleKind.UNSUPPORTED,
        "triton-missing",
        (r"working triton installation", r"TritonMissing", r"No module named 'triton"),
    ),
    (
        TroubleKind.UNSUPPORTED,
        "other",
        (
            r"No working C\+\+ compiler",
            r"InvalidCxxCompiler",
            r"CppCompileError",
            r"Compiler: \S+ is not found",
            r"Failed to find C compiler",
            r"not supported on (?:Python|Windows)",
        ),
    ),
    (TroubleKind.UNSUPPORTED, "python-version-unsupported", (r"Python [\d.]+ is too old",)),
    (TroubleKind.FAILED, "glibc-too-old", (r"GLIBC(?:XX)?_[\d.]+' not found",)),
    (TroubleKind.FAILED, "missing-shared-library", (r"cannot open shared object file", r"Library not loaded")),
    (
        TroubleKind.FAILED,
        "numpy-abi",
        (
            r"_ARRAY_API not found",
            r"compiled using NumPy 1",
            r"dtype size changed",
            r"compiled against (?:ABI|API) version",
        ),
    ),
    (TroubleKind.FAILED, "openmp-duplicate", (r"OMP: Error #15",)),
    (TroubleKind.FAILED, "nccl", (r"\bNCCL\b",)),
    (
        TroubleKind.UNSUPPORTED,
        "other",
        (
            r"NotImplementedError",
            r"not implemented for '",
            r"_NOT_SUPPORTED",
            r"is not supported",
            r"unsupported",
            r"has no attribute",
            r"Could not run '",
        ),
    ),
)
_COMPILED: Final = tuple(
    (re.compile("|".join(patterns), re.IGNORECASE), kind, edge_class) for kind, edge_class, patterns in _RULES
)


def read_text(text: str) -> tuple[TroubleKind | None, str]:
    """Return the kind of trouble that an error text tells of, and the class of an edge case that fits.

    Args:
        text: Name of the exception, message and traceback.

    Returns:
        None and `other` where the text tells nothing that is known.
    """
    for pattern, kind, edge_class in _COMPILED:
        if pattern.search(text):
            return kind, edge_class
    return None, "other"
