"""Which build of torch is meant, in words that belong to no manager: `auto`, `cpu`, `cu126`, `rocm6.4`, `xpu`."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from envkb.errors import UsageError

PYTORCH: Final = "pytorch"
"""Name, among the indexes, of the folder that has one package index for each torch backend."""

TORCH_FAMILY: Final = frozenset(
    {"pytorch-triton", "torch", "torchao", "torchaudio", "torchdata", "torchtext", "torchvision"}
)
"""Distributions that torch's own indexes hold, beside what torch depends on."""

NEWEST_BACKENDS: Final[Mapping[int, str]] = MappingProxyType({11: "cu118", 12: "cu129", 13: "cu132"})
"""The newest build that torch publishes for each major version of CUDA."""

_BACKEND = re.compile(r"auto|cpu|xpu|cu(\d{1,2})(\d)|rocm\d+(\.\d+)*")
_CUDA_VERSION = re.compile(r"(\d{1,2})\.(\d)(?:\.\d+)?")


def cuda_of(backend: str) -> str | None:
    """Return the CUDA version of a backend (`cu126`: `12.6`), None for one without CUDA.

    Raises:
        UsageError: There is no such backend.
    """
    found = _BACKEND.fullmatch(backend)
    if found is None:
        raise UsageError(f"{backend!r} is no torch backend", hint="say auto, cpu, xpu, cu126, rocm6.4 or the like")
    return f"{found.group(1)}.{found.group(2)}" if found.group(1) else None


def check_backend(backend: str) -> None:
    """Check that there may be such a backend.

    Raises:
        UsageError: There is none.
    """
    cuda_of(backend)


def backend_of_cuda(version: str | None) -> str:
    """Return the backend of a CUDA version (`12.6`: `cu126`); without one, the backend is left to the manager.

    Raises:
        UsageError: The text is no CUDA version.
    """
    if version is None:
        return "auto"
    found = _CUDA_VERSION.fullmatch(version)
    if found is None:
        raise UsageError(f"{version!r} is no CUDA version", hint='say "12.6" or the like')
    return f"cu{found.group(1)}{found.group(2)}"


def backend_of_driver(cuda_version: str | None) -> str:
    """Choose what `auto` means where a manager cannot look for itself, as uv chooses it.

    Args:
        cuda_version: The newest CUDA version that the machine's NVIDIA driver names; None where it has no such driver.

    Returns:
        The newest build of the driver's major version, since a driver runs all minor versions of its own; `cpu` without
        a driver, or with one too old for any build.
    """
    if cuda_version is None:
        return "cpu"
    driver = int(cuda_version.partition(".")[0])
    fitting = [backend for major, backend in NEWEST_BACKENDS.items() if major <= driver]
    return fitting[-1] if fitting else "cpu"


def chosen(backend: str, manager: str) -> str:
    """Return the backend for a manager that cannot choose one by itself.

    Raises:
        UsageError: The choice is still open, or there is no such backend.
    """
    check_backend(backend)
    if backend == "auto":
        raise UsageError(
            f"{manager} cannot choose a torch backend by itself", hint="say --torch-backend cpu, cu126 or the like"
        )
    return backend


def only_torch(names: Iterable[str]) -> bool:
    """Return whether all of these distributions are of torch's own family."""
    return all(name in TORCH_FAMILY for name in names)
