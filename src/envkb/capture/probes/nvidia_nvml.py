"""Reads `kb:nvml`: what the driver's management library said to the child that asked it."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

from pydantic import JsonValue

from envkb.capture.probes.accelerators_device import (
    Device,
    integer,
    number,
    pci_address,
    placeholder,
    plain,
    switch,
)
from envkb.capture.probes.accelerators_sources import at, rows, text_at
from envkb.capture.probes.nvidia_driver import ARCHITECTURES, Answer, compute_mode, pci_id
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

SOURCE: Final = "kb:nvml"

# Each fact: the child's word for it, and how its answer is read.
_ANSWERS: Final[dict[str, tuple[str, Callable[[str], JsonValue]]]] = {
    "architecture": ("architecture", ARCHITECTURES.get),
    "compute_capability": ("compute_capability", plain),
    "cuda_cores": ("cuda_cores", integer),
    "multiprocessor_count": ("multiprocessors", integer),
    "vbios_version": ("vbios_version", plain),
    "pci_device_id": ("pci_device_id", pci_id),
    "memory_bytes": ("memory_total_bytes", integer),
    "memory_used_bytes": ("memory_used_bytes", integer),
    "memory_bus_width_bits": ("memory_bus_width_bits", integer),
    "bar1_memory_bytes": ("bar1_total_bytes", integer),
    "pcie_gen_current": ("pcie_generation", integer),
    "pcie_gen_max": ("pcie_generation_max", integer),
    "pcie_width_current": ("pcie_width", integer),
    "pcie_width_max": ("pcie_width_max", integer),
    "display_active": ("display_active", switch),
    "persistence_mode": ("persistence_mode", switch),
    "compute_mode": ("compute_mode", compute_mode),
    "ecc_mode": ("ecc_mode", switch),
    "mig_mode": ("mig_mode", switch),
    "power_draw_w": ("power_draw_w", number),
    "power_limit_w": ("power_limit_w", number),
    "power_limit_default_w": ("power_limit_default_w", number),
    "power_limit_enforced_w": ("power_limit_enforced_w", number),
    "power_limit_min_w": ("power_limit_min_w", number),
    "power_limit_max_w": ("power_limit_max_w", number),
    "temperature_c": ("temperature_c", integer),
    "temperature_slowdown_c": ("temperature_slowdown_c", integer),
    "performance_state": ("performance_state", plain),
    "utilization_gpu_percent": ("utilization_percent", integer),
    "compute_process_count": ("compute_processes", integer),
    "clock_graphics_mhz": ("clock_graphics_mhz", integer),
    "clock_memory_mhz": ("clock_mem_mhz", integer),
    "max_clock_graphics_mhz": ("clock_graphics_max_mhz", integer),
    "max_clock_memory_mhz": ("clock_mem_max_mhz", integer),
}
_OF_DRIVER: Final = {"driver_version": str, "cuda_driver_version": str, "nvml_version": str, "gpu_count": int}


def read_nvml(snapshot: Snapshot) -> Answer | None:
    """Return what NVML told, as far as it came; None where there is no NVML or nobody asked it."""
    source = snapshot.source(SOURCE)
    if source is None or source.status == "absent":
        return None
    try:
        told = json.loads(source.text)
    except (ValueError, RecursionError):
        told = {}
    answer = Answer(SOURCE)
    for name, kind in _OF_DRIVER.items():
        value = at(told, name)
        if isinstance(value, str | int) and type(value) is kind:
            answer.driver[name] = value
        elif error := text_at(value, "error"):
            answer.misses[name] = (placeholder(error) or Status.FAILED, error)
    answer.devices = [_device(row) for row in rows(at(told, "gpus"))]
    if source.status != "ok":
        answer.failure = (Status(source.status), source.reason or "no answer")
        answer.misses["nvml_version"] = answer.failure
    return answer


def _device(row: dict[str, Any]) -> Device:
    device = Device("NVIDIA", SOURCE, address=pci_address(text_at(row, "pci_bus_id") or ""))
    if lost := text_at(row, "error"):
        device.misses["name"] = (placeholder(lost) or Status.FAILED, lost)
        return device
    _tell(device, "name", row.get("name"), plain)
    device.tell_model(text_at(row, "name") if "name" in device.values else None)
    for name, (key, read) in _ANSWERS.items():
        _tell(device, name, row.get(key), read)
    reasons = row.get("throttle_reasons")
    if isinstance(reasons, list):
        device.values["throttle_reasons"] = [_spelled(str(reason)) for reason in reasons] or ["none"]
    else:
        _tell(device, "throttle_reasons", reasons, _nothing)
    partitions = row.get("mig_devices")
    if device.values.get("mig_mode") == "enabled" and isinstance(partitions, list):
        device.values["mig_device_count"] = len(rows(partitions))
        device.partitions = [_partition(part) for part in rows(partitions)]
    return device


def _partition(row: dict[str, Any]) -> Device:
    part = Device("NVIDIA", SOURCE)
    _tell(part, "profile", row.get("name"), _profile)
    _tell(part, "memory_bytes", row.get("memory_total_bytes"), integer)
    _tell(part, "multiprocessor_count", row.get("multiprocessors"), integer)
    return part


def _tell(device: Device, name: str, answer: object, read: Callable[[str], JsonValue]) -> None:
    error = text_at(answer, "error")
    if error is not None:
        device.misses[name] = (placeholder(error) or Status.FAILED, error)
    elif isinstance(answer, bool):
        device.tell(name, "enabled" if answer else "disabled", read)
    else:
        device.tell(name, text_at({"answer": answer}, "answer"), read)


def _spelled(reason: str) -> str:
    """Spell `HwThermalSlowdown` as `nvidia-smi` does, `hw_thermal_slowdown`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", reason).lower()
    return words.replace("display_clock_", "display_clocks_")


def _profile(name: str) -> str | None:
    """Find `3g.40gb` in `NVIDIA H100 80GB HBM3 MIG 3g.40gb`."""
    found = re.search(r"\bMIG (\S+)", name)
    return found.group(1) if found else None


def _nothing(_: str) -> None:
    return None
