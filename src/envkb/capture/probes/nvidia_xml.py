"""Reads `nvidia-smi -q -x`, from the drivers of 2012 (no document type) to version 13 of its format."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from pydantic import JsonValue

from envkb.capture.probes.accelerators_device import Device, integer, mebibytes, number, pci_address, plain, switch
from envkb.capture.probes.nvidia_driver import MOST_GPUS, Answer, compute_mode, pci_id
from envkb.model.fact import Status

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_UNTOLD: Final = "nvidia-smi -q does not tell it"
ROOT: Final = "<nvidia_smi_log"

# Where each fact stands: the paths that the format had over the years.
_PATHS: Final[dict[str, tuple[Callable[[str], JsonValue], tuple[str, ...]]]] = {
    "architecture": (plain, ("product_architecture",)),
    "memory_bytes": (mebibytes, ("fb_memory_usage/total", "memory_usage/total")),
    "memory_reserved_bytes": (mebibytes, ("fb_memory_usage/reserved",)),
    "memory_used_bytes": (mebibytes, ("fb_memory_usage/used", "memory_usage/used")),
    "bar1_memory_bytes": (mebibytes, ("bar1_memory_usage/total",)),
    "compute_mode": (compute_mode, ("compute_mode",)),
    "persistence_mode": (switch, ("persistence_mode",)),
    "display_active": (switch, ("display_active",)),
    "mig_mode": (switch, ("mig_mode/current_mig",)),
    "ecc_mode": (switch, ("ecc_mode/current_ecc",)),
    "driver_model": (plain, ("driver_model/current_dm",)),
    "virtualization_mode": (plain, ("gpu_virtualization_mode/virtualization_mode",)),
    "addressing_mode": (plain, ("addressing_mode",)),
    "vbios_version": (plain, ("vbios_version",)),
    "gsp_firmware_version": (plain, ("gsp_firmware_version",)),
    "performance_state": (plain, ("performance_state",)),
    "fan_percent": (integer, ("fan_speed",)),
    "utilization_gpu_percent": (integer, ("utilization/gpu_util",)),
    "pcie_gen_current": (integer, ("pci/pci_gpu_link_info/pcie_gen/current_link_gen",)),
    "pcie_gen_max": (integer, ("pci/pci_gpu_link_info/pcie_gen/max_link_gen",)),
    "pcie_width_current": (integer, ("pci/pci_gpu_link_info/link_widths/current_link_width",)),
    "pcie_width_max": (integer, ("pci/pci_gpu_link_info/link_widths/max_link_width",)),
    "temperature_c": (integer, ("temperature/gpu_temp",)),
    "temperature_memory_c": (integer, ("temperature/memory_temp",)),
    "temperature_slowdown_c": (integer, ("temperature/gpu_temp_slow_threshold",)),
    "temperature_shutdown_c": (integer, ("temperature/gpu_temp_max_threshold",)),
    "power_draw_w": (
        number,
        ("gpu_power_readings/power_draw", "gpu_power_readings/instant_power_draw", "power_readings/power_draw"),
    ),
    "power_limit_w": (
        number,
        ("gpu_power_readings/current_power_limit", "gpu_power_readings/power_limit", "power_readings/power_limit"),
    ),
    "power_limit_default_w": (
        number,
        ("gpu_power_readings/default_power_limit", "power_readings/default_power_limit"),
    ),
    "power_limit_enforced_w": (
        number,
        ("gpu_power_readings/enforced_power_limit", "power_readings/enforced_power_limit"),
    ),
    "power_limit_min_w": (number, ("gpu_power_readings/min_power_limit", "power_readings/min_power_limit")),
    "power_limit_max_w": (number, ("gpu_power_readings/max_power_limit", "power_readings/max_power_limit")),
    "clock_graphics_mhz": (integer, ("clocks/graphics_clock",)),
    "clock_memory_mhz": (integer, ("clocks/mem_clock",)),
    "max_clock_graphics_mhz": (integer, ("max_clocks/graphics_clock",)),
    "max_clock_memory_mhz": (integer, ("max_clocks/mem_clock",)),
}

# The XML does not tell the compute capability; of these chips, known by generation and PCI device, there is only one.
_CAPABILITIES: Final = (
    ("Pascal", "10de:15f", "6.0"),
    ("Pascal", "10de:1b", "6.1"),
    ("Pascal", "10de:1c", "6.1"),
    ("Pascal", "10de:1d", "6.1"),
    ("Volta", "10de:", "7.0"),
    ("Turing", "10de:", "7.5"),
    ("Ampere", "10de:20", "8.0"),
    ("Ampere", "10de:22", "8.6"),
    ("Ampere", "10de:23", "8.6"),
    ("Ampere", "10de:24", "8.6"),
    ("Ampere", "10de:25", "8.6"),
    ("Ada Lovelace", "10de:", "8.9"),
    ("Hopper", "10de:", "9.0"),
)

_GPU: Final = re.compile(r"(?=<gpu[ >])")
_REASONS: Final = (
    ("clocks_event_reasons", "clocks_event_reason_"),
    ("clocks_throttle_reasons", "clocks_throttle_reason_"),
)


def read_xml(text: str, source: str) -> Answer | None:
    """Read the XML that `nvidia-smi -q -x` printed, as far as it goes.

    The document is parsed from its root element on. What stands before, warnings of the driver or a document type
    with entities in it, is never parsed, so nothing can be expanded and nothing loaded.

    Args:
        text: The tool's output; may be cut anywhere.
        source: Id of the source in the snapshot.

    Returns:
        What it tells; None where there is no such document in the text.
    """
    start = text.find(ROOT)
    head, *blocks = _GPU.split(text[start:]) if start >= 0 else [""]
    root = _parse(head)
    if root is None:
        return None
    answer = Answer(source)
    for name, tags in (
        ("driver_version", ("driver_version", "kmd_version")),
        ("cuda_driver_version", ("cuda_version", "cuda_umd_version")),
    ):
        told = next((told for told in (_text(root, tag) for tag in tags) if told), None)
        if told and told[0].isdigit():
            answer.driver[name] = told
    attached = _text(root, "attached_gpus")
    if attached is not None and attached.isdecimal():
        answer.driver["gpu_count"] = int(attached[:9])
    # Each GPU by itself: a text that lost its middle still tells those before and after the hole.
    answer.devices = [_device(gpu, source) for block in blocks[:MOST_GPUS] if (gpu := _parse(block)) is not None]
    return answer


def _parse(text: str) -> "Element | None":
    """Return the first element with everything that is complete in it, None where not even its start is."""
    from xml.etree.ElementTree import ParseError, XMLPullParser  # noqa: PLC0415 - only where there is XML to read

    parser: XMLPullParser[Element] = XMLPullParser(events=("start",))
    parser.feed(text.encode("utf-8", "replace"))
    events: Iterator[Any] = parser.read_events()
    try:
        # Its tree grew as far as the text is well-formed.
        return next((element for _, element in events), None)
    except ParseError:
        return None


def _text(element: "Element", path: str) -> str | None:
    found = element.find(path)
    return None if found is None or len(found) or found.text is None else found.text.strip()


def _device(element: "Element", source: str) -> Device:
    address = element.get("id") or _text(element, "pci/pci_bus_id") or ""
    device = Device("NVIDIA", source, address=pci_address(address))
    device.tell_model(_text(element, "product_name"))
    for name, (read, paths) in _PATHS.items():
        device.tell_first(name, (_text(element, path) for path in paths), read)
    device.tell("pci_device_id", _text(element, "pci/pci_device_id"), pci_id)
    device.tell("pci_subsystem_id", _text(element, "pci/pci_sub_system_id"), pci_id)
    _tell_capability(device)
    for tag, start in _REASONS:
        reasons = element.find(tag)
        if reasons is not None and len(reasons):
            active = [child.tag.removeprefix(start) for child in reasons if (child.text or "").strip() == "Active"]
            device.values["throttle_reasons"] = list(active) or ["none"]
        elif reasons is not None:
            device.tell("throttle_reasons", reasons.text, _nothing)
    device.partitions = [_partition(part, source) for part in element.findall("mig_devices/mig_device")]
    if device.values.get("mig_mode") == "enabled":
        device.values["mig_device_count"] = len(device.partitions)
    return device


def _tell_capability(device: Device) -> None:
    architecture, chip = device.values.get("architecture"), str(device.values.get("pci_device_id"))
    for generation, start, capability in _CAPABILITIES:
        if architecture == generation and chip.startswith(start):
            device.values["compute_capability"] = capability
            return
    device.misses["compute_capability"] = (Status.NOT_READ, _UNTOLD)


def _partition(element: "Element", source: str) -> Device:
    part = Device("NVIDIA", source)
    part.tell("memory_bytes", _text(element, "fb_memory_usage/total"), mebibytes)
    part.tell("gpu_instance_id", _text(element, "gpu_instance_id"), integer)
    part.tell("compute_instance_id", _text(element, "compute_instance_id"), integer)
    part.misses["profile"] = (Status.NOT_READ, _UNTOLD)
    part.tell("multiprocessor_count", _text(element, "device_attributes/shared/multiprocessor_count"), integer)
    return part


def _nothing(_: str) -> None:
    return None
