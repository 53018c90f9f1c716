"""Moves private records into the open, byte for byte, and keeps the days on which they are to be moved."""

import os
import re
from collections.abc import Iterator
from datetime import date
from os.path import lexists
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from envkb.document.identity import digest_of, normalise_id
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.knowledge.check.files import find_ids
from envkb.knowledge.files import (
    MissingFileError,
    explain_os_errors,
    place_file,
    read_file,
    remove_file,
    replace_file,
)
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.layout import (
    MAX_ATTACHMENT_BYTES,
    PRIVATE_ATTACHMENTS,
    PRIVATE_RECORDS,
    REMINDERS,
    attachment_path,
    proofs_path,
    record_path,
)

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_DAY_BYTES: Final = 64
_OWNER_ONLY: Final = 0o600
_MAX_PROOF_BYTES: Final = 1 << 20


class Reminder(NamedTuple):
    """A private record that is to be disclosed.

    Attributes:
        id: Its id.
        after: The day from which on kb reminds of it.
    """

    id: str
    after: date


def disclose(base: KnowledgeBase, text: str) -> StoredRecord:
    """Move a private record, its attachments and its signatures to their public places; the bytes stay the same.

    The public files are written before the private ones are removed, so that nothing is lost where it is cut off;
    disclosing again finishes it.

    Args:
        base: The knowledge base.
        text: The record's id.

    Returns:
        The record where it lies now.

    Raises:
        UsageError: There is no such record, it is public already, or it rests on another private one.
        InvalidDataError: The record or an attachment was changed.
        KbError: The system does not let us write.
    """
    name = normalise_id(text)
    private = record_path(name, private=True)
    if not lexists(base.root / private):
        found = base.read(name)
        raise UsageError(f"{found.id} is public already", hint=f"its file is {found.path}")
    stored = base.load(private)
    _refuse_what_rests_on_private(base, stored)
    attachments = [entry.sha256 for entry in stored.record.attachments]
    for sha256 in attachments:
        place_file(base.root, attachment_path(sha256, private=False), _attachment(base, sha256))
    public = record_path(name, private=False)
    place_file(base.root, public, stored.data)
    _move_proofs(base.root, stored.digest)
    remove_file(base.root, private)
    for sha256 in sorted(set(attachments) - _still_needed(base)):
        remove_file(base.root, attachment_path(sha256, private=True))
    remove_file(base.root, REMINDERS / name)
    return base.load(public)


def _refuse_what_rests_on_private(base: KnowledgeBase, stored: StoredRecord) -> None:
    hidden = sorted(name for name in find_ids(stored.data.decode()) - {stored.id} if _is_private(base.root, name))
    if hidden:
        raise UsageError(
            f"{stored.id} rests on the private record {hidden[0]}",
            hint=f"disclose that one first: kb disclose {hidden[0]}",
        )


def _is_private(root: Path, name: str) -> bool:
    public, private = (lexists(root / record_path(name, private=place)) for place in (False, True))
    return private and not public


def _attachment(base: KnowledgeBase, sha256: str) -> bytes:
    for private in (True, False):  # the public one, where an earlier disclosure was cut off
        path = attachment_path(sha256, private=private)
        try:
            data = read_file(base.root, path, MAX_ATTACHMENT_BYTES)
        except MissingFileError:
            continue
        if digest_of(data) != sha256:
            raise InvalidDataError(f"{path}: the content was changed", hint="restore it from a copy; nothing is public")
        return data
    raise InvalidDataError(f"the attachment {sha256} is missing", hint="restore it from a copy; nothing is public")


def _move_proofs(root: Path, digest: str) -> None:
    hidden, public = (proofs_path(digest, private=place) for place in (True, False))
    for name in _names(root, hidden):
        place_file(root, public / name, read_file(root, hidden / name, _MAX_PROOF_BYTES))
        remove_file(root, hidden / name)


def _still_needed(base: KnowledgeBase) -> set[str]:
    needed: set[str] = set()
    for year in _names(base.root, PRIVATE_RECORDS):
        for name in _names(base.root, PRIVATE_RECORDS / year):
            try:
                record = base.load(PRIVATE_RECORDS / year / name).record
            except KbError:
                # What cannot be read may need any of them.
                return {path.name for path in (base.root / PRIVATE_ATTACHMENTS).rglob("*")}
            needed |= {entry.sha256 for entry in record.attachments}
    return needed


def _names(root: Path, folder: PurePosixPath) -> list[str]:
    try:
        with explain_os_errors(folder):
            return sorted(os.listdir(root / folder))  # noqa: PTH208 - names are what is asked for
    except MissingFileError:
        return []


def remind(base: KnowledgeBase, text: str, after: date) -> StoredRecord:
    """Keep the day from which on kb reminds that a private record is to be disclosed.

    Raises:
        UsageError: There is no such record, or it is public.
        KbError: The system does not let us write.
    """
    stored = base.read(text)
    if not stored.private:
        raise UsageError(f"{stored.id} is public already", hint=f"its file is {stored.path}")
    path, data = REMINDERS / stored.id, f"{after.isoformat()}\n".encode()
    if lexists(base.root / path):
        replace_file(base.root, path, data)
    else:
        place_file(base.root, path, data, mode=_OWNER_ONLY)
    return stored


def due(root: Path, today: date) -> Iterator[Reminder]:
    """Give the private records whose day of disclosure has come, by id.

    Raises:
        KbError: The folder cannot be read.
    """
    for name in _names(root, REMINDERS):
        after = _day(root, REMINDERS / name)
        if after is not None and after <= today:
            yield Reminder(name, after)


def _day(root: Path, path: PurePosixPath) -> date | None:
    try:
        return parse_day(read_file(root, path, _MAX_DAY_BYTES).decode("ascii", "replace").strip())
    except KbError:
        return None


def parse_day(text: str) -> date:
    """Read a day as it is written: `2026-11-22`.

    Raises:
        UsageError: It is none.
    """
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise UsageError(f"{text!r} is no day", hint="write it 2027-05-31")
    return found
