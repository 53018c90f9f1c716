"""The backends of torch: which are here, how to wait for them, what they remember of their memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from envkb.bench.worker.case import Device
from envkb.bench.worker.memory import host_memory

_TENSOR_CORES = 8  # of compute capability: TF32 and bfloat16 came with Ampere


class TorchDevice(Device):
    """The host's processor, as torch sees it.

    Attributes:
        backend: What a benchmark says it ran on.
        name: What tensors are sent to.
    """

    backend = "cpu"
    name = "cpu"

    def __init__(self, torch: Any) -> None:  # noqa: ANN401 - torch is not there to have types
        """Take the imported torch."""
        self.torch = torch

    def model(self) -> str | None:
        """Return the device's name, None where the host's processor is meant."""
        return None

    def memory(self) -> int | None:
        """Return the bytes of memory that the device has, None where nothing tells."""
        return host_memory(Path("/"))

    def matmul_dtypes(self, *, full: bool) -> list[str]:
        """Return the types of numbers that the backend multiplies matrices of."""
        return ["float32", "bfloat16", "float16", "int8", *(["float64"] if full else [])]


class CudaDevice(TorchDevice):
    """A GPU of NVIDIA, or of AMD by ROCm."""

    backend = "cuda"
    name = "cuda"

    def __init__(self, torch: Any) -> None:  # noqa: ANN401
        super().__init__(torch)
        self._properties = torch.cuda.get_device_properties(0)
        self._rocm = bool(getattr(torch.version, "hip", None))
        if self._rocm:
            self.backend = "rocm"
        uuid = str(getattr(self._properties, "uuid", None) or "")
        # NVML writes a prefix that torch leaves away.
        self.uuid = "" if self._rocm or not uuid else uuid if uuid.startswith("GPU-") else f"GPU-{uuid}"

    def synchronize(self) -> None:
        """Wait until the GPU has done what it was asked for."""
        self.torch.cuda.synchronize()

    def reset_peak_memory(self) -> None:
        """Begin to watch the GPU's memory."""
        self.torch.cuda.reset_peak_memory_stats()

    def peak_memory(self) -> tuple[int, str] | None:
        """Return the most bytes that tensors had in use."""
        return self.torch.cuda.max_memory_allocated(), "torch.cuda.max_memory_allocated"

    def model(self) -> str | None:
        """Return the GPU's name."""
        return str(self._properties.name)

    def memory(self) -> int | None:
        """Return the bytes of the GPU's memory."""
        return int(self._properties.total_memory)

    def matmul_dtypes(self, *, full: bool) -> list[str]:
        """Return the types of numbers that it multiplies matrices of."""
        recent = self._rocm or self._properties.major >= _TENSOR_CORES
        ampere = ["bfloat16", *([] if self._rocm else ["tf32"])] if recent else []
        return ["float32", *ampere, "float16", "int8", *(["float64"] if full else [])]


class MpsDevice(TorchDevice):
    """The GPU of an Apple processor, which shares the host's memory."""

    backend = "mps"
    name = "mps"

    def synchronize(self) -> None:
        """Wait until the GPU has done what it was asked for."""
        self.torch.mps.synchronize()

    def reset_peak_memory(self) -> None:
        """Give back what is kept for later, so that only what the work needs is taken again."""
        self.torch.mps.empty_cache()

    def peak_memory(self) -> tuple[int, str] | None:
        """Return the bytes that the driver has given out.

        Torch keeps no peak on this backend, but it keeps what it once was given.
        """
        return self.torch.mps.driver_allocated_memory(), "torch.mps.driver_allocated_memory, after the samples"

    def memory(self) -> int | None:
        """Return the bytes that Metal recommends to use at most."""
        ask = getattr(self.torch.mps, "recommended_max_memory", None)
        return int(ask()) if ask else super().memory()

    def matmul_dtypes(self, *, full: bool) -> list[str]:
        """Return the types of numbers that it multiplies matrices of."""
        del full  # Metal has no float64
        return ["float32", "bfloat16", "float16"]


class XpuDevice(TorchDevice):
    """A GPU of Intel."""

    backend = "xpu"
    name = "xpu"

    def synchronize(self) -> None:
        """Wait until the GPU has done what it was asked for."""
        self.torch.xpu.synchronize()

    def reset_peak_memory(self) -> None:
        """Begin to watch the GPU's memory."""
        if self._counts():
            self.torch.xpu.reset_peak_memory_stats()

    def peak_memory(self) -> tuple[int, str] | None:
        """Return the most bytes that tensors had in use; before torch 2.6 nothing tells."""
        return (self.torch.xpu.max_memory_allocated(), "torch.xpu.max_memory_allocated") if self._counts() else None

    def _counts(self) -> bool:
        return hasattr(self.torch.xpu, "reset_peak_memory_stats")

    def model(self) -> str | None:
        """Return the GPU's name."""
        return str(self.torch.xpu.get_device_name(0))

    def memory(self) -> int | None:
        """Return the bytes of the GPU's memory."""
        return int(self.torch.xpu.get_device_properties(0).total_memory)

    def matmul_dtypes(self, *, full: bool) -> list[str]:
        """Return the types of numbers that it multiplies matrices of."""
        # Many have no float64; whoever has one is told by the error of those that lack it.
        return ["float32", "bfloat16", "float16", "int8", *(["float64"] if full else [])]


def backends(torch: Any) -> list[type[TorchDevice]]:  # noqa: ANN401
    """Return every backend that torch says is here, the host's processor last; one may yet turn out not to work."""
    found: list[type[TorchDevice]] = []
    if torch.cuda.is_available():
        found.append(CudaDevice)
    if getattr(torch.backends, "mps", None) is not None and torch.backends.mps.is_available():
        found.append(MpsDevice)
    if getattr(torch, "xpu", None) is not None and torch.xpu.is_available():
        found.append(XpuDevice)
    return [*found, TorchDevice]
