"""The written steps: how to check an exhibit with only what a system has. Pure."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_HEAD: Final = """\
HOW TO CHECK THIS EXHIBIT

Unpack the zip file and open a terminal in its folder. No step needs a network. Any one
of the first three checks the bytes; the others check who vouches for them, and since when.

1. In a browser: open verify.html.

2. With Python 3.9 or later: run

       python3 verify.py

   It ends with 0 where nothing fails, and with 4 where anything does.

3. With what every system has, compute the digests and compare them with those below
   and with the citation that you hold:

   Linux        sha256sum --check SHA256SUMS
   macOS        shasum -a 256 --check SHA256SUMS
   Windows      in PowerShell:
                Get-Content SHA256SUMS | ForEach-Object {
                  $digest, $file = $_ -split '  ', 2
                  $found = (Get-FileHash -Algorithm SHA256 $file).Hash.ToLower()
                  if ($found -eq $digest) { "$file : OK" } else { "$file : FAILED" }
                }
"""


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A signature in an exhibit.

    Attributes:
        signature: Its file.
        message: The file that is signed.
        signer: Who signed, as `allowed_signers` names them; empty where nobody vouches for the key.
        namespace: What it was signed for.
        moment: The time at which the key is judged; null where there is none.
        revocations: Whether the exhibit has a list of revoked keys.
    """

    signature: str
    message: str
    signer: str
    namespace: str
    moment: datetime | None
    revocations: bool


@dataclass(frozen=True, slots=True)
class StampedFile:
    """A time-stamp in an exhibit.

    Attributes:
        token: Its file.
        message: The file that it attests.
        roots: File of the trusted certificates.
        unix_time: The time that it attests, for `openssl -attime`.
    """

    token: str
    message: str
    roots: str
    unix_time: int


def written_steps(
    records: Sequence[tuple[str, str]], signed: Sequence[SignedFile], stamped: Sequence[StampedFile], *, logged: bool
) -> str:
    """Return the text of STEPS.txt.

    Args:
        records: Id and digest of each record.
        signed: The signatures.
        stamped: The time-stamps.
        logged: Whether there are proofs of the log.
    """
    return "\n".join([_HEAD, *_digests(records), *_log(logged=logged), *_signatures(signed), *_stamps(stamped)]) + "\n"


def _digests(records: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield "   The records:"
    for name, digest in records:
        yield f"       {digest}  records/{name}.json"
    yield ""
    yield "   The first fifty bits of the digest, in Crockford's base 32, are the ten symbols of the id."
    yield ""


def _log(*, logged: bool) -> Iterator[str]:
    yield "4. The log."
    if not logged:
        yield "   No record of this exhibit has a proof of the log: it does not show when it came to be."
    else:
        yield "   Each file in log/ that ends in .tlog-proof leads from a record's digest to the root in a"
        yield "   signed checkpoint (C2SP tlog-proof; RFC 6962). verify.html and verify.py follow it. Compare"
        yield "   the root with a checkpoint of the same size that you got in another way."
    yield ""


def _signatures(signed: Sequence[SignedFile]) -> Iterator[str]:
    yield "5. Signatures, with OpenSSH 9.1 or later, which knows times in UTC (`ssh -V` tells; with an older one,"
    yield "   from 8.1, run verify.py). The time after verify-time is the one at which the key must have been"
    yield "   valid: that of a time-stamp, else that of the log, else the one that the signer claims."
    if not signed:
        yield "   This exhibit has none."
    for each in signed:
        signed_file = f"-n {each.namespace} -s {each.signature} < {each.message}"
        if each.signer and each.moment:
            at = f"-Overify-time={each.moment:%Y%m%d%H%M%SZ}"
            revoked = " -r trust/revoked_keys" if each.revocations else ""
            allowed = f"-f trust/allowed_signers -I {shlex.quote(one_name(each.signer))}{revoked}"
            yield f"       ssh-keygen -Y verify {at} {allowed} {signed_file}"
        else:
            yield "   Nobody vouches for the key of this one; that it fits the file can still be seen:"
            yield f"       ssh-keygen -Y check-novalidate {signed_file}"
    yield "   In PowerShell, which has no `<`, write `Get-Content -Raw FILE | ssh-keygen …` only where FILE is plain"
    yield "   ASCII, since it converts other text; in the older command prompt (cmd) the lines work as they stand."
    yield ""


def one_name(principals: str) -> str:
    """Return one name of a line of `allowed_signers`, which `ssh-keygen -I` wants: a pattern fits itself."""
    return next((name for name in principals.split(",") if not name.startswith("!")), principals)


def _stamps(stamped: Sequence[StampedFile]) -> Iterator[str]:
    yield "6. Time-stamps, with OpenSSL 1.1 or later (`openssl version`; the LibreSSL of macOS has no -attime)."
    yield "   Each is checked at the time that it tells, when the certificates were valid; the second command tells"
    yield "   that time. A checkpoint covers a record by the proof log/RECORD-SIZE.tlog-proof."
    if not stamped:
        yield "   This exhibit has none."
    for each in stamped:
        roots = f"-CAfile {shlex.quote(each.roots)} -untrusted {shlex.quote(each.roots)}"
        yield f"       openssl ts -verify -data {each.message} -in {each.token} {roots} -attime {each.unix_time}"
        yield f"       openssl ts -reply -in {each.token} -text"
    yield ""
