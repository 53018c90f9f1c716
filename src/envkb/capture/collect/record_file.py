"""What a wheel's RECORD tells: the digest of its content, its size, its native libraries."""

from __future__ import annotations

import hashlib
import re
from typing import Iterator, NamedTuple

# Written by whoever installs, so they differ between installers.
INSTALLERS_OWN = (
    b".dist-info/INSTALLER",
    b".dist-info/REQUESTED",
    b".dist-info/RECORD",
    b".dist-info/direct_url.json",
    b".dist-info/uv_cache.json",
)
OUTSIDE = (b"../", b'"../')
BYTECODE = (b".pyc", b'.pyc"')
ODD_ENDS = (*INSTALLERS_OWN, *BYTECODE)
NATIVE = re.compile(rb'\.(?:so(?:\.[0-9]+)*|dylib)"?,')
NOTABLE = re.compile(
    r"(?:^|/)lib(?:cudart|cudnn|cublas|cufft|curand|cusolver|cusparse|cupti|nccl|nvrtc|nvJitLink|nvinfer|nvshmem"
    r"|torch|c10|mkl_rt|mkl_core|mkl_intel_thread|mkl_gnu_thread|openblas|scipy_openblas|blis|omp|iomp5|gomp|tbb"
    r"|amdhip64|rocblas|rccl|MIOpen|hipblas|hsa-runtime64|sycl|ze_loader|onnxruntime|tensorflow_cc"
    r"|tensorflow_framework|xla_extension|stdc\+\+)[^/]*$"
)
MOST_NOTABLE = 64


class Recorded(NamedTuple):
    """What a RECORD lists.

    Attributes:
        content_sha256: See the function of that name; None where no line has a hash.
        files: Number of files.
        size_bytes: Sum of the sizes listed; None where none is.
        native_libraries: Number of shared libraries and extension modules.
        notable: Paths of the libraries that matter to an ML environment, as RECORD spells them.
    """

    content_sha256: str | None
    files: int
    size_bytes: int | None
    native_libraries: int
    notable: list[str]


def read_record(data: bytes) -> Recorded:
    """Read a RECORD's bytes."""
    brought, size_bytes = _brought(data)
    native = list(_native_paths(data))
    return Recorded(_digest(brought), data.count(b"\n"), size_bytes, len(native), notable(native))


def notable(paths: list[str]) -> list[str]:
    """Return the paths of libraries that matter to an ML environment, sorted."""
    return sorted(path for path in paths if NOTABLE.search(path))[:MOST_NOTABLE]


def content_sha256(data: bytes) -> str | None:
    """Return the digest of what a distribution brought, equal for one wheel whoever installed it.

    The recipe: take the lines of RECORD; drop every CR; keep the lines that have a hash (the second field from the
    right is not empty); leave out paths that end in `.pyc`, that start with `../`, or that are the file INSTALLER,
    REQUESTED, RECORD, direct_url.json or uv_cache.json of a folder `*.dist-info`; sort the lines as bytes; join
    them with a line feed (none at the end); SHA-256 of that, in hexadecimal.
    """
    return _digest(_brought(data)[0])


def _digest(brought: list[bytes]) -> str | None:
    return hashlib.sha256(b"\n".join(sorted(brought))).hexdigest() if brought else None


def _brought(data: bytes) -> tuple[list[bytes], int | None]:
    """Return the lines of what the distribution brought, and the sum of all sizes listed."""
    brought = []
    sizes = []
    # torch has 12,000 lines: one pass over bytes, few looks at each.
    for line in data.replace(b"\r", b"").split(b"\n"):
        fields = line.rsplit(b",", 2)
        if len(fields) == 3:  # noqa: PLR2004 - path, hash, size
            path, digest, size = fields
            sizes.append(size)
            if digest and not path.startswith(OUTSIDE) and not (path.endswith(ODD_ENDS) and _left_out(path)):
                brought.append(line)
    counted = [int(size) for size in sizes if size.isdigit()]
    return brought, sum(counted) if counted else None


def _left_out(path: bytes) -> bool:
    return path.endswith(BYTECODE) or path.count(b"/") == 1


def _native_paths(data: bytes) -> Iterator[str]:
    for found in NATIVE.finditer(data):
        line = data[data.rfind(b"\n", 0, found.start()) + 1 : found.end()]
        yield line.strip(b',"').decode("utf-8", "replace")
