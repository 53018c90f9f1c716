"""The suite `torch`: what a build of torch does on every backend that works here."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from envkb.bench.worker.case import Case, Work
from envkb.bench.worker.request import Request
from envkb.bench.worker.torch_compile import compile_cases
from envkb.bench.worker.torch_device import TorchDevice, backends
from envkb.bench.worker.torch_layers import layer_cases
from envkb.bench.worker.torch_memory import memory_cases
from envkb.bench.worker.torch_model import model_cases
from envkb.bench.worker.torch_products import product_cases
from envkb.bench.worker.torch_setup import VERSION, Setup

_GROUPS = (product_cases, layer_cases, memory_cases, model_cases, compile_cases)
# Linux, WSL (where NVIDIA's driver of Windows lays its library), Jetson.
_NVIDIA = ("/dev/nvidiactl", "/usr/lib/wsl/lib/libcuda.so.1", "/dev/nvhost-gpu")


def cases(request: Request) -> list[Case]:
    """Return the suite's benchmarks.

    Raises:
        ImportError: The target has no torch, or one that cannot be loaded.
    """
    torch: Any = importlib.import_module("torch")
    if request.threads:
        torch.set_num_threads(request.threads)
    return [*_hidden_gpu(torch), *(case for kind in backends(torch) for case in _cases_of(torch, kind, request))]


def _cases_of(torch: Any, kind: type[TorchDevice], request: Request) -> list[Case]:  # noqa: ANN401
    """Return the benchmarks of one backend; one that is broken costs no other."""
    try:
        setup = Setup(torch, kind(torch), request)
    except Exception as error:  # noqa: BLE001 - a driver may raise anything
        return [_useless(kind.backend, error)]
    return [case for group in _GROUPS for case in group(setup)]


def _hidden_gpu(torch: Any) -> list[Case]:  # noqa: ANN401
    """Return a case that tells why a build for NVIDIA's GPUs sees none on a machine that seems to have one."""
    if not torch.version.cuda or torch.cuda.is_available() or not any(map(_exists, _NVIDIA)):
        return []
    try:
        torch.cuda.init()
    except Exception as error:  # noqa: BLE001 - whatever it says
        return [_useless("cuda", error)]
    return [_useless("cuda", RuntimeError("torch sees no GPU, and says no reason"))]


def _useless(backend: str, error: Exception) -> Case:
    """Return a case that tells why a backend cannot be measured."""

    def prepare() -> Work:
        raise error

    return Case("torch", f"device-{backend}", "device", VERSION, {"backend": backend}, prepare)


def _exists(path: str) -> bool:
    return Path(path).exists()
