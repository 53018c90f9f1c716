"""Numbers, sizes and CPU sets, as tools and kernels spell them."""

import re

_MAX_INTEGER = 2**53 - 1
_MAX_CPUS = 1 << 16
_DECIMAL = re.compile(r"[+-]?\d{1,18}(?:[.,]\d{1,18})?")
_SIZE = re.compile(r"(\d{1,15}(?:[.,]\d{1,9})?)\s*([KMGTP]?)(?:i?B|bytes)?(?![A-Za-z])", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}


def whole(text: str | None) -> int | None:
    """Return the integer a text is, decimal or hexadecimal with `0x`; None where it is none.

    Numbers that JSON readers cannot hold exactly (beyond 2^53 - 1) are none either.
    """
    if text is None:
        return None
    digits = text.strip().lower()
    sign, bare = digits[:1] in ("-", "+"), digits.lstrip("+-")
    if not bare.isascii() or len(bare) > len("0x") + 16 or (sign and bare.startswith("0x")):
        return None
    try:
        number = int(digits, 16) if bare.startswith("0x") else int(digits)
    except ValueError:
        return None
    return number if abs(number) <= _MAX_INTEGER else None


def decimal(text: str | None) -> float | None:
    """Return the number at the start of a text (`45%`, `1479,0000`, `1200.5 MHz`), None where there is none.

    A comma is a decimal mark: tools under a German or French locale print MHz that way.
    """
    found = _DECIMAL.match(text.strip()) if text else None
    return float(found[0].replace(",", ".")) if found else None


def size_bytes(text: str | None) -> int | None:
    """Return the size at the start of a text in bytes (`32K`, `1.5 MiB (48 instances)`, `24684084 kB`).

    All of them count in powers of 1024: so do `lscpu`, `/proc` and `/sys`, whatever letters they print.
    """
    found = _SIZE.match(text.strip()) if text else None
    if found is None:
        return None
    number = float(found[1].replace(",", ".")) * 1024 ** _POWERS[found[2].upper()]
    return round(number) if number <= _MAX_INTEGER else None


def cpu_set(text: str | None) -> tuple[int, ...] | None:
    """Return the numbers of a kernel list (`0-3,8`), sorted; None where the text is no such list or empty."""
    if not text or not text.strip():
        return None
    numbers: set[int] = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        start, end = whole(first), whole(last or first)
        if start is None or end is None or not 0 <= start <= end < _MAX_CPUS:
            return None
        numbers.update(range(start, end + 1))
    return tuple(sorted(numbers))


def cpu_list(numbers: tuple[int, ...]) -> str:
    """Return the kernel's short spelling of a set of numbers (`0-3,8`)."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)


def mask_cpus(text: str | None) -> tuple[int, ...] | None:
    """Return the CPU numbers of a kernel bit mask (`ff`, `00000000,0000ffff`); None where it is none."""
    digits = (text or "").strip().replace(",", "")
    if not re.fullmatch(r"[0-9a-fA-F]{1,16384}", digits):
        return None
    bits = int(digits, 16)
    return tuple(number for number in range(bits.bit_length()) if bits >> number & 1)
