"""Keys made by `ssh-keygen` for the tests of signatures, and security keys that are made of software."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from envkb.proof.signatures.envelope import Envelope, Made
from envkb.proof.signatures.wire import integer, number, string

needs_ssh_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")

KINDS = {
    "ed25519": ("-t", "ed25519"),
    "rsa": ("-t", "rsa", "-b", "2048"),
    "ecdsa-256": ("-t", "ecdsa", "-b", "256"),
    "ecdsa-384": ("-t", "ecdsa", "-b", "384"),
    "ecdsa-521": ("-t", "ecdsa", "-b", "521"),
}


def make_key(folder: Path, name: str, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Make a key; return the private file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    keygen("-q", *KINDS[kind], "-N", passphrase, "-C", name, "-f", str(path))
    return path


def keygen(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run `ssh-keygen` quietly, without a terminal."""
    environment = {"PATH": os.environ["PATH"], "TZ": "UTC"}
    return subprocess.run(
        ["ssh-keygen", *arguments], input=stdin, capture_output=True, check=False, env=environment, timeout=60
    )


def sign_with(key: Path, namespace: str, message: bytes) -> bytes:
    """Return the signature of a message by `ssh-keygen`."""
    done = keygen("-q", "-Y", "sign", "-f", str(key), "-n", namespace, stdin=message)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ssh_keygen_accepts(
    folder: Path, trust: str, principal: str, namespace: str, signature: bytes, message: bytes, *, at: str, revoked: str
) -> bool:
    """Return whether `ssh-keygen -Y verify` accepts a signature at a moment such as `20260101000000Z`."""
    files = {"allowed": trust.encode(), "revoked": revoked.encode(), "signature": signature}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    done = keygen(
        *("-Y", "verify", "-f", str(folder / "allowed"), "-I", principal, "-n", namespace, "-O", f"verify-time={at}"),
        *("-s", str(folder / "signature")),
        *(("-r", str(folder / "revoked")) if revoked else ()),
        stdin=message,
    )
    return done.returncode == 0


class SecurityKey:
    """A FIDO key of software: it signs as one of metal would, without a touch."""

    def __init__(self, kind: str, application: str = "ssh:") -> None:
        """Make a new key of a kind: `ed25519` or `ecdsa`."""
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - likewise

        self.application = application.encode()
        self.private: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
        if kind == "ed25519":
            self.algorithm = "sk-ssh-ed25519@openssh.com"
            self.private = ed25519.Ed25519PrivateKey.generate()
            parts = [self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)]
        else:
            self.algorithm = "sk-ecdsa-sha2-nistp256@openssh.com"
            self.private = ec.generate_private_key(ec.SECP256R1())
            point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            parts = [b"nistp256", point]
        self.public = b"".join(string(part) for part in (self.algorithm.encode(), *parts, self.application))

    def sign(self, namespace: str, message: bytes, *, flags: int = 1, counter: int = 7) -> Envelope:
        """Return a signature as `ssh-keygen` would write it."""
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature  # noqa: PLC0415 - likewise
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - likewise

        empty = Envelope(self.public, namespace, "sha512", Made(self.algorithm, b"", flags, counter))
        told = bytes([flags]) + number(counter) + hashlib.sha256(empty.signed(message)).digest()
        signed = hashlib.sha256(self.application).digest() + told
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            r, s = decode_dss_signature(self.private.sign(signed, ec.ECDSA(SHA256())))
            value = integer(r) + integer(s)
        else:
            value = self.private.sign(signed)
        return Envelope(self.public, namespace, "sha512", Made(self.algorithm, value, flags, counter))
