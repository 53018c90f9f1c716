"""Takes everything that proves some records out of a knowledge base."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from envkb.cite.citation import Citation
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.knowledge.files import MissingFileError, open_folder, read_file
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.layout import LOG_POLICY, TRUST, proofs_path
from envkb.proof.signatures.folder import ALLOWED_SIGNERS, REVOKED_KEYS
from envkb.proof.stamps.folder import ROOTS
from envkb.proof.verification.outcome import Verified
from envkb.publish.exhibit.timing import Known

_MAX_BYTES: Final = 1024 * 1024
_TRUST: Final = frozenset({ALLOWED_SIGNERS.name, REVOKED_KEYS.name, LOG_POLICY.name})
_PLAIN: Final = re.compile(r"[A-Za-z0-9_@+][A-Za-z0-9 ._@+-]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """One record of an exhibit.

    Attributes:
        stored: The record.
        citation: How it is cited.
        verified: What verification shows of it.
        times: When it was made as its author claims, when it was logged, and when it was stamped.
        attachments: Bytes of its attachments, by digest; those that are missing are left out.
        proofs: Signatures and statements, by the name of their file.
        timing: What shows since when it and its signatures exist, by its path in the exhibit.
    """

    stored: StoredRecord
    citation: Citation
    verified: Verified
    times: tuple[Known, Known, Known]
    attachments: dict[str, bytes]
    proofs: dict[str, bytes]
    timing: dict[str, bytes]


def with_what_they_name(base: KnowledgeBase, names: Iterable[str]) -> list[StoredRecord]:
    """Return records, and all that they rest on, in the order in which they are named.

    A public record that is exhibited brings along no private one: none links to one.

    Raises:
        UsageError: There is no such record.
        InvalidDataError: One of them was changed: what is broken is not exhibited.
    """
    found: dict[str, StoredRecord] = {}
    waiting = [base.read(name) for name in names]
    while waiting:
        stored = waiting.pop(0)
        if stored.id in found:
            continue
        found[stored.id] = stored
        for link in stored.record.links:
            try:
                waiting.append(base.read(link.id))
            except UsageError:
                continue  # it is not here; verification says so
    return list(found.values())


def attachments_of(base: KnowledgeBase, stored: StoredRecord) -> dict[str, bytes]:
    """Return the attachments of a record that are there."""
    found: dict[str, bytes] = {}
    for attachment in stored.record.attachments:
        try:
            found[attachment.sha256] = base.attachment(attachment.sha256)
        except UsageError:
            continue
    return found


def proofs_of(base: KnowledgeBase, stored: StoredRecord) -> dict[str, bytes]:
    """Return the files with signatures and statements on a record, by name."""
    return dict(_files(base, proofs_path(stored.digest, private=stored.private)))


def trust_of(base: KnowledgeBase) -> dict[str, bytes]:
    """Return the files that say whom the knowledge base trusts, by their path below `kb/trust`; no other file there.

    Raises:
        InvalidDataError: A file's name would not survive in a zip file and its list of digests.
    """
    found = {name: data for name, data in _files(base, TRUST) if name in _TRUST}
    roots = {name: data for name, data in _files(base, ROOTS) if name.endswith(".pem")}
    if strange := [name for name in roots if not _PLAIN.fullmatch(name)]:
        raise InvalidDataError(f"{ROOTS}/{strange[0]!r}: cannot go into an exhibit", hint="rename it to NAME.pem")
    return found | {f"tsa/{name}": data for name, data in roots.items()}


def _files(base: KnowledgeBase, folder: PurePosixPath) -> Iterator[tuple[str, bytes]]:
    try:
        with open_folder(base.root, folder) as descriptor:
            names = sorted(os.listdir(descriptor))  # noqa: PTH208 - no link is followed
    except MissingFileError:
        return
    for name in names:
        try:
            yield name, read_file(base.root, folder / name, _MAX_BYTES)
        except KbError:
            continue  # a folder, or nothing that proves anything
