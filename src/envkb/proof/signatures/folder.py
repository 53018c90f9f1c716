"""Where the signatures of a record lie: one file each, named by its content, so that nobody's can meet another's."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from envkb.document.identity import digest_of
from envkb.errors import KbError
from envkb.knowledge.files import MissingFileError, open_folder, read_file
from envkb.knowledge.layout import TRUST, proofs_path
from envkb.proof.signatures.envelope import MAX_BYTES, DamagedError
from envkb.proof.signatures.signers import Trust, parse_allowed_signers, parse_revoked_keys

ALLOWED_SIGNERS: Final = TRUST / "allowed_signers"
REVOKED_KEYS: Final = TRUST / "revoked_keys"

_MAX_TRUST_BYTES: Final = 1024 * 1024
_NAME: Final = re.compile(r"(author|witness)-([0-9a-f]{64})(\.sig|\.txt\.sig|\.txt)")
_SIGNATURE: Final = {"author": ".sig", "witness": ".txt.sig"}
_MISSING: Final = "restore the file from git; or remove what is left of it, and sign again"

Role = Literal["author", "witness"]


@dataclass(frozen=True, slots=True)
class Proof:
    """One signature as it lies there.

    Attributes:
        role: Whose it should be.
        path: The file with the signature, relative to the root.
        signature: The bytes of that file; empty where it cannot be read.
        statement: What the witness signed; null for an author, who signed the record's file.
        problem: Why it cannot be judged at all; null where it can.
    """

    role: Role
    path: PurePosixPath
    signature: bytes
    statement: bytes | None
    problem: KbError | None = None


def author_path(signature: bytes, digest: str, *, private: bool) -> PurePosixPath:
    """Return where an author's signature of the record with this digest lies."""
    return proofs_path(digest, private=private) / f"author-{digest_of(signature)}.sig"


def statement_path(statement: bytes, digest: str, *, private: bool) -> PurePosixPath:
    """Return where a witness's statement on the record with this digest lies; the signature's name ends in `.sig`."""
    return proofs_path(digest, private=private) / f"witness-{digest_of(statement)}.txt"


def read_proofs(root: Path, digest: str, *, private: bool) -> Iterator[Proof]:
    """Give every signature of the record with this digest, in the order of their names.

    Args:
        root: The root of the knowledge base.
        digest: SHA-256 of the record's file.
        private: Whether the record is private, so that its signatures lie in the private place.

    Raises:
        KbError: The folder cannot be read.
    """
    folder = proofs_path(digest, private=private)
    try:
        with open_folder(root, folder) as descriptor:
            names = {name for name in os.listdir(descriptor) if not name.startswith(".")}  # noqa: PTH208 - no link is followed
    except MissingFileError:
        return
    # A statement and its signature are one proof, also where either is missing.
    for name in sorted({f"{name}.sig" if name.endswith(".txt") else name for name in names}):
        yield _read(root, folder / name)


def _read(root: Path, path: PurePosixPath) -> Proof:
    name = _NAME.fullmatch(path.name)
    role: Role = "witness" if path.name.startswith("witness") else "author"
    try:
        if name is None or _SIGNATURE[role] != name[3]:
            raise DamagedError(f"{path.name} is no name of a proof", hint="move the file elsewhere, or upgrade envkb")
        statement = read_file(root, path.with_suffix(""), MAX_BYTES) if role == "witness" else None
        signature = read_file(root, path, MAX_BYTES)
        if digest_of(signature if statement is None else statement) != name[2]:
            raise DamagedError("the content was changed: its digest is another", hint="restore the file from git")
    except MissingFileError as error:
        return Proof(role, path, b"", None, DamagedError(error.message, hint=_MISSING))
    except KbError as error:
        return Proof(role, path, b"", None, error)
    return Proof(role, path, signature, statement)


def read_trust(root: Path) -> Trust:
    """Return whom the knowledge base trusts; nobody, where it has no file for it.

    Raises:
        InvalidDataError: One of the files cannot be read, so that nothing can be judged.
    """
    signers = _read_trust_file(root, ALLOWED_SIGNERS)
    revoked = _read_trust_file(root, REVOKED_KEYS)
    return Trust(parse_allowed_signers(signers, str(ALLOWED_SIGNERS)), parse_revoked_keys(revoked, str(REVOKED_KEYS)))


def _read_trust_file(root: Path, path: PurePosixPath) -> bytes:
    try:
        return read_file(root, path, _MAX_TRUST_BYTES)
    except MissingFileError:
        return b""
