"""Keys that sign checkpoints, as C2SP signed notes write them, and the policy that lists those that count. Pure."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Self

from envkb.errors import InvalidDataError
from envkb.proof.ed25519 import PUBLIC_KEY_BYTES
from envkb.proof.log.base64_line import read_base64, write_base64

ED25519: Final = b"\x01"
"""The type of an Ed25519 signature in a signed note."""

_NAME: Final = re.compile(r"[!-*,-~]+")  # printable ASCII without space and plus
_POLICY: Final = re.compile(rb"([\t -~]*\n)*")
_HOW: Final = "it is written NAME+KEYID+KEY, as `kb log init` prints it"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that verifies the signatures of a log.

    Attributes:
        name: The log's origin.
        public: The Ed25519 public key, 32 bytes.
    """

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that name the key in a signature line."""
        return key_id(self.name, self.public)

    @property
    def text(self) -> str:
        """The key as a signed note's verifier key: `NAME+KEYID+KEY`."""
        return f"{self.name}+{self.id.hex()}+{write_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `text` gives.

        Raises:
            InvalidDataError: It is no such key, or its id is another key's.
        """
        name, _, rest = text.partition("+")
        spelled_id, _, spelled = rest.partition("+")
        if not is_origin(name):
            raise InvalidDataError(f"{text!r} is no verifier key", hint=_HOW)
        data = read_base64(spelled)
        key = cls(name, data[1:])
        if data[:1] != ED25519 or len(key.public) != PUBLIC_KEY_BYTES or key.id.hex() != spelled_id:
            raise InvalidDataError(f"{text!r} is no Ed25519 verifier key", hint=_HOW)
        return key


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes that name a key in a signature line."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def is_origin(text: str) -> bool:
    """Return whether a text can be the origin of a log, which is the name of its keys too."""
    return _NAME.fullmatch(text) is not None


def write_policy(keys: tuple[VerifierKey, ...]) -> bytes:
    """Return the C2SP tlog-policy that lists these keys and asks for no witness."""
    return "".join([*(f"log {key.text}\n" for key in keys), "quorum none\n"]).encode()


def read_policy(data: bytes) -> tuple[VerifierKey, ...]:
    """Return the keys that a policy lists.

    Raises:
        InvalidDataError: A line that is not understood: none is passed over, for it may ask for more than is checked.
    """
    keys: list[VerifierKey] = []
    quorums = 0
    if not _POLICY.fullmatch(data):
        raise InvalidDataError("a policy is lines of printable ASCII, the last one ended, too")
    for number, line in enumerate(data.decode("ascii").split("\n"), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words == ["quorum", "none"]:
            quorums += 1
        elif words[0] == "log" and len(words) in (2, 3):
            keys.append(_read_key(words[1], number))
        else:
            hint = "kb reads `log KEY` and `quorum none`; it asks no witnesses"
            raise InvalidDataError(f"{line.strip()!r} is not understood", hint=hint, place=f"line {number}")
    if quorums != 1 or len({key.public for key in keys}) != len(keys):
        raise InvalidDataError("a policy has one line `quorum none`, and each key once")
    return tuple(keys)


def _read_key(text: str, number: int) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except InvalidDataError as error:
        raise InvalidDataError(error.message, hint=error.hint, place=f"line {number}") from error
