"""Whether a private key made a signature: by the library `cryptography`, else by `ssh-keygen`.

Who holds the key, and whether they may sign, is judged elsewhere and in the same way for both.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from envkb.process import Runner, run
from envkb.proof.signatures.envelope import Envelope, Made
from envkb.proof.signatures.key import key_line, key_type
from envkb.proof.signatures.wire import Reader, number

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

Check = Callable[[Envelope, bytes], bool]
"""Tells whether the key in a signature made it of a message."""

_SECURITY: Final = "sk-"


def find_check(runner: Runner = run) -> Check | None:
    """Return what can check signatures here; null where nothing can."""
    if find_spec("cryptography"):
        return check_by_library
    if shutil.which("ssh-keygen"):
        return partial(check_by_ssh_keygen, runner=runner)
    return None


def check_by_ssh_keygen(envelope: Envelope, message: bytes, *, runner: Runner = run) -> bool:
    """Tell whether the key in a signature made it of a message, by asking `ssh-keygen`.

    Raises:
        ToolMissingError: There is no `ssh-keygen`.
    """
    with tempfile.TemporaryDirectory(prefix="kb-") as folder:
        path = Path(folder) / "signature"
        path.write_bytes(envelope.printed())
        # It accepts any key, and that is what is asked for here.
        asked = ("ssh-keygen", "-Y", "check-novalidate", "-n", envelope.namespace, "-s", str(path))
        return runner(asked, stdin=message).exit_code == 0


def check_by_library(envelope: Envelope, message: bytes) -> bool:
    """Tell whether the key in a signature made it of a message, by the library `cryptography`."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 - an extra

    try:
        return _holds(envelope.public_key, envelope.made, envelope.signed(message))
    except (ValueError, NotImplementedError, InvalidSignature, UnsupportedAlgorithm):
        return False


def _holds(blob: bytes, made: Made, signed: bytes) -> bool:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key  # noqa: PLC0415 - likewise

    kind = key_type(blob)
    if kind.startswith(_SECURITY):
        signed = _as_security_key_signs(blob, made, signed)
    key = load_ssh_public_key(key_line(blob).encode())
    if isinstance(key, rsa.RSAPublicKey):
        _verify_rsa(key, made, signed)
    elif made.algorithm != kind:
        return False
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(made.value, signed)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        _verify_ecdsa(key, made, signed)
    else:
        return False
    return True


def _verify_rsa(key: "rsa.RSAPublicKey", made: Made, signed: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.hashes import SHA256, SHA512  # noqa: PLC0415 - likewise

    hashes: dict[str, HashAlgorithm] = {"rsa-sha2-256": SHA256(), "rsa-sha2-512": SHA512()}
    if made.algorithm not in hashes:
        raise ValueError("RSA with a hash that is no longer safe")
    key.verify(made.value, signed, PKCS1v15(), hashes[made.algorithm])


def _verify_ecdsa(key: "ec.EllipticCurvePublicKey", made: Made, signed: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature  # noqa: PLC0415 - likewise
    from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512  # noqa: PLC0415 - likewise

    hashes: dict[int, HashAlgorithm] = {256: SHA256(), 384: SHA384(), 521: SHA512()}
    numbers = Reader(made.value)
    signature = encode_dss_signature(numbers.integer(), numbers.integer())
    key.verify(signature, signed, ECDSA(hashes[key.curve.key_size]))


def _as_security_key_signs(blob: bytes, made: Made, signed: bytes) -> bytes:
    # PROTOCOL.u2f: a security key signs digests, with its own word on the touch of a person between them.
    reader = Reader(blob)
    parts = [reader.string()]
    while reader.data:
        parts.append(reader.string())
    if made.flags is None or made.counter is None:
        raise ValueError("a signature of a security key says nothing of a touch")
    application = hashlib.sha256(parts[-1]).digest()
    return application + bytes([made.flags]) + number(made.counter) + hashlib.sha256(signed).digest()
