"""What a wheel's RECORD tells: the digest of its content, its size, its native libraries."""

from __future__ import annotations

import hashlib
import re
from typing import Iterator, NamedTuple

# Written by whoever installs, so they differ between installers.
INSTALLERS_OWN = (b"INSTALLER", b"REQUESTED", b"RECORD", b"direct_url.json", b"uv_cache.json")
# A line without any of these has a hash, lies inside of the prefix and belongs to no installer.
ODD_MARKS = (b",,", b'"', b".pyc", b"../", b".dist-info/")
SIZE = re.compile(rb",(\d+)\r?$", re.MULTILINE)
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
    sizes = SIZE.findall(data)
    native = list(_native_paths(data))
    size_bytes = sum(map(int, sizes)) if sizes else None
    return Recorded(content_sha256(data), data.count(b"\n"), size_bytes, len(native), notable(native))


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
    lines = [line for line in data.replace(b"\r", b"").split(b"\n") if line and line[-2:] != b",,"]
    # One search over all bytes costs less than a look at each of torch's 12,000 lines.
    odd = set(_lines_with(ODD_MARKS, b"\n".join(lines)))
    kept = sorted(line for line in lines if line not in odd or _belongs(line))
    return hashlib.sha256(b"\n".join(kept)).hexdigest() if kept else None


def _lines_with(marks: tuple[bytes, ...], data: bytes) -> Iterator[bytes]:
    for mark in marks:
        at = data.find(mark)
        while at >= 0:
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            yield data[data.rfind(b"\n", 0, at) + 1 : end]
            at = data.find(mark, end)


def _belongs(line: bytes) -> bool:
    rest, _, _ = line.rpartition(b",")
    quoted, _, digest = rest.rpartition(b",")
    path = quoted.strip(b'"')
    if not digest or path.endswith(b".pyc") or path.startswith(b"../"):
        return False
    folder, mark, name = path.rpartition(b".dist-info/")
    return not (mark and b"/" not in folder and name in INSTALLERS_OWN)


def _native_paths(data: bytes) -> Iterator[str]:
    for found in NATIVE.finditer(data):
        line = data[data.rfind(b"\n", 0, found.start()) + 1 : found.end()]
        yield line.strip(b',"').decode("utf-8", "replace")
