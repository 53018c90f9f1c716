"""Raspberry Pi: what its revision code and its firmware's throttle bits say.

The layout of both is Raspberry Pi's own documentation of revision codes and of `vcgencmd get_throttled`.
"""

import re
from typing import NamedTuple

_NEW_STYLE = 1 << 23
_MEGABYTE = 1 << 20
_MANUFACTURERS = ("Sony UK", "Egoman", "Embest", "Sony Japan", "Embest", "Stadium")
_PROCESSORS = ("BCM2835", "BCM2836", "BCM2837", "BCM2711", "BCM2712")
_MODELS = {
    0x00: "A",
    0x01: "B",
    0x02: "A+",
    0x03: "B+",
    0x04: "2B",
    0x05: "Alpha",
    0x06: "CM1",
    0x08: "3B",
    0x09: "Zero",
    0x0A: "CM3",
    0x0C: "Zero W",
    0x0D: "3B+",
    0x0E: "3A+",
    0x10: "CM3+",
    0x11: "4B",
    0x12: "Zero 2 W",
    0x13: "400",
    0x14: "CM4",
    0x15: "CM4S",
    0x17: "5",
    0x18: "CM5",
    0x19: "500",
    0x1A: "CM5 Lite",
}
# Codes from before the Raspberry Pi 2: model, revision, memory in megabytes, manufacturer.
_OLD_STYLE: dict[int, tuple[str, str, int | None, str]] = {
    0x02: ("B", "1.0", 256, "Egoman"),
    0x03: ("B", "1.0", 256, "Egoman"),
    0x04: ("B", "2.0", 256, "Sony UK"),
    0x05: ("B", "2.0", 256, "Qisda"),
    0x06: ("B", "2.0", 256, "Egoman"),
    0x07: ("A", "2.0", 256, "Egoman"),
    0x08: ("A", "2.0", 256, "Sony UK"),
    0x09: ("A", "2.0", 256, "Qisda"),
    0x0D: ("B", "2.0", 512, "Egoman"),
    0x0E: ("B", "2.0", 512, "Sony UK"),
    0x0F: ("B", "2.0", 512, "Egoman"),
    0x10: ("B+", "1.2", 512, "Sony UK"),
    0x11: ("CM1", "1.0", 512, "Sony UK"),
    0x12: ("A+", "1.1", 256, "Sony UK"),
    0x13: ("B+", "1.2", 512, "Embest"),
    0x14: ("CM1", "1.0", 512, "Embest"),
    # Made with 256 and with 512 MB under one code.
    0x15: ("A+", "1.1", None, "Embest"),
}
_THROTTLE_BITS = ("under-voltage", "frequency capped", "throttled", "soft temperature limit")
_SINCE_BOOT = 16


class PiRevision(NamedTuple):
    """What a revision code says; None where the code stands for nothing known.

    Attributes:
        model: Model without the maker's name (`4B`, `CM5`).
        revision: Revision of the board (`1.4`).
        memory_bytes: Memory that the board was made with.
        manufacturer: Who made the board.
        processor: The system on a chip.
    """

    model: str | None
    revision: str | None
    memory_bytes: int | None
    manufacturer: str | None
    processor: str | None


def decode_revision(code: str) -> PiRevision | None:
    """Decode a revision code (`a02082`, `0010`), None where the text is no such code."""
    if not re.fullmatch(r"[0-9a-fA-F]{4,8}", code):
        return None
    bits = int(code, 16)
    return _new_style(bits) if bits & _NEW_STYLE else _old_style(bits)


def _new_style(bits: int) -> PiRevision:
    processor = bits >> 12 & 0xF
    maker = bits >> 16 & 0xF
    memory = bits >> 20 & 0x7
    return PiRevision(
        model=_MODELS.get(bits >> 4 & 0xFF),
        revision=f"1.{bits & 0xF}",
        memory_bytes=(256 << memory) * _MEGABYTE,
        manufacturer=_MANUFACTURERS[maker] if maker < len(_MANUFACTURERS) else None,
        processor=_PROCESSORS[processor] if processor < len(_PROCESSORS) else None,
    )


def _old_style(bits: int) -> PiRevision | None:
    # Overclocking that voids the warranty sets bit 24 (`1000010`) and leaves the code.
    told = _OLD_STYLE.get(bits & 0xFFFF)
    if told is None:
        return None
    model, revision, megabytes, maker = told
    return PiRevision(model, revision, megabytes * _MEGABYTE if megabytes else None, maker, "BCM2835")


class Throttling(NamedTuple):
    """What holds a Raspberry Pi back.

    Attributes:
        bits: The firmware's number.
        now: What holds it back at this moment.
        since_boot: What did so at any time since it was started.
    """

    bits: int
    now: tuple[str, ...]
    since_boot: tuple[str, ...]


def decode_throttled(text: str) -> Throttling | None:
    """Decode what `vcgencmd get_throttled` prints (`throttled=0x50005`), None where it is something else."""
    found = re.search(r"throttled=0x([0-9a-fA-F]{1,8})\b", text)
    if found is None:
        return None
    bits = int(found[1], 16)
    return Throttling(
        bits,
        tuple(name for place, name in enumerate(_THROTTLE_BITS) if bits >> place & 1),
        tuple(name for place, name in enumerate(_THROTTLE_BITS) if bits >> (place + _SINCE_BOOT) & 1),
    )
