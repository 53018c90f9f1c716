"""What one source tells of the NVIDIA driver, and the names the driver's own library gives to things."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from envkb.capture.probes.accelerators_device import Device
from envkb.model.fact import Status


@dataclass(slots=True)
class Answer:
    """What one source tells of the NVIDIA driver and its devices.

    Attributes:
        source: Id of the source in the snapshot.
        driver: Facts of the driver as a whole (subject `nvidia`), by name.
        devices: The GPUs, in the source's order.
        failure: Why the driver did not answer; None where it did.
        warnings: What it complained of although it answered.
    """

    source: str
    driver: dict[str, JsonValue] = field(default_factory=dict)
    devices: list[Device] = field(default_factory=list)
    failure: tuple[Status, str] | None = None
    warnings: list[str] = field(default_factory=list)


# Names of the bits of nvmlClocksEventReasons, in the words of NVML and of nvidia-smi's XML.
THROTTLE_REASONS: Final = {
    0x1: "gpu_idle",
    0x2: "applications_clocks_setting",
    0x4: "sw_power_cap",
    0x8: "hw_slowdown",
    0x10: "sync_boost",
    0x20: "sw_thermal_slowdown",
    0x40: "hw_thermal_slowdown",
    0x80: "hw_power_brake_slowdown",
    0x100: "display_clocks_setting",
}


def throttle_reasons(mask: int) -> list[JsonValue]:
    """Decode NVML's mask of the reasons for which clocks are below their maximum; `none` where there is none."""
    known = [name for bit, name in THROTTLE_REASONS.items() if mask & bit]
    unknown = [f"bit_{bit}" for bit in range(mask.bit_length()) if mask >> bit & 1 and 1 << bit not in THROTTLE_REASONS]
    return [*known, *unknown] or ["none"]


def named_reasons(names: Iterable[str]) -> list[JsonValue]:
    """Return the active reasons as a list that is never empty: `none` where nothing holds the clocks down."""
    return list(names) or ["none"]
