"""Values as people read them, with the exact value kept beside."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from pydantic import JsonValue

_KIBI: Final = 1024
_SIZES: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_THIN: Final = "\u202f"  # groups digits without being taken for a point or a comma


class Shown(NamedTuple):
    """A value as it is shown.

    Attributes:
        text: For people: `23.5 GiB`.
        exact: The value as the record holds it, where `text` says less; empty otherwise.
    """

    text: str
    exact: str = ""


def show(name: str, value: JsonValue) -> Shown:
    """Return a fact's value for people; the unit is read from the end of its name (`_bytes`, `_mhz`, `_c` …)."""
    if isinstance(value, bool):
        return Shown("yes" if value else "no")
    if isinstance(value, int | float):
        return _show_number(name, value)
    if isinstance(value, list):
        return Shown(", ".join(_scalar(name, item) for item in value) or "none")
    if isinstance(value, dict):
        return Shown(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return Shown("" if value is None else value)


def _scalar(name: str, value: JsonValue) -> str:
    return show(name, value).text if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)


def _show_number(name: str, value: float) -> Shown:
    unit = _UNITS.get(unit_of(name))
    text = unit.convert(value) if unit else number(value)
    exact = f"{value} {unit.symbol}" if unit else str(value)
    return Shown(text, "" if exact == text else exact)


def number(value: float) -> str:
    """Return a number with its digits grouped, and no more of them than matter."""
    if isinstance(value, int):
        return f"{value:,}".replace(",", _THIN) if abs(value) >= 10_000 else str(value)  # noqa: PLR2004 - four digits read well
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    magnitude = math.floor(math.log10(abs(value)))
    if not -6 < magnitude < 15:  # noqa: PLR2004 - beyond, numbers read better with an exponent
        return f"{value:.3e}"
    text = f"{value:,.{max(0, 3 - magnitude)}f}".replace(",", _THIN)
    return text.rstrip("0").rstrip(".") if "." in text else text


def size(count: float) -> str:
    """Return a number of bytes in binary units: `23.5 GiB`."""
    amount, power = float(count), 0
    while abs(amount) >= _KIBI and power < len(_SIZES) - 1:
        amount, power = amount / _KIBI, power + 1
    if power == 0 or abs(amount) >= 100:  # noqa: PLR2004 - three digits are enough
        return f"{amount:.0f} {_SIZES[power]}"
    return f"{_trim(f'{amount:.1f}')} {_SIZES[power]}"


def frequency(megahertz: float) -> str:
    """Return a clock in MHz or GHz."""
    if abs(megahertz) < 1000:  # noqa: PLR2004 - a gigahertz
        return f"{number(megahertz)} MHz"
    return f"{_trim(f'{megahertz / 1000:.2f}')} GHz"


def duration(seconds: float) -> str:
    """Return a duration in the unit that suits it."""
    for unit, scale in (("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3)):
        if abs(seconds) < scale * 1000:
            return f"{number(seconds / scale)} {unit}" if seconds else "0 s"
    if not 120 <= abs(seconds) < 1e10:  # noqa: PLR2004 - two minutes, some centuries
        return f"{number(seconds)} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours < 48:  # noqa: PLR2004 - two days
        return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
    return f"{hours // 24} d {hours % 24} h"


def quantity(value: float, unit: str | None) -> str:
    """Return a sample with its unit, in the unit that suits it where that is a second or a byte."""
    if unit == "s":
        return duration(value)
    if unit == "B":
        return size(value)
    return f"{number(value)} {unit}" if unit else number(value)


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".")


class _Unit(NamedTuple):
    symbol: str
    convert: Callable[[float], str]


def _plain(symbol: str) -> _Unit:
    return _Unit(symbol, lambda value: f"{number(value)} {symbol}")


_UNITS: Final[Mapping[str, _Unit]] = {
    "_bytes_per_s": _Unit("B/s", lambda value: f"{size(value)}/s"),
    "_bytes": _Unit("B", size),
    "_kib": _Unit("KiB", lambda value: size(value * _KIBI)),
    "_mib": _Unit("MiB", lambda value: size(value * _KIBI**2)),
    "_mhz": _Unit("MHz", frequency),
    "_hz": _plain("Hz"),
    "_percent": _plain("%"),
    "_ms": _Unit("ms", lambda value: duration(value / 1000)),
    "_us": _Unit("µs", lambda value: duration(value / 1e6)),
    "_s": _Unit("s", duration),
    "_w": _plain("W"),
    "_wh": _plain("Wh"),
    "_v": _plain("V"),
    "_c": _plain("°C"),
}
"""How a number is shown, by the end of its name; longer endings first."""


def unit_of(name: str) -> str:
    """Return the ending of a fact's name that is its unit (`_bytes`), empty where it has none."""
    return next((suffix for suffix in _UNITS if name.endswith(suffix)), "")
