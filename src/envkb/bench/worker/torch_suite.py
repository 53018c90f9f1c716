"""The suite `torch`: what a build of torch does on every backend that works here."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from envkb.bench.worker.case import Case, Work
from envkb.bench.worker.request import Request
from envkb.bench.worker.torch_compile import compile_cases
from envkb.bench.worker.torch_device import devices
from envkb.bench.worker.torch_layers import layer_cases
from envkb.bench.worker.torch_memory import memory_cases
from envkb.bench.worker.torch_model import model_cases
from envkb.bench.worker.torch_products import product_cases
from envkb.bench.worker.torch_setup import VERSION, Setup

_GROUPS = (product_cases, layer_cases, memory_cases, model_cases, compile_cases)
_NVIDIA = ("/dev/nvidiactl", "/dev/dxg", "/dev/nvhost-gpu")


def cases(request: Request) -> list[Case]:
    """Return the suite's benchmarks.

    Raises:
        ImportError: The target has no torch, or one that cannot be loaded.
    """
    torch: Any = importlib.import_module("torch")
    if request.threads:
        torch.set_num_threads(request.threads)
    setups = [Setup(torch, device, request) for device in devices(torch)]
    found = [case for setup in setups for group in _GROUPS for case in group(setup)]
    return [*_hidden_gpu(torch), *found]


def _hidden_gpu(torch: Any) -> list[Case]:  # noqa: ANN401
    """Return a case that tells why a build for NVIDIA's GPUs sees none on a machine that seems to have one."""
    if not torch.version.cuda or torch.cuda.is_available() or not any(map(_exists, _NVIDIA)):
        return []

    def prepare() -> Work:
        torch.cuda.init()
        raise RuntimeError("torch sees no GPU, and says no reason")

    return [Case("torch", "device-cuda", "device", VERSION, {"backend": "cuda"}, prepare)]


def _exists(path: str) -> bool:
    return Path(path).exists()
