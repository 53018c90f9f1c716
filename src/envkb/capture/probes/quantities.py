"""Numbers, sizes and CPU sets, as tools and kernels spell them."""

import re

_MAX_INTEGER = 2**53 - 1
_MAX_CPUS = 1 << 16
_WHOLE = r"[+-]?[0-9]{1,16}|0[xX][0-9a-fA-F]{1,14}"
_DECIMAL = r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?"
_SIZE = r"([0-9]{1,15}(?:[.,][0-9]{1,9})?)\s*([A-Za-z]*)"
_POWERS = {"": 0, "b": 0, "bytes": 0} | {
    f"{letter}{rest}": power for power, letter in enumerate("kmgtp", start=1) for rest in ("", "b", "ib")
}


def whole(text: str | None) -> int | None:
    """Return the integer a text is, decimal or hexadecimal with `0x`; None where it is none.

    Numbers that JSON readers cannot hold exactly (beyond 2^53 - 1) are none either.
    """
    digits = (text or "").strip()
    if not re.fullmatch(_WHOLE, digits):
        return None
    number = int(digits, 16 if digits[:2].lower() == "0x" else 10)
    return number if abs(number) <= _MAX_INTEGER else None


def decimal(text: str | None) -> float | None:
    """Return the number at the start of a text (`45%`, `1479,0000`, `1200.5 MHz`), None where there is none.

    A comma is a decimal mark: tools under a German or French locale print MHz that way.
    """
    found = re.match(_DECIMAL, text.strip()) if text else None
    return float(found[0].replace(",", ".")) if found else None


def size_bytes(text: str | None) -> int | None:
    """Return the size at the start of a text in bytes (`32K`, `1.5 MiB (48 instances)`, `24684084 kB`).

    All of them count in powers of 1024: so do `lscpu`, `/proc` and `/sys`, whatever letters they print.
    """
    found = re.match(_SIZE, text.strip()) if text else None
    power = _POWERS.get(found[2].lower()) if found else None
    if found is None or power is None:
        return None
    size = float(found[1].replace(",", ".")) * 1024**power
    return round(size) if size <= _MAX_INTEGER else None


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
