"""The secret key of a log: made, read, and used. It never lies in the knowledge base."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from envkb.errors import InvalidDataError, ToolMissingError, UsageError
from envkb.knowledge.files import explain_os_errors, place_file
from envkb.proof.log.base64_line import read_base64, write_base64
from envkb.proof.log.checkpoint import Checkpoint
from envkb.proof.log.keys import ED25519, VerifierKey, is_origin

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

VARIABLE: Final = "KB_LOG_KEY"
"""Environment variable that holds the key, or the path of its file."""

_PREFIX: Final = "PRIVATE+KEY+"
_SEED_BYTES: Final = 32
_OWNER_ONLY: Final = 0o600
_MAX_BYTES: Final = 4096


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """The secret key of a log.

    Attributes:
        name: The log's origin.
        seed: The secret, 32 bytes.
    """

    name: str
    seed: bytes

    @property
    def verifier(self) -> VerifierKey:
        """The public key.

        Raises:
            ToolMissingError: The extra `proof` is not installed.
        """
        return VerifierKey(self.name, _private(self.seed).public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """The secret, as signed notes write it: `PRIVATE+KEY+NAME+KEYID+SEED`."""
        return f"{_PREFIX}{self.name}+{self.verifier.id.hex()}+{write_base64(ED25519 + self.seed)}"

    def sign(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return a checkpoint with the signature of this key.

        Raises:
            ToolMissingError: The extra `proof` is not installed.
        """
        return checkpoint.with_signature(self.name, self.verifier.id, _private(self.seed).sign(checkpoint.body))


def make_key(name: str) -> SigningKey:
    """Return a new key, drawn from the system's randomness."""
    return SigningKey(name, os.urandom(_SEED_BYTES))


def parse_key(text: str) -> SigningKey:
    """Read a secret key; no message repeats it.

    Raises:
        InvalidDataError: It is none.
        ToolMissingError: The extra `proof` is not installed.
    """
    text = text.strip()
    name, _, rest = text.removeprefix(_PREFIX).partition("+")
    spelled_id, _, spelled = rest.partition("+")
    try:
        data = read_base64(spelled)
    except InvalidDataError:
        data = b""
    key = SigningKey(name, data[1:])
    well_formed = text.startswith(_PREFIX) and is_origin(name) and data[:1] == ED25519
    if not well_formed or len(key.seed) != _SEED_BYTES or key.verifier.id.hex() != spelled_id:
        raise InvalidDataError("no secret key of a log", hint="it is the one line that `kb log init` wrote")
    return key


def find_key(origin: str, environment: Mapping[str, str]) -> SigningKey:
    """Return the secret key of a log: from `KB_LOG_KEY`, else from where `kb log init` put it.

    Args:
        origin: Name of the log.
        environment: The environment variables.

    Raises:
        UsageError: There is none.
        InvalidDataError: What is there is no key, or another log's.
        ToolMissingError: The extra `proof` is not installed.
    """
    given = environment.get(VARIABLE, "").strip()
    if not given.startswith(_PREFIX):
        given = _read(Path(given) if given else key_path(origin, environment))
    key = parse_key(given)
    if key.name != origin:
        raise InvalidDataError(f"the key is that of the log {key.name}, not of {origin}", hint=f"set {VARIABLE}")
    return key


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES).decode("ascii", "replace")
    except OSError as error:
        raise UsageError(
            f"the secret key of the log cannot be read: {path}: {(error.strerror or str(error)).lower()}",
            hint=f"checkpoints are made in one place, where {VARIABLE} holds the key or names its file",
        ) from error


def key_path(origin: str, environment: Mapping[str, str]) -> Path:
    """Return where the secret key of a log lies unless `KB_LOG_KEY` says otherwise."""
    state = environment.get("XDG_CONFIG_HOME")
    folder = Path(state) if state else Path.home() / ".config"
    return folder / "envkb" / f"{origin.replace('/', '_')}.key"


def provide_key(name: str, path: Path) -> SigningKey:
    """Return the secret key in a file; one that is not there is made, where only its owner may read it.

    Raises:
        InvalidDataError: Something else lies there, or the key of another log.
        ToolMissingError: The extra `proof` is not installed.
        KbError: The system does not let us.
    """
    if path.exists():
        return find_key(name, {VARIABLE: str(path)})
    key = make_key(name)
    text = f"{key.text}\n".encode()
    with explain_os_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    place_file(path.parent, PurePosixPath(path.name), text, mode=_OWNER_ONLY)
    return key


def _private(seed: bytes) -> "Ed25519PrivateKey":
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ToolMissingError(
            "the secret key of a log needs cryptography, which is not installed",
            hint="python -m pip install 'envkb[proof]'",
        ) from error
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed)
