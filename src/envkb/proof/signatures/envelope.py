"""A signature file of OpenSSH (PROTOCOL.sshsig), in its one spelling. Pure.

`ssh-keygen` itself reads what was wrapped in other places, what has more behind its end, and bits that base 64 leaves
over. Here only what `ssh-keygen` would have written is taken, so that no change of a stored file goes unnoticed.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from envkb.errors import InvalidDataError
from envkb.proof.signatures.wire import Reader, number, string

MAX_BYTES: Final = 16 * 1024
"""The most that a signature file may have: an RSA key of 16384 bits needs half of it."""

_MAGIC: Final = b"SSHSIG"
_VERSION: Final = 1
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_END: Final = "-----END SSH SIGNATURE-----"
_ARMOUR: Final = re.compile(rf"{_BEGIN}(.*?){_END}", re.DOTALL)
_WIDTH: Final = 70
_HASHES: Final = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
_NAMESPACE: Final = re.compile(r"[!-~]{1,100}")
_RESTORE: Final = "restore the file from git, or sign again"


class DamagedError(InvalidDataError):
    """A proof file cannot be read."""


class NotCanonicalError(InvalidDataError):
    """A proof file can be read, but is not spelt as it was written."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a private key made.

    Attributes:
        algorithm: How, as SSH names it.
        value: The signature itself, as the algorithm spells it.
        flags: What a security key says of the touch of a person; null for other keys.
        counter: How often that security key has signed; null for other keys.
    """

    algorithm: str
    value: bytes
    flags: int | None = None
    counter: int | None = None

    def printed(self) -> bytes:
        """Return it as SSH writes it."""
        plain = string(self.algorithm.encode()) + string(self.value)
        if self.flags is None or self.counter is None:
            return plain
        return plain + bytes([self.flags]) + number(self.counter)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One signature, with all that is needed to check it but the message.

    Attributes:
        public_key: The key it claims to be made by, as SSH writes it.
        namespace: What it is meant for.
        hash_name: How the message was hashed: `sha256` or `sha512`.
        made: What the private key made.
    """

    public_key: bytes
    namespace: str
    hash_name: str
    made: Made

    def signed(self, message: bytes) -> bytes:
        """Return what the private key was given for a message."""
        digest = _HASHES[self.hash_name](message).digest()
        return _MAGIC + b"".join(
            string(part) for part in (self.namespace.encode(), b"", self.hash_name.encode(), digest)
        )

    def printed(self) -> bytes:
        """Return the file as `ssh-keygen` writes it."""
        parts = (self.public_key, self.namespace.encode(), b"", self.hash_name.encode(), self.made.printed())
        blob = _MAGIC + number(_VERSION) + b"".join(string(part) for part in parts)
        text = base64.b64encode(blob).decode()
        lines = [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]
        return "\n".join([_BEGIN, *lines, _END, ""]).encode()


def parse_envelope(data: bytes) -> Envelope:
    """Return what a signature file holds.

    Raises:
        DamagedError: It cannot be read.
        NotCanonicalError: It can be read, but `ssh-keygen` would have written other bytes.
    """
    try:
        envelope = _open(_unarmoured(data))
    except ValueError as error:
        raise DamagedError(f"no signature: {error}", hint=_RESTORE) from error
    if envelope.printed() != data:
        raise NotCanonicalError("the signature file is not spelt as ssh-keygen writes it", hint=_RESTORE)
    return envelope


def _unarmoured(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise ValueError(f"{len(data)} bytes; at most {MAX_BYTES} are allowed")
    armour = _ARMOUR.search(data.decode("latin-1"))
    if armour is None:
        raise ValueError("its first or last line is not there")
    try:
        return base64.b64decode("".join(armour[1].split()), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _open(blob: bytes) -> Envelope:
    reader = Reader(blob)
    if reader.take(len(_MAGIC)) != _MAGIC or reader.number() != _VERSION:
        raise ValueError("it is of a kind or version that kb does not know")
    public_key, namespace, _, hash_name, made = (reader.string() for _ in range(5))
    hashed, meant = hash_name.decode("latin-1"), namespace.decode("latin-1")
    if hashed not in _HASHES:
        raise ValueError("the message was hashed in a way that kb does not know")
    if not _NAMESPACE.fullmatch(meant):
        raise ValueError("its namespace is no plain text")
    return Envelope(public_key, meant, hashed, _parse_made(made))


def _parse_made(blob: bytes) -> Made:
    reader = Reader(blob)
    algorithm = reader.string().decode("latin-1")
    if not algorithm.isascii() or not algorithm.isprintable():
        raise ValueError("its algorithm is no plain text")
    value = reader.string()
    if "ecdsa" in algorithm:
        numbers = Reader(value)
        for _ in ("r", "s"):
            numbers.integer()
        numbers.finish()
    if not algorithm.startswith("sk-"):
        reader.finish()
        return Made(algorithm, value)
    flags, counter = reader.take(1)[0], reader.number()
    reader.finish()
    return Made(algorithm, value, flags, counter)
