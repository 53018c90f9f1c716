"""The child that asks NVIDIA's management library (NVML), and prints JSON lines.

A driver can hang or crash whoever loads its library; hence a process of its own. It runs as
`python -E -s -S nvml_child.py FOLDER`, where FOLDER holds the module `pynvml` of nvidia-ml-py. First it prints one
line on the driver: `{driver_version, cuda_driver_version, nvml_version, gpu_count}`, or `{"error": text}` where NVML
does not start; then one line for each GPU. Every answer is a value, or `{"error": NVML's own words}`. UUIDs and
serials are never asked for.
"""

import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

MILLI = 1000.0
CLOCK_KINDS = ("GRAPHICS", "SM", "MEM")


def _system(nvml: Any) -> dict[str, Callable[[], Any]]:  # noqa: ANN401 - pynvml has no types
    return {
        "driver_version": nvml.nvmlSystemGetDriverVersion,
        "cuda_driver_version": lambda: _cuda_version(nvml.nvmlSystemGetCudaDriverVersion_v2()),
        "nvml_version": nvml.nvmlSystemGetNVMLVersion,
        "gpu_count": nvml.nvmlDeviceGetCount,
    }


def _gpu(nvml: Any, gpu: Any) -> dict[str, Callable[[], Any]]:  # noqa: ANN401
    return {
        "name": lambda: nvml.nvmlDeviceGetName(gpu),
        "brand": lambda: _named(nvml, "NVML_BRAND_", nvml.nvmlDeviceGetBrand(gpu)),
        "architecture": lambda: _named(nvml, "NVML_DEVICE_ARCH_", nvml.nvmlDeviceGetArchitecture(gpu)),
        "compute_capability": lambda: "{}.{}".format(*nvml.nvmlDeviceGetCudaComputeCapability(gpu)),
        "cuda_cores": lambda: nvml.nvmlDeviceGetNumGpuCores(gpu),
        "multiprocessors": lambda: nvml.nvmlDeviceGetAttributes(gpu).multiprocessorCount,
        "vbios_version": lambda: nvml.nvmlDeviceGetVbiosVersion(gpu),
        "pci_bus_id": lambda: nvml.nvmlDeviceGetPciInfo(gpu).busId,
        "pci_device_id": lambda: f"{nvml.nvmlDeviceGetPciInfo(gpu).pciDeviceId:#010x}",
        "memory_total_bytes": lambda: nvml.nvmlDeviceGetMemoryInfo(gpu).total,
        "memory_used_bytes": lambda: nvml.nvmlDeviceGetMemoryInfo(gpu).used,
        "memory_bus_width_bits": lambda: nvml.nvmlDeviceGetMemoryBusWidth(gpu),
        "bar1_total_bytes": lambda: nvml.nvmlDeviceGetBAR1MemoryInfo(gpu).bar1Total,
        "pcie_generation": lambda: nvml.nvmlDeviceGetCurrPcieLinkGeneration(gpu),
        "pcie_generation_max": lambda: nvml.nvmlDeviceGetMaxPcieLinkGeneration(gpu),
        "pcie_width": lambda: nvml.nvmlDeviceGetCurrPcieLinkWidth(gpu),
        "pcie_width_max": lambda: nvml.nvmlDeviceGetMaxPcieLinkWidth(gpu),
        "display_active": lambda: bool(nvml.nvmlDeviceGetDisplayActive(gpu)),
        "persistence_mode": lambda: bool(nvml.nvmlDeviceGetPersistenceMode(gpu)),
        "compute_mode": lambda: _named(nvml, "NVML_COMPUTEMODE_", nvml.nvmlDeviceGetComputeMode(gpu)),
        "ecc_mode": lambda: bool(nvml.nvmlDeviceGetEccMode(gpu)[0]),
        "ecc_mode_pending": lambda: bool(nvml.nvmlDeviceGetEccMode(gpu)[1]),
        "mig_mode": lambda: bool(nvml.nvmlDeviceGetMigMode(gpu)[0]),
        "mig_devices": lambda: _mig_devices(nvml, gpu),
        **_power_and_heat(nvml, gpu),
        **_clocks(nvml, gpu),
    }


