"""Has `ssh-keygen` sign a record, or a witness's statement on one."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.document.identity import digest_of
from envkb.errors import ToolFailedError, UsageError
from envkb.knowledge.files import place_file
from envkb.knowledge.folder import StoredRecord
from envkb.knowledge.pending import add_pending
from envkb.process import attend, run
from envkb.proof.signatures.envelope import Envelope, parse_envelope
from envkb.proof.signatures.folder import ALLOWED_SIGNERS, Role, author_path, read_proofs, statement_path
from envkb.proof.signatures.judging import NAMESPACES, Judge
from envkb.proof.signatures.key import fingerprint, key_line, parse_key
from envkb.proof.signatures.statement import Statement

_USUAL: Final = ("id_ed25519", "id_ed25519_sk", "id_ecdsa", "id_ecdsa_sk", "id_rsa")
_PUBLIC_MODE: Final = 0o644
_PRIVATE_MODE: Final = 0o600
_PATTERN: Final = frozenset("*?!")
_MAX_KEY_BYTES: Final = 16 * 1024


Start = Callable[[Sequence[str]], tuple[int, str]]
"""Starts a program and waits; returns its exit status, and what it said where that is not on the screen already."""


def start_quietly(args: Sequence[str]) -> tuple[int, str]:
    """Start a program that must not ask anybody anything."""
    done = run(args, env={**os.environ, "SSH_ASKPASS_REQUIRE": "never"})
    return done.exit_code, done.stderr.decode("utf-8", "replace")


def start_at_terminal(args: Sequence[str]) -> tuple[int, str]:
    """Start a program that may ask the person at the terminal."""
    return attend(args), ""


@dataclass(frozen=True, slots=True)
class Signed:
    """What came of signing.

    Attributes:
        path: The file with the signature, relative to the root.
        fingerprint: The key's fingerprint.
        signer: Who holds the key, as `allowed_signers` says; null where it does not say.
        new: Whether it was written; false where this key had signed already.
        trust_line: The line that `allowed_signers` lacks for this key, without a name; null where it has one.
        signature: The bytes of the signature; empty where none was written.
    """

    path: PurePosixPath
    fingerprint: str
    signer: str | None
    new: bool
    trust_line: str | None
    signature: bytes = b""


def sign(judge: Judge, stored: StoredRecord, key: Path | None, *, start: Start = start_quietly) -> Signed:
    """Sign a record's file with a key that a person has.

    Args:
        judge: Judges signatures of the knowledge base.
        stored: The record.
        key: The private key, or the public one where an agent or a security key holds the other; the usual one in
            `~/.ssh` where null.
        start: Starts `ssh-keygen`, which may ask for a passphrase where there is somebody to ask.

    Raises:
        UsageError: There is no such key.
        ToolMissingError: There is no `ssh-keygen`.
        ToolFailedError: It did not sign.
        KbError: The signature cannot be written.
    """
    envelope, data = _have_signed(stored.data, "author", find_key(key), start)
    _insist(judge, envelope, stored.data)
    for proof in read_proofs(judge.root, stored.digest, private=stored.private):
        if envelope.public_key in judge.author_keys(stored, [proof]):
            return _signed(judge, envelope, proof.path)
    path = author_path(data, stored.digest, private=stored.private)
    _await_log(judge, data)
    _place(judge, path, data, private=stored.private)
    return _signed(judge, envelope, path, data)


def witness(
    judge: Judge, stored: StoredRecord, key: Path | None, now: datetime, *, start: Start = start_quietly
) -> Signed:
    """Sign that the holder of a key has read and understood a record.

    Args:
        judge: Judges signatures of the knowledge base.
        stored: The record.
        key: The private key, or the public one where an agent or a security key holds the other; the usual one in
            `~/.ssh` where null.
        now: The present, in UTC.
        start: Starts `ssh-keygen`, which may ask for a passphrase where there is somebody to ask.

    Raises:
        UsageError: There is no such key, nobody knows whose it is, or it is the author's own.
        ToolMissingError: There is no `ssh-keygen`.
        ToolFailedError: It did not sign.
        KbError: The signature cannot be written.
    """
    place = find_key(key)
    public = read_public_key(place)
    statement = state(judge, stored, public, now).text()
    envelope, data = _have_signed(statement, "witness", place, start)
    _insist(judge, envelope, statement)
    if envelope.public_key != public:
        raise UsageError(f"{place}.pub is not the public half of the key that signed", hint="give the right one")
    path = statement_path(statement, stored.digest, private=stored.private)
    _place(judge, path, statement, private=stored.private)
    signature = path.with_name(f"{path.name}.sig")
    _await_log(judge, data)
    _place(judge, signature, data, private=stored.private)
    return _signed(judge, envelope, signature, data)


def state(judge: Judge, stored: StoredRecord, key: bytes, now: datetime) -> Statement:
    """Return what the holder of a key is about to state.

    Raises:
        UsageError: Nobody knows whose the key is, or it is the author's own.
    """
    verdict, holder = judge.trust.judge(key, NAMESPACES["witness"], now)
    if holder is None:
        raise UsageError(
            f"nobody knows whose key {fingerprint(key)} is, so it can witness nothing",
            hint=f"add the line `name@example.org {key_line(key)}` to {ALLOWED_SIGNERS}, with the name of its holder",
        )
    if verdict.status != "PASS":
        raise UsageError(f"{holder} cannot witness with this key: {verdict.meaning}", hint=verdict.next_step or "")
    names = [name for name in holder.split(",") if not _PATTERN & set(name)]
    if not names:
        raise UsageError(f"{holder} is a pattern, and a witness is a person", hint=f"name them in {ALLOWED_SIGNERS}")
    keys = judge.author_keys(stored, read_proofs(judge.root, stored.digest, private=stored.private))
    if judge.is_author(key, stored, keys):
        raise UsageError(
            f"{holder} is an author of {stored.id}, and nobody can be their own witness",
            hint="ask somebody else who has read and understood it",
        )
    return Statement(stored.id, stored.digest, names[0], now.strftime("%Y-%m-%dT%H:%M:%SZ"))


def find_key(key: Path | None) -> Path:
    """Return the key to sign with: the one given, else the usual one.

    Raises:
        UsageError: There is none.
    """
    if key is not None:
        if not key.is_file():
            raise UsageError(
                f"{key}: there is no such key", hint="give the file of a private key, or of its public half"
            )
        return key
    folder = Path.home() / ".ssh"
    for name in _USUAL:
        for path in (folder / name, folder / f"{name}.pub"):
            if path.is_file():
                return path
    raise UsageError(f"there is no key in {folder}", hint="name one with --key, or make one: ssh-keygen -t ed25519")


def read_public_key(key: Path) -> bytes:
    """Return the public half of a key: the file itself, or the `.pub` beside it.

    Raises:
        UsageError: It is not there, or is none that kb can check.
    """
    path = key if key.suffix == ".pub" else key.with_name(f"{key.name}.pub")
    try:
        with path.open("rb") as file:
            return parse_key(file.read(_MAX_KEY_BYTES).decode())
    except OSError as error:
        hint = f"write it: ssh-keygen -y -f {key} > {path}"
        raise UsageError(f"{path}: the public half of the key cannot be read", hint=hint) from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}", hint="give another key with --key") from error


def _have_signed(message: bytes, role: Role, key: Path, start: Start) -> tuple[Envelope, bytes]:
    # The message is a copy of our own: ssh-keygen writes the signature beside it.
    with tempfile.TemporaryDirectory(prefix="kb-") as folder:
        path = Path(folder) / "message"
        path.write_bytes(message)
        code, said = start(("ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACES[role], str(path)))
        signature = path.with_name("message.sig")
        if code != 0 or not signature.is_file():
            said = said.strip().rpartition("\n")[2] or f"exit status {code}"
            hint = "a key with a passphrase needs a terminal or an agent; a security key needs a touch"
            raise ToolFailedError(f"ssh-keygen did not sign: {said}", hint=hint)
        data = signature.read_bytes()
    return parse_envelope(data), data


def _insist(judge: Judge, envelope: Envelope, message: bytes) -> None:
    if judge.check is not None and not judge.check(envelope, message):
        raise ToolFailedError("ssh-keygen made a signature that does not hold", hint="try another key")


def _place(judge: Judge, path: PurePosixPath, data: bytes, *, private: bool) -> None:
    place_file(judge.root, path, data, mode=_PRIVATE_MODE if private else _PUBLIC_MODE)


def _await_log(judge: Judge, signature: bytes) -> None:
    # The next seal takes the digest into the log, which then shows that the signature existed while the key was valid.
    # It comes first: a digest without its file harms nobody, a signature that is cut off from the log would.
    add_pending(judge.root, digest_of(signature))


def _signed(judge: Judge, envelope: Envelope, path: PurePosixPath, signature: bytes = b"") -> Signed:
    key = envelope.public_key
    holders = [signer.principals for signer in judge.trust.signers if signer.key == key]
    return Signed(
        path=path,
        fingerprint=fingerprint(key),
        signer=holders[0] if holders else None,
        new=bool(signature),
        trust_line=None if holders else key_line(key),
        signature=signature,
    )
