"""What one source tells of the NVIDIA driver, in the words that all sources are brought to."""

from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from envkb.capture.probes.accelerators_device import Device
from envkb.model.fact import Status

MOST_GPUS: Final = 128  # more than any machine has; what follows is damage


@dataclass(slots=True)
class Answer:
    """What one source tells of the NVIDIA driver and its devices.

    Attributes:
        source: Id of the source in the snapshot.
        driver: Facts of the driver as a whole (subject `nvidia`), by name.
        misses: What it could not tell of the driver, and why, by name.
        devices: The GPUs, in the source's order.
        failure: Why the driver did not answer; None where it did.
        warnings: What it complained of although it answered.
    """

    source: str
    driver: dict[str, JsonValue] = field(default_factory=dict)
    misses: dict[str, tuple[Status, str]] = field(default_factory=dict)
    devices: list[Device] = field(default_factory=list)
    failure: tuple[Status, str] | None = None
    warnings: list[str] = field(default_factory=list)


# NVML's name of a generation, and what nvidia-smi prints for it.
ARCHITECTURES: Final = {
    "kepler": "Kepler",
    "maxwell": "Maxwell",
    "pascal": "Pascal",
    "volta": "Volta",
    "turing": "Turing",
    "ampere": "Ampere",
    "ada": "Ada Lovelace",
    "hopper": "Hopper",
    "blackwell": "Blackwell",
    "rubin": "Rubin",
}


def compute_mode(text: str) -> str:
    """Spell a compute mode alike, whether NVML, the XML or the table (`E. Process`) tells it."""
    return text.casefold().replace(" ", "_").replace("e._", "exclusive_")


def pci_id(text: str) -> str | None:
    """Read `278610DE` (device, then vendor) as the kernel writes it, `10de:2786`; None where it is no such number."""
    told = text.casefold().removeprefix("0x")
    if len(told) != 8 or not all(letter in "0123456789abcdef" for letter in told):  # noqa: PLR2004 - two 16-bit words
        return None
    return f"{told[4:]}:{told[:4]}"
