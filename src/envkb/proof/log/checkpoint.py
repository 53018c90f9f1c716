"""Checkpoints: what the log says of itself at one size, as a C2SP signed note. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from envkb.errors import InvalidDataError, VerificationError
from envkb.proof.ed25519 import verify
from envkb.proof.log.base64_line import read_base64, write_base64
from envkb.proof.log.keys import VerifierKey, is_origin
from envkb.proof.merkle import HASH_BYTES

MAX_BYTES: Final = 16 * 1024
"""The largest checkpoint that is read."""

TIME_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"

_DASH: Final = "— "
_SEALED: Final = "sealed "
_LINES: Final = 4
_KEY_ID_BYTES: Final = 4
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a signed note.

    Attributes:
        name: Name of the key.
        key_id: Its four bytes.
        value: The signature.
    """

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line with its line feed."""
        return f"{_DASH}{self.name} {write_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one size.

    Attributes:
        origin: Name of the log.
        size: Number of leaves.
        root: Root of the Merkle tree over them.
        sealed: When it was made, by the clock of the machine that sealed: `YYYY-MM-DDTHH:MM:SSZ`.
        signatures: Its signatures; none in a log without a key.
    """

    origin: str
    size: int
    root: bytes
    sealed: str
    signatures: tuple[Signature, ...] = ()

    @property
    def body(self) -> bytes:
        """The text that is signed: origin, size, root and, as extension line, the time."""
        return f"{self.origin}\n{self.size}\n{write_base64(self.root)}\n{_SEALED}{self.sealed}\n".encode()

    @property
    def day(self) -> str:
        """The day it was made, `YYYY-MM-DD`."""
        return self.sealed[:10]

    def encode(self) -> bytes:
        """Return the file."""
        return self.body + b"\n" + "".join(signature.line for signature in self.signatures).encode()

    def with_signature(self, name: str, key_id: bytes, value: bytes) -> Self:
        """Return it with one more signature."""
        return replace(self, signatures=(*self.signatures, Signature(name, key_id, value)))

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a file.

        Raises:
            InvalidDataError: It is no checkpoint of kb, or not in its one spelling.
        """
        if len(data) > MAX_BYTES:
            raise InvalidDataError(f"{len(data)} bytes; a checkpoint has at most {MAX_BYTES}")
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise InvalidDataError("no UTF-8: no checkpoint") from error
        body, _, signatures = text.rpartition("\n\n")
        lines = body.split("\n")
        if len(lines) != _LINES or not lines[3].startswith(_SEALED):
            raise InvalidDataError(
                "no checkpoint: it has the lines origin, size, root and `sealed TIME`, an empty line, and signatures"
            )
        found = cls(
            origin=_origin(lines[0]),
            size=_size(lines[1]),
            root=_root(lines[2]),
            sealed=_time(lines[3].removeprefix(_SEALED)),
            signatures=tuple(_signature(line) for line in signatures.split("\n")[:-1]),
        )
        if found.encode() != data:
            raise InvalidDataError("not in the one spelling of a checkpoint")
        return found

    def signer(self, keys: Sequence[VerifierKey]) -> VerifierKey | None:
        """Return the key that signed it; null where none of these keys did.

        Raises:
            VerificationError: A signature that claims to be by one of the keys is not.
        """
        found = None
        for signature in self.signatures:
            for key in keys:
                if (key.name, key.id) == (signature.name, signature.key_id):
                    if not verify(key.public, self.body, signature.value):
                        raise VerificationError(
                            f"the signature of the checkpoint of {self.size} leaves is not that of the key {key.name}",
                            hint="the checkpoint or its signature was changed: compare it with another copy",
                        )
                    found = found or key
        return found


def _origin(text: str) -> str:
    if not is_origin(text):
        raise InvalidDataError(f"{text!r} cannot be the origin of a log")
    return text


def _size(text: str) -> int:
    if not _SIZE.fullmatch(text):
        raise InvalidDataError(f"{text!r} is no number of leaves")
    return int(text)


def _root(text: str) -> bytes:
    data = read_base64(text)
    if len(data) != HASH_BYTES:
        raise InvalidDataError(f"{text!r} is no root hash")
    return data


def _time(text: str) -> str:
    message = f"{text!r} is no time; it is written 2026-11-22T14:30:00Z"
    if not _TIME.fullmatch(text):
        raise InvalidDataError(message)
    try:
        datetime.strptime(text, TIME_FORMAT)  # noqa: DTZ007 - whether there is such a day and hour is all that is asked
    except ValueError as error:
        raise InvalidDataError(message) from error
    return text


def _signature(line: str) -> Signature:
    name, _, value = line.removeprefix(_DASH).partition(" ")
    data = read_base64(value)
    if not line.startswith(_DASH) or not is_origin(name) or len(data) <= _KEY_ID_BYTES:
        raise InvalidDataError(f"{line[:80]!r} is no signature line")
    return Signature(name, data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])
