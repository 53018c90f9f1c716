"""NVIDIA's management library, by ctypes: the target need not have a binding for it.

Layouts, codes and bits are those of the public header `nvml.h`.
"""

from __future__ import annotations

import ctypes
from typing import Any

_LIBRARIES = ("libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1")
_TEMPERATURE_GPU = 0
_CLOCK_SM = 1
_MILLI = 1000.0
# Bits of nvmlClocksEventReasons. A power cap and an idle clock are how a GPU works; these say that it cannot.
_HELD_BACK = {
    0x08: "hardware slowdown",
    0x20: "software thermal slowdown",
    0x40: "hardware thermal slowdown",
    0x80: "power brake",
}
_POWER_CAP = 0x04


def load_nvml() -> Any:  # noqa: ANN401 - a library of C
    """Return the library, None where there is none that starts."""
    return next(filter(None, map(_started, _LIBRARIES)), None)


def _started(name: str) -> Any:  # noqa: ANN401
    try:
        library = ctypes.CDLL(name)
        return library if library.nvmlInit_v2() == 0 else None
    except (OSError, AttributeError):
        return None


class NvidiaGpu:
    """The instruments of one GPU; each answer is None where this GPU or driver has none."""

    def __init__(self, library: Any, handle: ctypes.c_void_p) -> None:  # noqa: ANN401
        self._library = library
        self._handle = handle

    def temperature_c(self) -> float | None:
        """Return the chip's temperature."""
        return self._ask("nvmlDeviceGetTemperature", ctypes.c_uint(), ctypes.c_int(_TEMPERATURE_GPU))

    def clock_mhz(self) -> float | None:
        """Return the multiprocessors' clock."""
        return self._ask("nvmlDeviceGetClockInfo", ctypes.c_uint(), ctypes.c_int(_CLOCK_SM))

    def power_w(self) -> float | None:
        """Return the power that it draws."""
        milliwatts = self._ask("nvmlDeviceGetPowerUsage", ctypes.c_uint())
        return None if milliwatts is None else milliwatts / _MILLI

    def energy_j(self) -> float | None:
        """Return the energy that it drew since the driver was loaded; Volta and later tell."""
        millijoules = self._ask("nvmlDeviceGetTotalEnergyConsumption", ctypes.c_ulonglong())
        return None if millijoules is None else millijoules / _MILLI

    def held_back_by(self) -> list[str] | None:
        """Return why its clocks are lower than they should be; empty for nothing."""
        bits = self._reasons()
        if bits is None:
            return None
        return [reason for bit, reason in sorted(_HELD_BACK.items()) if int(bits) & bit]

    def power_capped(self) -> bool | None:
        """Return whether its power limit sets its clocks."""
        bits = self._reasons()
        return None if bits is None else bool(int(bits) & _POWER_CAP)

    def _reasons(self) -> float | None:
        # Driver 535 gave it another name; one day the old one may be gone.
        told = self._ask("nvmlDeviceGetCurrentClocksEventReasons", ctypes.c_ulonglong())
        return (
            told if told is not None else self._ask("nvmlDeviceGetCurrentClocksThrottleReasons", ctypes.c_ulonglong())
        )

    def _ask(self, function: str, answer: Any, *args: Any) -> float | None:  # noqa: ANN401
        try:
            code = getattr(self._library, function)(self._handle, *args, ctypes.byref(answer))
        except AttributeError:  # an older driver
            return None
        return float(answer.value) if code == 0 else None


def nvidia_gpu(uuid: str, library: Any = None) -> NvidiaGpu | None:  # noqa: ANN401
    """Return the instruments of the GPU with this UUID (`GPU-...`), None where NVML does not know it.

    Numbers would not do: CUDA and NVML count differently, and `CUDA_VISIBLE_DEVICES` hides some from CUDA alone.
    """
    library = library or load_nvml()
    if library is None or not uuid:
        return None
    handle = ctypes.c_void_p()
    try:
        code = library.nvmlDeviceGetHandleByUUID(uuid.encode(), ctypes.byref(handle))
    except AttributeError:
        return None
    return NvidiaGpu(library, handle) if code == 0 else None
