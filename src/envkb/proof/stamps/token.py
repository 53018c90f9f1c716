"""Reads and checks one answer of a time-stamp authority: by the library `rfc3161-client`, else by `openssl ts`.

The library wants certificates in the order that DER asks for, and some authorities, OpenSSL's own among them, do not
keep to it. What it cannot read is put to `openssl`; what it can read and refuses is refused.
"""

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from envkb.errors import InvalidDataError, ToolMissingError, VerificationError
from envkb.process import Runner, run

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

MAX_BYTES: Final = 256 * 1024
"""The most that an answer may have; with a long chain of certificates it has some 10 KB."""

_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_GRANTED: Final = "Status: Granted."
_TIME: Final = re.compile(r"^Time stamp: (\w{3} [ \d]\d \d\d:\d\d:\d\d)(?:\.\d+)? (\d{4}) GMT$", re.MULTILINE)
_NONCE: Final = re.compile(r"^Nonce: 0x([0-9A-F]+)$", re.MULTILINE)
_ROW: Final = re.compile(r"^ +[0-9a-f]{4} - ([0-9a-f -]{47})", re.MULTILINE)
_ASK: Final = "ask the authority again: `kb stamp`"


@dataclass(frozen=True, slots=True)
class Token:
    """What an answer says, before anybody vouches for it.

    Attributes:
        data: The answer, byte for byte.
        time: When the authority says that it saw the digest, in UTC, whole seconds.
        nonce: The number that was sent along; null where there was none.
        imprint: SHA-256 of what was stamped, in hex; empty where it was hashed otherwise.
        response: The answer as the library read it; null where `openssl` did.
    """

    data: bytes
    time: datetime
    nonce: int | None
    imprint: str
    response: "TimeStampResponse | None"


def read_token(data: bytes, *, runner: Runner = run) -> Token:
    """Read an answer.

    Raises:
        InvalidDataError: It is none, or not one that grants a stamp.
        ToolMissingError: Neither the extra `stamp` nor `openssl` is here to read it.
    """
    if len(data) > MAX_BYTES:
        raise InvalidDataError(f"{len(data)} bytes; an answer has at most {MAX_BYTES}", hint=_ASK)
    if find_spec("rfc3161_client"):
        from rfc3161_client import decode_timestamp_response  # noqa: PLC0415 - an extra

        try:
            response = decode_timestamp_response(data)
            return _read_by_library(data, response)
        except ValueError as error:
            if not shutil.which("openssl"):
                raise InvalidDataError(f"no answer of a time-stamp authority: {error}", hint=_ASK) from error
    return _read_by_openssl(data, runner)


def _read_by_library(data: bytes, response: "TimeStampResponse") -> Token:
    if response.status != 0:
        raise InvalidDataError(f"the authority refused: {'; '.join(response.status_string) or 'no reason'}", hint=_ASK)
    if response.as_bytes() != data:
        raise InvalidDataError("the answer is not in its one spelling", hint=_ASK)
    info = response.tst_info
    known = info.message_imprint.hash_algorithm.dotted_string == _SHA256
    imprint = info.message_imprint.message.hex() if known else ""
    return Token(data, info.gen_time.astimezone(UTC).replace(microsecond=0), info.nonce, imprint, response)


def _read_by_openssl(data: bytes, runner: Runner) -> Token:
    if not shutil.which("openssl"):
        raise ToolMissingError(
            "nothing here can read a time-stamp", hint="pip install 'envkb[stamp]', or install openssl"
        )
    with tempfile.TemporaryDirectory(prefix="kb-") as folder:
        path = Path(folder) / "token.tsr"
        path.write_bytes(data)
        told = runner(("openssl", "ts", "-reply", "-in", str(path), "-text"))
    text = told.stdout.decode("utf-8", "replace")
    time, nonce = _TIME.search(text), _NONCE.search(text)
    if told.exit_code != 0 or _GRANTED not in text or time is None:
        raise InvalidDataError("no answer of a time-stamp authority that grants a stamp", hint=_ASK)
    moment = datetime.strptime(f"{time[1]} {time[2]}", "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    return Token(data, moment, int(nonce[1], 16) if nonce else None, _imprint(text), None)


def _imprint(text: str) -> str:
    _, _, dump = text.partition("Hash Algorithm: sha256\nMessage data:\n")
    dump, _, _ = dump.partition("Serial number:")
    return re.sub(r"[ -]", "", "".join(_ROW.findall(dump)))


def check_token(token: Token, roots: Sequence[Path], *, runner: Runner = run) -> Path:
    """Check that a trusted authority made an answer, with certificates that were valid at the time it tells.

    Args:
        token: The answer.
        roots: Files with certificates in PEM: the roots that are trusted, with others that a token may lack.
        runner: Starts `openssl`.

    Returns:
        The file with the root that vouches for it.

    Raises:
        VerificationError: None does.
    """
    check = _check_by_library if token.response is not None else _check_by_openssl
    reason = "no root is trusted"
    for root in roots:
        try:
            check(token, root, runner)
        except VerificationError as error:
            reason = error.message
        else:
            return root
    raise VerificationError(
        f"no trusted authority vouches for it: {reason}",
        hint="put the root certificate of the authority into kb/trust/tsa/NAME.pem, as its own pages publish it",
    )


def valid_until(token: Token) -> datetime | None:
    """Return the last day of the certificate that signed an answer; null where the library cannot tell."""
    if token.response is None:
        return None
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - an extra

    signers = {(each.issuer, each.serial_number) for each in token.response.signed_data.signer_infos}
    for data in token.response.signed_data.certificates:
        certificate = load_der_x509_certificate(data)
        if (certificate.issuer, certificate.serial_number) in signers:
            return certificate.not_valid_after_utc
    return None


def _check_by_library(token: Token, root: Path, _: Runner) -> None:
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - an extra
    from rfc3161_client import VerificationError as Refused  # noqa: PLC0415 - likewise
    from rfc3161_client import VerifierBuilder  # noqa: PLC0415 - likewise

    if token.response is None:
        raise VerificationError("it was not read by the library")
    try:
        certificates = load_pem_x509_certificates(root.read_bytes())
        verifier = VerifierBuilder(roots=list(certificates)).build()
        verifier.verify(token.response, bytes.fromhex(token.imprint))
    except (Refused, ValueError) as error:
        raise VerificationError(f"{root.name}: {error}") from error


def _check_by_openssl(token: Token, root: Path, runner: Runner) -> None:
    with tempfile.TemporaryDirectory(prefix="kb-") as folder:
        path = Path(folder) / "token.tsr"
        path.write_bytes(token.data)
        at = str(int(token.time.timestamp()))
        asked = ("openssl", "ts", "-verify", "-in", str(path), "-digest", token.imprint, "-CAfile", str(root))
        told = runner((*asked, "-untrusted", str(root), "-attime", at))
    if told.exit_code != 0:
        raise VerificationError(f"{root.name}: openssl refuses it")
