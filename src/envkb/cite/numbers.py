"""Numbers as citations write them. Pure."""

from typing import Final

_DIGITS: Final = 6  # beyond what any instrument resolves
_ROUNDED_FROM: Final = 10**15  # integers below are written out


def number(value: float) -> str:
    """Return a number in six significant digits; whole numbers are written out."""
    if float(value).is_integer() and abs(value) < _ROUNDED_FROM:
        return str(int(value))
    return f"{value:.{_DIGITS}g}"
