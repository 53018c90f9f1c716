"""The id of a record: a handle made of its digest that can be said aloud and catches typing errors."""

import hashlib
import re
from typing import Final

from envkb.errors import UsageError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""

_VALUES: Final = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_FORM: Final = re.compile(r"KB-([0-9OIL]{4})-([0-9A-TV-Z]{5})-([0-9A-TV-Z]{5})([0-9A-TV-Z])", re.IGNORECASE | re.ASCII)
_POLYNOMIAL: Final = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


def _powers_of_alpha(count: int) -> tuple[int, ...]:
    powers = []
    power = 1
    for _ in range(count):
        power <<= 1
        if power & 0b100000:
            power ^= _POLYNOMIAL
        powers.append(power)
    return tuple(powers)


_WEIGHTS: Final = _powers_of_alpha(14)  # alpha^1 … alpha^14: all different, so that every swap is caught


def _multiply(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0b100000:
            left ^= _POLYNOMIAL
        right >>= 1
    return product


def check_symbol(symbols: str) -> str:
    """Return the check symbol of fourteen symbols: four of the year, ten of the digest.

    It is the sum of alpha^i·s_i over i = 1…14 in GF(32), alpha = 2, polynomial x^5+x^2+1.
    """
    total = 0
    for weight, symbol in zip(_WEIGHTS, symbols, strict=True):
        total ^= _multiply(weight, _VALUES[symbol])
    return ALPHABET[total]


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of the bytes in lower-case hex: the identity of a record or an attachment."""
    return hashlib.sha256(data).hexdigest()


def record_id(digest: str, year: int) -> str:
    """Return the id of the record with this digest, created in this UTC year.

    Args:
        digest: SHA-256 of the file in hex; its first 50 bits are used.
        year: 0 to 9999.
    """
    bits = int(digest[:13], 16) >> 2
    ten = "".join(ALPHABET[bits >> shift & 31] for shift in range(45, -1, -5))
    year_text = f"{year:04d}"
    return f"KB-{year_text}-{ten[:5]}-{ten[5:]}{check_symbol(year_text + ten)}"


def _spell(part: str) -> str:
    return "".join(ALPHABET[_VALUES[symbol]] for symbol in part.upper())


def normalise_id(text: str) -> str:
    """Return an id in its one spelling: upper case, O as 0, I and L as 1.

    Raises:
        UsageError: The text is no id, or its check symbol shows a typing error.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is not a record id", hint="an id looks like KB-2026-WERC8-GMRZGT")
    year, first, second, check = (_spell(part) for part in match.groups())
    if check_symbol(year + first + second) != check:
        raise UsageError(
            f"the id {text.strip()} has a typing error: its check character does not fit",
            hint="copy the id again, or look it up with `kb list`",
        )
    return f"KB-{year}-{first}-{second}{check}"