def _power_and_heat(nvml: Any, gpu: Any) -> dict[str, Callable[[], Any]]:  # noqa: ANN401
    return {
        "power_draw_w": lambda: nvml.nvmlDeviceGetPowerUsage(gpu) / MILLI,
        "power_limit_w": lambda: nvml.nvmlDeviceGetPowerManagementLimit(gpu) / MILLI,
        "power_limit_default_w": lambda: nvml.nvmlDeviceGetPowerManagementDefaultLimit(gpu) / MILLI,
        "power_limit_enforced_w": lambda: nvml.nvmlDeviceGetEnforcedPowerLimit(gpu) / MILLI,
        "power_limit_min_w": lambda: nvml.nvmlDeviceGetPowerManagementLimitConstraints(gpu)[0] / MILLI,
        "power_limit_max_w": lambda: nvml.nvmlDeviceGetPowerManagementLimitConstraints(gpu)[1] / MILLI,
        "temperature_c": lambda: nvml.nvmlDeviceGetTemperature(gpu, nvml.NVML_TEMPERATURE_GPU),
        "temperature_slowdown_c": lambda: nvml.nvmlDeviceGetTemperatureThreshold(
            gpu, nvml.NVML_TEMPERATURE_THRESHOLD_SLOWDOWN
        ),
        "performance_state": lambda: f"P{nvml.nvmlDeviceGetPerformanceState(gpu)}",
        "utilization_percent": lambda: nvml.nvmlDeviceGetUtilizationRates(gpu).gpu,
        "compute_processes": lambda: len(nvml.nvmlDeviceGetComputeRunningProcesses(gpu)),
        "throttle_reasons": lambda: _throttle_reasons(nvml, gpu),
    }


def _clocks(nvml: Any, gpu: Any) -> dict[str, Callable[[], Any]]:  # noqa: ANN401
    asked: dict[str, Callable[[], Any]] = {}
    for kind in CLOCK_KINDS:
        clock = getattr(nvml, f"NVML_CLOCK_{kind}")
        asked[f"clock_{kind.lower()}_mhz"] = partial(nvml.nvmlDeviceGetClockInfo, gpu, clock)
        asked[f"clock_{kind.lower()}_max_mhz"] = partial(nvml.nvmlDeviceGetMaxClockInfo, gpu, clock)
    return asked


def _throttle_reasons(nvml: Any, gpu: Any) -> list[str]:  # noqa: ANN401
    try:
        bits = nvml.nvmlDeviceGetCurrentClocksEventReasons(gpu)
    except (nvml.NVMLError, AttributeError):  # drivers before 535 know the old name alone
        bits = nvml.nvmlDeviceGetCurrentClocksThrottleReasons(gpu)
    start = "nvmlClocksThrottleReason"
    known = {name[len(start) :]: value for name, value in vars(nvml).items() if name.startswith(start)}
    single = {name: value for name, value in known.items() if name not in ("All", "None", "UserDefinedClocks")}
    return sorted(name for name, value in single.items() if value and bits & value)


def _mig_devices(nvml: Any, gpu: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    if not nvml.nvmlDeviceGetMigMode(gpu)[0]:
        return []
    devices = []
    for index in range(nvml.nvmlDeviceGetMaxMigDeviceCount(gpu)):
        try:
            device = nvml.nvmlDeviceGetMigDeviceHandleByIndex(gpu, index)
        except nvml.NVMLError:  # an empty slot
            continue
        devices.append({"index": index, **_answers(_mig_device(nvml, device))})
    return devices


def _mig_device(nvml: Any, device: Any) -> dict[str, Callable[[], Any]]:  # noqa: ANN401
    return {
        "name": lambda: nvml.nvmlDeviceGetName(device),
        "memory_total_bytes": lambda: nvml.nvmlDeviceGetMemoryInfo(device).total,
        "multiprocessors": lambda: nvml.nvmlDeviceGetAttributes(device).multiprocessorCount,
    }


def _cuda_version(number: int) -> str:
    return f"{number // 1000}.{number % 1000 // 10}"


def _named(nvml: Any, start: str, value: int) -> str:  # noqa: ANN401
    for name, known in vars(nvml).items():
        if name.startswith(start) and known == value:
            return str(name[len(start) :]).lower()
    return f"unknown ({value})"


def _answers(asked: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    return {name: _answer(ask) for name, ask in asked.items()}


def _answer(ask: Callable[[], Any]) -> Any:  # noqa: ANN401
    try:
        value = ask()
    except Exception as error:  # noqa: BLE001 - whatever this driver lacks is the answer to this question alone
        return {"error": str(error) or type(error).__name__}
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _say(answer: Mapping[str, Any]) -> None:
    # At once: what came before a crash is not lost.
    print(json.dumps(answer), flush=True)  # noqa: T201 - a program of its own


def main(folder: str) -> None:
    """Ask everything, and print the answers."""
    sys.path.insert(0, folder)
    import pynvml  # noqa: PLC0415 - its folder is told by the parent

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        _say({"error": str(error)})
        return
    system = _answers(_system(pynvml))
    _say(system)
    for index in range(system["gpu_count"] if isinstance(system["gpu_count"], int) else 0):
        try:
            gpu = pynvml.nvmlDeviceGetHandleByIndex(index)
        except pynvml.NVMLError as error:
            _say({"index": index, "error": str(error)})
            continue
        _say({"index": index, **_answers(_gpu(pynvml, gpu))})


if __name__ == "__main__":
    main(sys.argv[1])
