"""Numbers as people write them in queries. Pure."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"(?P<digits>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?P<unit>[KMGT]i?B)?", re.ASCII)
_UNITS: Final = {
    f"{letter}{binary}B": (1024 if binary else 1000) ** power
    for power, letter in enumerate("KMGT", 1)
    for binary in ("", "i")
}


def read_number(text: str) -> float | None:
    """Return the number that a text says, a unit of bytes included (`16GB`, `16GiB`); null where it says none."""
    match = _NUMBER.fullmatch(text)
    return float(match["digits"]) * _UNITS.get(match["unit"], 1) if match else None
