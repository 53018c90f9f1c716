"""Where tokens lie: one file each with its sidecar, each named by its own digest."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.document.identity import digest_of
from envkb.errors import InvalidDataError, KbError
from envkb.knowledge.files import MissingFileError, open_folder, place_file, read_file, remove_file
from envkb.knowledge.layout import LOG, STATE, TRUST
from envkb.knowledge.pending import add_pending
from envkb.proof.stamps.sidecar import Sidecar, parse_sidecar
from envkb.proof.stamps.token import MAX_BYTES

STAMPS: Final = LOG / "stamps"
"""Holds the tokens and their sidecars."""
ROOTS: Final = TRUST / "tsa"
"""Holds the root certificates of the authorities that are trusted, in PEM: `NAME.pem`."""

_UNFINISHED: Final = STATE / "stamps"
_MAX_SIDECAR_BYTES: Final = 16 * 1024
_HALF: Final = "`kb stamp` completes one that was cut off; else restore the sidecar from git, or remove the token"
_RESTORE: Final = "restore the file from git; or remove what is left of it, and stamp again"


@dataclass(frozen=True, slots=True)
class Stamp:
    """One token as it lies there.

    Attributes:
        path: The token's file, relative to the root; the sidecar's where that cannot be read.
        data: Its bytes; empty where it cannot be read.
        sidecar: What is known of it; null where that cannot be read.
        sidecar_sha256: SHA-256 of the sidecar's file, which goes into the log; null where there is none.
        problem: Why it cannot be judged at all; null where it can.
    """

    path: PurePosixPath
    data: bytes
    sidecar: Sidecar | None
    sidecar_sha256: str | None
    problem: KbError | None = None


def read_stamps(root: Path) -> Iterator[Stamp]:
    """Give every token of a knowledge base, in the order of their names.

    Raises:
        KbError: The folder cannot be read.
    """
    try:
        with open_folder(root, STAMPS) as descriptor:
            names = {name for name in os.listdir(descriptor) if not name.startswith(".")}  # noqa: PTH208 - no link
    except MissingFileError:
        return
    named: set[str] = set()
    for name in sorted(names):
        if name.endswith(".json"):
            stamp = _read(root, STAMPS / name)
            named.add(stamp.path.name)
            yield stamp
    for name in sorted(names - named):
        if not name.endswith(".json"):
            error = InvalidDataError(f"no sidecar is there for {name}", hint=_HALF)
            yield Stamp(STAMPS / name, b"", None, None, error)


def _read(root: Path, path: PurePosixPath) -> Stamp:
    try:
        told = read_file(root, path, _MAX_SIDECAR_BYTES)
        digest = digest_of(told)
        if path.stem != digest:
            raise InvalidDataError("the sidecar was changed: its digest is another", hint=_RESTORE)
        sidecar = parse_sidecar(told)
    except KbError as error:
        return Stamp(path, b"", None, None, error)
    token = STAMPS / f"{sidecar.token_sha256}.tsr"
    try:
        data = read_file(root, token, MAX_BYTES)
        if digest_of(data) != sidecar.token_sha256:
            raise InvalidDataError("the token was changed: its digest is another", hint=_RESTORE)
    except MissingFileError as error:
        return Stamp(token, b"", sidecar, digest, InvalidDataError(error.message, hint=_RESTORE))
    except KbError as error:
        return Stamp(token, b"", sidecar, digest, error)
    return Stamp(token, data, sidecar, digest)


def place_stamp(root: Path, sidecar: Sidecar, data: bytes) -> PurePosixPath:
    """Keep a token with its sidecar, whose digest then waits for the log.

    Returns:
        The token's file, relative to the root.

    Raises:
        KbError: The system does not let us write.
    """
    path = STAMPS / f"{sidecar.token_sha256}.tsr"
    told = sidecar.encode()
    add_pending(root, digest_of(told))
    # A token alone is half of a stamp, which fails; should this be cut off, what is kept here makes it whole.
    kept = _UNFINISHED / f"{digest_of(told)}.json"
    place_file(root, kept, told)
    place_file(root, path, data)
    place_file(root, STAMPS / kept.name, told)
    remove_file(root, kept)
    return path


def finish_stamps(root: Path) -> None:
    """Make stamps whole whose writing was cut off between the token and its sidecar.

    Raises:
        KbError: The system does not let us read or write.
    """
    try:
        with open_folder(root, _UNFINISHED) as descriptor:
            names = sorted(name for name in os.listdir(descriptor) if name.endswith(".json"))  # noqa: PTH208 - no link
    except MissingFileError:
        return
    for name in names:
        told = read_file(root, _UNFINISHED / name, _MAX_SIDECAR_BYTES)
        token = STAMPS / f"{parse_sidecar(told).token_sha256}.tsr"
        if (root / token).is_file():
            place_file(root, STAMPS / name, told)
        remove_file(root, _UNFINISHED / name)


def trusted_roots(root: Path) -> list[Path]:
    """Return the files with root certificates that the knowledge base trusts, in the order of their names.

    Raises:
        KbError: The folder cannot be read.
    """
    try:
        with open_folder(root, ROOTS) as descriptor:
            names = sorted(os.listdir(descriptor))  # noqa: PTH208 - no link is followed
    except MissingFileError:
        return []
    return [root / ROOTS / name for name in names if name.endswith(".pem")]
