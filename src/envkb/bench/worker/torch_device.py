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
        self.uuid = f"GPU-{uuid}" if uuid and not self._rocm else ""

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

    def __init__(self, torch: Any) -> None:  # noqa: ANN401
        super().__init__(torch)
        self._peak = 0

    def synchronize(self) -> None:
        """Wait until the GPU has done what it was asked for."""
        self.torch.mps.synchronize()
        # It keeps no peak; what it holds after the work is the nearest there is.
        self._peak = max(self._peak, self.torch.mps.driver_allocated_memory())

    def reset_peak_memory(self) -> None:
        """Begin to watch the GPU's memory."""
        self._peak = 0

    def peak_memory(self) -> tuple[int, str] | None:
        """Return the most bytes that the driver had given out after any sample."""
        return (self._peak, "torch.mps.driver_allocated_memory, after each sample") if self._peak else None

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
        self.torch.xpu.reset_peak_memory_stats()

    def peak_memory(self) -> tuple[int, str] | None:
        """Return the most bytes that tensors had in use."""
        return self.torch.xpu.max_memory_allocated(), "torch.xpu.max_memory_allocated"

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


def devices(torch: Any) -> list[TorchDevice]:  # noqa: ANN401
    """Return one device of every backend that works here, the host's processor last."""
    found: list[TorchDevice] = []
    if torch.cuda.is_available():
        found.append(CudaDevice(torch))
    if getattr(torch.backends, "mps", None) is not None and torch.backends.mps.is_available():
        found.append(MpsDevice(torch))
    if getattr(torch, "xpu", None) is not None and torch.xpu.is_available():
        found.append(XpuDevice(torch))
    return [*found, TorchDevice(torch)]
