"""One accelerator as one source tells it, and how several tellings of it become facts."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from envkb.capture.probes.observations import Observations
from envkb.model.fact import Status

MIB: Final = 1 << 20

_LARGEST: Final = 2**53 - 1  # of a number in a record
_LONGEST: Final = 200  # of a text that a tool prints for one fact

# What a tool prints in a value's place, and what it means; compared in lower case, brackets taken off.
_PLACEHOLDERS: Final = {
    "": Status.NOT_APPLICABLE,
    "n/a": Status.NOT_APPLICABLE,
    "na": Status.NOT_APPLICABLE,
    "none": Status.NOT_APPLICABLE,
    "not available": Status.NOT_APPLICABLE,
    "not supported": Status.NOT_APPLICABLE,
    "not applicable": Status.NOT_APPLICABLE,
    "requested functionality has been deprecated": Status.NOT_APPLICABLE,
    "function not found": Status.NOT_APPLICABLE,
    "not found": Status.NOT_APPLICABLE,
    "insufficient permissions": Status.DENIED,
    "no permission": Status.DENIED,
    "err!": Status.FAILED,
    "error": Status.FAILED,
    "unknown": Status.FAILED,
    "unknown error": Status.FAILED,
    "gpu is lost": Status.FAILED,
    "gpu requires reset": Status.FAILED,
    "timeout": Status.TIMEOUT,
    "redacted": Status.REDACTED,
    "withheld": Status.REDACTED,
}

# What the best source alone tells: readings of a moment, which differ a moment later without disagreeing, and what
# each tool has words of its own for.
_OF_ONE_SOURCE: Final = (
    r"(clock_|temperature_(c|memory_c)|power_draw|utilization_|memory_used_|performance_state|throttle_reasons|fan_)"
    r"|pcie_\w+_current|(name|vbios_version)$"
)

# What Windows and WSL2 show in the GPU's place, and software that draws without one.
_NO_MODEL: Final = r"(?i)basic (render|display)|remote display|hyper-v video|llvmpipe|softpipe|swrast"

_NUMBER: Final = r"[-+]?\d+(?:\.\d+)?"


@dataclass(slots=True)
class Device:
    """One accelerator as one source tells it.

    Attributes:
        vendor: Who made it: `NVIDIA`, `AMD`, `Intel`, `Apple`.
        source: Id of the source in the snapshot.
        address: PCI address `0000:01:00.0`, None where the source tells none.
        ordinal: The source's own number for it, None where it has none.
        values: What the source tells, by fact name.
        misses: What it could not tell, and why, by fact name.
        partitions: What the device is divided into (MIG), each with values and misses of its own.
    """

    vendor: str
    source: str
    address: str | None = None
    ordinal: int | None = None
    values: dict[str, JsonValue] = field(default_factory=dict)
    misses: dict[str, tuple[Status, str]] = field(default_factory=dict)
    partitions: "list[Device]" = field(default_factory=list)

    def tell(self, name: str, text: str | None, read: Callable[[str], JsonValue]) -> None:
        """Note what a tool printed for a fact: a value, a placeholder with its meaning, or text nobody can read.

        Args:
            name: The fact's name.
            text: What was printed; None where the tool prints no such thing.
            read: Turns the text into the value; raises ValueError or gives None where it cannot.
        """
        if text is None:
            return
        told = " ".join(text.split()).strip()
        status = placeholder(told)
        if status is not None:
            self.misses[name] = (status, told.strip("[]") or "the source tells nothing")
            return
        try:
            value = read(told)
        except (ValueError, OverflowError):
            value = None
        if value is None or _out_of_bounds(value):
            self.misses[name] = (Status.FAILED, f"no usable value in {told[:80]!r}")
        else:
            self.values[name] = value

    def tell_first(self, name: str, texts: Iterable[str | None], read: Callable[[str], JsonValue]) -> None:
        """Note the first of several texts that says something, else what the first one says instead."""
        present = [text for text in texts if text is not None]
        telling = (text for text in present if placeholder(text) is None)
        self.tell(name, next(telling, next(iter(present), None)), read)

    def tell_model(self, text: str | None) -> None:
        """Note the model's name; what stands in for one is none."""
        self.tell("name", text, plain)
        told = self.values.get("name")
        if isinstance(told, str) and re.search(_NO_MODEL, told):
            del self.values["name"]
            self.misses["name"] = (Status.FAILED, f"a placeholder, no model: {told[:80]!r}")


def _out_of_bounds(value: JsonValue) -> bool:
    if isinstance(value, str):
        return len(value) > _LONGEST
    return isinstance(value, int | float) and abs(value) > _LARGEST


def placeholder(text: str) -> Status | None:
    """Return what a placeholder such as `[N/A]` or `ERR!` means, None for a text that is a value."""
    told = text.strip().strip("[]").rstrip(".").strip().casefold()
    # `N/A (Secondary die)`
    return _PLACEHOLDERS.get(told, Status.NOT_APPLICABLE if told.startswith("n/a ") else None)


def number(text: str) -> float:
    """Read the number a text starts with: `400.00 W` is 400.0."""
    found = re.match(_NUMBER, text)
    if not found:
        raise ValueError(text)
    return float(found.group())


def integer(text: str) -> int:
    """Read the whole number a text starts with: `1410 MHz` is 1410."""
    return round(number(text))


def mebibytes(text: str) -> int:
    """Read `40960 MiB` as bytes."""
    return integer(text) * MIB


def plain(text: str) -> str:
    """Keep the text."""
    return text


def switch(text: str) -> str | None:
    """Read a mode as `enabled` or `disabled`, None where it is neither; the mark of a pending change is left out."""
    word = text.rstrip("*").casefold()
    if word in ("enabled", "on", "yes", "true", "active"):
        return "enabled"
    if word in ("disabled", "off", "no", "false", "not active"):
        return "disabled"
    return None


def pci_address(text: str) -> str | None:
    """Bring a PCI address to the form the kernel uses: `00000000:01:00.0` is `0000:01:00.0`."""
    found = re.fullmatch(r"(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-9a-f])", text.strip().casefold())
    if not found:
        return None
    domain, bus, device, function = found.groups()
    return f"{(domain or '0')[-4:]:0>4}:{bus}:{device}.{function}"


def write(notes: Observations, subject: str, tellings: Sequence[Device]) -> None:
    """Write one accelerator's facts.

    Args:
        notes: Where the facts go.
        subject: `gpu/0`.
        tellings: The same accelerator as each source tells it, the best source first.
    """
    for device in tellings:
        for name, value in device.values.items():
            first = notes.value(subject, name)
            if first is None or not re.match(_OF_ONE_SOURCE, name):
                notes.see(subject, name, first if _rounded(name, value, first) else value, device.source)
        for name, (status, reason) in device.misses.items():
            notes.miss(subject, name, status, reason, device.source)
    parted = next((device for device in tellings if device.partitions), None)
    for index, partition in enumerate(parted.partitions if parted else ()):
        write(notes, f"{subject}/mig/{index}", [partition])


def _rounded(name: str, value: JsonValue, first: JsonValue) -> bool:
    """Say whether a value is the first one as a coarser source prints it: whole MiB, whole watts."""
    if isinstance(first, bool) or isinstance(value, bool):
        return False
    if isinstance(first, int | float) and isinstance(value, int | float):
        step = MIB if name.endswith("_bytes") else 1 if name.endswith("_w") else 0
        return abs(first - value) < step
    return False
