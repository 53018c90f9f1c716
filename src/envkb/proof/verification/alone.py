"""Judges one file of a knowledge base without any other record; done by many processes at once."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.document.canonical import MAX_BYTES
from envkb.document.identity import digest_of, record_id
from envkb.errors import KbError
from envkb.knowledge.files import MissingFileError, read_file
from envkb.knowledge.layout import MAX_ATTACHMENT_BYTES, attachment_path
from envkb.model.record import Attachment, Claim, Link
from envkb.proof.verification.file import Read, judge_attachments, judge_bytes, judge_secrets, unjudged
from envkb.proof.verification.outcome import Outcome

_RESTORE: Final = "restore the file from git or from its source"


@dataclass(frozen=True, slots=True)
class Alone:
    """What one file shows by itself, and what the other records are asked for.

    Attributes:
        name: Its id; the name of its file where it is damaged.
        digest: SHA-256 of the file; null where it cannot be read.
        path: The file, relative to the root.
        outcomes: The layers that are judged; all of them where it is damaged.
        sound: Whether the file is the record that its name says.
        links: What it names.
        claim: What was computed; null where it is no claim, or damaged.
    """

    name: str
    digest: str | None
    path: str
    outcomes: tuple[Outcome, ...]
    sound: bool = False
    links: tuple[Link, ...] = ()
    claim: Claim | None = None


def judge_file(root: Path, path: str) -> Alone:
    """Judge a file of the knowledge base in `root`; the path is relative to it."""
    place = PurePosixPath(path)
    try:
        data = read_file(root, place, MAX_BYTES)
    except KbError as error:
        outcome = Outcome("bytes", "FAIL", error.message, error.hint or _RESTORE)
        return Alone(place.stem, None, path, (outcome, *unjudged([outcome])))
    return judge_data(data, path, place.stem, partial(_read_attachment, root))


def judge_data(data: bytes, where: str, expected: str | None, read: Read) -> Alone:
    """Judge the bytes of a file from anywhere.

    Args:
        data: The file.
        where: Where it comes from.
        expected: The id that it must have; null where nobody names one.
        read: Returns its attachments.
    """
    digest = digest_of(data)
    record, outcomes = judge_bytes(data, expected)
    if record is None or any(outcome.status == "FAIL" for outcome in outcomes):
        return Alone(expected or where, digest, where, (*outcomes, *unjudged(outcomes)))
    name = record_id(digest, int(record.created[:4]))
    attached, contents = judge_attachments(record, read)
    told = (*outcomes, attached, judge_secrets(data, contents))
    return Alone(name, digest, where, told, sound=True, links=record.links, claim=record.claim)


def _read_attachment(root: Path, attachment: Attachment) -> bytes | None:
    for private in (False, True):
        try:
            return read_file(root, attachment_path(attachment.sha256, private=private), MAX_ATTACHMENT_BYTES)
        except MissingFileError:
            continue
    return None
