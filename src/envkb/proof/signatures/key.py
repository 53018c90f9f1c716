"""Public keys as OpenSSH writes them. Pure."""

import base64
import binascii
import hashlib
from typing import Final

from envkb.proof.signatures.wire import Reader

KEY_TYPES: Final = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
"""The kinds of keys whose signatures can be checked; the last two are security keys (FIDO)."""


def key_type(key: bytes) -> str:
    """Return the kind of a public key, as it says itself; an empty text where it says none."""
    try:
        return Reader(key).string().decode("ascii")
    except ValueError:
        return ""


def fingerprint(key: bytes) -> str:
    """Return the fingerprint of a public key as `ssh-keygen -l` prints it: `SHA256:…`."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip('=')}"


def key_line(key: bytes) -> str:
    """Return a public key as it stands in a `.pub` file, without a comment."""
    return f"{key_type(key)} {base64.b64encode(key).decode()}"


def parse_key(words: str) -> bytes:
    """Return the public key that a text holds: its kind, the key in base 64, and perhaps a comment.

    Raises:
        ValueError: It holds none that kb can use; the message says why.
    """
    kind, _, rest = words.strip().partition(" ")
    if kind not in KEY_TYPES:
        raise ValueError(f"{kind[:40]!r} is no kind of key that kb can check")
    encoded = rest.split(maxsplit=1)[:1]
    try:
        key = base64.b64decode(encoded[0] if encoded else "", validate=True)
    except binascii.Error:
        raise ValueError("the key is not in base 64") from None
    if key_type(key) != kind:
        raise ValueError("the key is damaged: it is not of the kind that it says")
    return key
