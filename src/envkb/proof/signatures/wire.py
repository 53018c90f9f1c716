"""The binary language of SSH (RFC 4251): lengths before strings, and whole numbers with a sign. Pure."""

import struct
from dataclasses import dataclass
from typing import Final

_LENGTH: Final = struct.Struct(">I")


@dataclass(slots=True)
class Reader:
    """Takes a message apart from front to back.

    Attributes:
        data: What is not read yet.
    """

    data: bytes

    def take(self, count: int) -> bytes:
        """Return the next bytes.

        Raises:
            ValueError: Fewer are left.
        """
        if count > len(self.data):
            raise ValueError("it ends too early")
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def number(self) -> int:
        """Return the next 32-bit number.

        Raises:
            ValueError: Fewer than four bytes are left.
        """
        return int(_LENGTH.unpack(self.take(_LENGTH.size))[0])

    def string(self) -> bytes:
        """Return the next string.

        Raises:
            ValueError: It is longer than what is left.
        """
        return self.take(self.number())

    def integer(self) -> int:
        """Return the next whole number, which is not negative and has no needless zeros before it.

        Raises:
            ValueError: It is negative, or spelt in another way than the shortest.
        """
        spelt = self.string()
        value = int.from_bytes(spelt, "big", signed=True)
        if value < 0 or integer(value) != string(spelt):
            raise ValueError("a number is not in its shortest spelling")
        return value

    def finish(self) -> None:
        """Insist that nothing is left.

        Raises:
            ValueError: Something is.
        """
        if self.data:
            raise ValueError(f"{len(self.data)} bytes too many")


def string(data: bytes) -> bytes:
    """Return a string with its length before it."""
    return _LENGTH.pack(len(data)) + data


def integer(value: int) -> bytes:
    """Return a number that is not negative, in its shortest spelling."""
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big") if value else b"")


def number(value: int) -> bytes:
    """Return a 32-bit number."""
    return _LENGTH.pack(value)
