"""Reads the table that plain `nvidia-smi` prints, and its complaints."""

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Final

from envkb.capture.probes.accelerators_device import (
    Device,
    integer,
    mebibytes,
    number,
    pci_address,
    placeholder,
    plain,
    switch,
)
from envkb.capture.probes.nvidia_driver import MOST_GPUS, Answer, compute_mode
from envkb.model.fact import Status

_LONGEST_LINE: Final = 400
_COLUMNS: Final = 3

# Newer drivers speak of the kernel-mode (KMD) and the user-mode driver (UMD).
_HEADER: Final = {
    "smi_version": re.compile(r"NVIDIA-SMI\s+(\d[\w.]*)"),
    "driver_version": re.compile(r"(?:Driver|KMD) Version:\s*(\d[\w.]*)"),
    "cuda_driver_version": re.compile(r"CUDA (?:UMD )?Version:\s*(\d[\w.]*)"),
}

# `0  NVIDIA L20   On `; the last word is the persistence mode, on Windows the driver model.
_TITLE: Final = re.compile(r"(\d+)\s+(\S.*?)\s+(On|Off|N/A|TCC|WDDM|MCDM)", re.IGNORECASE)
_NOTHING: Final = r"N/A|ERR!|Unknown Error|Not Supported|\[[^\]]*\]"
_READINGS: Final = re.compile(
    rf"({_NOTHING}|\d+)\s*%?\s+({_NOTHING}|\d+)\s*C?\s+(\S+)\s+({_NOTHING}|[\d.]+\s*W)\s*/\s*(.+)"
)
_BUS: Final = re.compile(r"([0-9A-Fa-f:.]+|N/A)\s+(On|Off|N/A)", re.IGNORECASE)
_MEMORY: Final = re.compile(rf"({_NOTHING}|\d+\s*MiB)\s*/\s*(.+)")
_LOAD: Final = re.compile(r"(\S+)\s+(\S.*)")
_MIG: Final = re.compile(r"\|\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\|\s*\d+\s*MiB\s*/\s*(\d+)\s*MiB\s*\|\s*(\d+)\s")

_FAILURES: Final = (
    re.compile(r"NVIDIA-SMI has failed.*"),
    re.compile(r"Failed to initialize NVML:?.*"),
    re.compile(r"No devices were found.*"),
    re.compile(r"NVIDIA-SMI couldn't find libnvidia-ml.*", re.IGNORECASE),
    re.compile(r"(?:Segmentation fault|Bus error|Killed|Terminated).*"),
)
_WARNINGS: Final = re.compile(r"(Unable to determine the device handle for .*|WARNING: .*|GPU is lost.*)")


def read_table(text: str, source: str) -> Answer | None:
    """Read the table of plain `nvidia-smi`, or the line it prints instead of one.

    Args:
        text: The tool's output, as wide or narrow as the driver's generation prints it; may be cut anywhere.
        source: Id of the source in the snapshot.

    Returns:
        What it tells; None where the text is neither a table nor a known complaint.
    """
    # No line of the tool is that long; a longer one is something else, and slow to search.
    text = "\n".join(line for line in text.splitlines() if len(line) <= _LONGEST_LINE)
    answer = Answer(source)
    for name, pattern in _HEADER.items():
        found = pattern.search(text)
        if found:
            answer.driver[name] = found.group(1)
    answer.devices = list(islice(_devices(text, source), MOST_GPUS))
    _divide(answer.devices, text)
    answer.warnings = [found.group(1).strip() for found in _WARNINGS.finditer(text)]
    complaint = next((found for pattern in _FAILURES if (found := pattern.search(text))), None)
    if complaint and not answer.devices:
        answer.failure = (Status.FAILED, _sentence(text, complaint))
    return answer if answer.driver or answer.devices or answer.failure or answer.warnings else None


def _sentence(text: str, complaint: re.Match[str]) -> str:
    """Return the complaint with the library's version, which NVML prints on the line after it."""
    library = re.search(r"NVML library version:\s*([\d.]+)", text)
    said = complaint.group().strip()
    return f"{said} (NVML library version {library.group(1)})" if library else said


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _devices(text: str, source: str) -> Iterator[Device]:
    # The table of processes that follows has rows of the same first words; its cells are not three.
    rows = [_cells(line) for line in text.splitlines() if line.strip().startswith("|")]
    for index, row in enumerate(rows):
        title = _TITLE.fullmatch(row[0]) if len(row) == _COLUMNS else None
        if title is None:
            continue
        device = Device("NVIDIA", source, ordinal=int(title.group(1)[:9]))
        device.tell_model(title.group(2))
        _tell_title(device, title.group(3), row[1], row[2])
        below = list(takewhile(_continues, rows[index + 1 : index + 3]))
        if below:
            _tell_readings(device, *below[0])
        if len(below) > 1 and not below[1][0]:
            device.tell("mig_mode", below[1][2], switch)
        yield device


def _continues(row: list[str]) -> bool:
    return len(row) == _COLUMNS and not _TITLE.fullmatch(row[0])


def _tell_title(device: Device, mode: str, bus: str, ecc: str) -> None:
    if mode.upper() in ("TCC", "WDDM", "MCDM"):
        device.values["driver_model"] = mode.upper()
    else:
        device.tell("persistence_mode", mode, switch)
    found = _BUS.fullmatch(bus)
    if found:
        device.address = pci_address(found.group(1))
        device.tell("display_active", found.group(2), switch)
    # The cell counts the errors since the driver was loaded, which it can only where the mode is on.
    device.tell("ecc_mode", "on" if ecc.isdecimal() else ecc, switch)


def _tell_readings(device: Device, readings: str, memory: str, load: str) -> None:
    found = _READINGS.match(readings)
    if found:
        fan, temperature, state, draw, limit = found.groups()
        device.tell("fan_percent", fan, integer)
        device.tell("temperature_c", temperature, integer)
        device.tell("performance_state", state, plain)
        device.tell("power_draw_w", draw, number)
        device.tell("power_limit_w", limit, number)
    found = _MEMORY.fullmatch(memory)
    if found:
        device.tell("memory_used_bytes", found.group(1), mebibytes)
        device.tell("memory_bytes", found.group(2), mebibytes)
    elif placeholder(memory):
        device.tell("memory_bytes", memory, mebibytes)
    found = _LOAD.fullmatch(load)
    if found:
        device.tell("utilization_gpu_percent", found.group(1), integer)
        device.tell("compute_mode", found.group(2), compute_mode)


def _divide(devices: list[Device], text: str) -> None:
    by_ordinal = {device.ordinal: device for device in devices}
    for found in _MIG.finditer(text):
        ordinal, instance, compute, _, memory, multiprocessors = found.groups()
        whole = by_ordinal.get(int(ordinal[:9]))
        if whole is not None:
            part = Device("NVIDIA", whole.source)
            part.tell("gpu_instance_id", instance, integer)
            part.tell("compute_instance_id", compute, integer)
            part.tell("memory_bytes", memory, mebibytes)
            part.tell("multiprocessor_count", multiprocessors, integer)
            whole.partitions.append(part)
    for device in devices:
        if device.values.get("mig_mode") == "enabled":
            device.values["mig_device_count"] = len(device.partitions)
