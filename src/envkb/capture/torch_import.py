"""The child that imports torch under the target interpreter and prints, as JSON, what only an import tells.

It runs as a program of its own (`python -I torch_import.py`, or from standard input) and must stay readable to
Python 3.8. Each answer is a value, or `{"error": text}`; where torch cannot be imported the whole is one such object.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any


def answers(torch: Any) -> dict[str, Any]:  # noqa: ANN401 - torch is not there to have types
    """Return every answer by fact name; one that fails does not spoil the others.

    Args:
        torch: The imported module.
    """
    told: dict[str, Any] = {}
    for name, ask in _QUESTIONS.items():
        try:
            value = ask(torch)
        except Exception as error:  # noqa: BLE001 - whatever a build raises is the answer
            value = {"error": _line(error)}
        if value is not None:
            told[name] = value
    return told


def _line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


_CUDNN_9 = 90000


def _built_for_gpu(torch: Any) -> bool:  # noqa: ANN401
    return bool(torch.version.cuda or getattr(torch.version, "hip", None))


def _cudnn(torch: Any) -> str | None:  # noqa: ANN401
    number = torch.backends.cudnn.version() if torch.version.cuda else None
    if number is None:
        return None
    # 8902 is 8.9.2, 90100 is 9.1.0.
    major, rest = divmod(number, 10000 if number >= _CUDNN_9 else 1000)
    return f"{major}.{rest // 100}.{rest % 100}"


def _config(torch: Any, pattern: str) -> str | None:  # noqa: ANN401
    found = re.search(pattern, torch.__config__.show())
    return found.group(1) if found else None


def _loading(torch: Any) -> str | None:  # noqa: ANN401
    if not torch.cuda.is_available():
        return None
    torch.cuda.init()
    return os.environ.get("CUDA_MODULE_LOADING")


def _loaded(start: tuple[str, ...]) -> list[str]:
    try:
        maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    paths = {line.split(None, 5)[5].strip() for line in maps if "/" in line}
    return sorted(path for path in paths if Path(path).name.startswith(start))


def _runtime(_: Any) -> str | None:  # noqa: ANN401
    for path in _loaded(("libcudart.so", "libcudart-")):
        number = ctypes.c_int()
        if ctypes.CDLL(path).cudaRuntimeGetVersion(ctypes.byref(number)) == 0:
            return f"{number.value // 1000}.{number.value % 1000 // 10}"
    return None


def _nccl(torch: Any) -> str | None:  # noqa: ANN401
    if not torch.version.cuda or not torch.distributed.is_nccl_available():
        return None
    return ".".join(str(part) for part in torch.cuda.nccl.version())


def _backend(torch: Any) -> str | None:  # noqa: ANN401
    found = re.search(r"ATen parallel backend: (.+)", torch.__config__.parallel_info())
    return found.group(1).strip() if found else None


def _names(torch: Any) -> list[str]:  # noqa: ANN401
    return [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]


def _xpu(torch: Any) -> bool:  # noqa: ANN401
    return torch.xpu.is_available() if hasattr(torch, "xpu") else False


def _xpu_names(torch: Any) -> list[str] | None:  # noqa: ANN401
    return [torch.xpu.get_device_name(index) for index in range(torch.xpu.device_count())] if _xpu(torch) else None


def _xnnpack(_: Any) -> bool:  # noqa: ANN401
    return bool(importlib.import_module("torch.backends.xnnpack").enabled)


_LIBRARIES = ("libcudart", "libcudnn", "libcublas", "libnccl", "libmkl", "libopenblas", "libgomp", "libiomp", "libomp")
_QUESTIONS = {
    "arch_list": lambda torch: torch.cuda.get_arch_list() if _built_for_gpu(torch) else None,
    "blas": lambda torch: _config(torch, r"BLAS_INFO=(\w+)"),
    "cpu_capability": lambda torch: torch.backends.cpu.get_cpu_capability(),
    "cuda_available": lambda torch: torch.cuda.is_available(),
    "cuda_device_count": lambda torch: torch.cuda.device_count(),
    "cuda_module_loading": _loading,
    "cuda_runtime_version": _runtime,
    "cudnn_version": _cudnn,
    "device_names": _names,
    "hip_runtime_version": lambda torch: _config(torch, r"HIP Runtime (\S+)"),
    "lapack": lambda torch: _config(torch, r"LAPACK_INFO=(\w+)"),
    "loaded_libraries": lambda _: _loaded(_LIBRARIES),
    "miopen_runtime_version": lambda torch: _config(torch, r"MIOpen (\S+)"),
    "mkldnn_available": lambda torch: torch.backends.mkldnn.is_available(),
    "mps_available": lambda torch: torch.backends.mps.is_available(),
    "nccl_version": _nccl,
    "num_threads": lambda torch: torch.get_num_threads(),
    "parallel_backend": _backend,
    "xnnpack_available": _xnnpack,
    "xpu_available": _xpu,
    "xpu_device_names": _xpu_names,
}


def main() -> None:
    """Import torch and print the answers."""
    # What an import prints must not stand beside the answer.
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        torch = importlib.import_module("torch")
    except Exception as error:  # noqa: BLE001 - an OSError of a missing library counts as much as an ImportError
        told = {"error": _line(error)}
    else:
        told = answers(torch)
    json.dump(told, out, sort_keys=True)
    # At once: some builds crash while the interpreter ends.
    out.flush()


if __name__ == "__main__":
    main()
