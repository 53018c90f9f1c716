"""Judges one record's file by itself. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from envkb.document.canonical import parse
from envkb.document.codec import decode_record
from envkb.document.identity import digest_of, record_id
from envkb.document.redaction.leaks import find_leaks
from envkb.document.redaction.spans import Kind
from envkb.errors import InvalidDataError, KbError
from envkb.model.record import Attachment, Record
from envkb.proof.verification.outcome import MEANINGS, Layer, Outcome

_RESTORE: Final = "restore the file from git or from its source"
_SECRET: Final = frozenset({Kind.SECRET, Kind.TOKEN, Kind.CREDENTIAL})

Read = Callable[[Attachment], bytes | None]
"""Returns the bytes of an attachment; null where there is no such file. It may raise a KbError."""


def judge_bytes(data: bytes, expected: str | None) -> tuple[Record | None, list[Outcome]]:
    """Judge bytes, id and schema.

    Args:
        data: The file.
        expected: The id that the bytes must have; null where nobody names one.

    Returns:
        The record, null where the bytes are none; and the outcomes of the layers `bytes` and `schema`.
    """
    try:
        record = decode_record(data)
    except InvalidDataError as error:
        return None, _damaged(data, expected, error)
    named = _judge_id(data, record.created, expected)
    return record, [
        named,
        Outcome("schema", "PASS", f"a valid {record.schema_}, which claims to be of {record.created}"),
    ]


def _damaged(data: bytes, expected: str | None, found: InvalidDataError) -> list[Outcome]:
    try:
        tree = parse(data)
    except InvalidDataError as error:
        return [Outcome("bytes", "FAIL", error.message, error.hint or _RESTORE)]
    created = tree.get("created") if isinstance(tree, dict) else None
    failed = Outcome("schema", "FAIL", found.message, found.hint or _RESTORE)
    return [_judge_id(data, created if isinstance(created, str) else "", expected), failed]


def _judge_id(data: bytes, created: str, expected: str | None) -> Outcome:
    digest = digest_of(data)
    if not (created[:4].isascii() and created[:4].isdigit() and len(created) > 4):  # noqa: PLR2004 - a year
        return Outcome("bytes", "FAIL", "says no year in `created`, so it can have no id", _RESTORE)
    name = record_id(digest, int(created[:4]))
    if expected is not None and name != expected:
        says = f"the bytes have the id {name}, not {expected}: the file was changed or renamed"
        return Outcome("bytes", "FAIL", says, _RESTORE)
    return Outcome("bytes", "PASS", f"{name} sha256:{digest}")


def unjudged(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Give the layers that nothing can be said of, because the file is damaged."""
    told = {outcome.layer for outcome in outcomes}
    layers: list[Layer] = [layer for layer in MEANINGS if layer not in told]
    for layer in layers:
        yield Outcome(layer, "FAIL", "cannot be judged: the file is damaged", _RESTORE)


def judge_attachments(record: Record, read: Read) -> tuple[Outcome, list[tuple[str, bytes]]]:
    """Judge that every attachment is there, byte for byte; return those that are, with their names."""
    found: list[tuple[str, bytes]] = []
    missing: list[str] = []
    for attachment in record.attachments:
        try:
            data = read(attachment)
        except KbError as error:
            return Outcome("attachments", "FAIL", f"{attachment.name}: {error.message}", error.hint or _RESTORE), found
        if data is None:
            missing.append(attachment.name)
        elif digest_of(data) != attachment.sha256 or len(data) != attachment.size_bytes:
            return Outcome("attachments", "FAIL", f"{attachment.name}: the content was changed", _RESTORE), found
        else:
            found.append((attachment.name, data))
    if missing:
        says = f"missing: {', '.join(missing)}"
        return Outcome(
            "attachments", "ABSENT", says, "restore them from git, or import the bundle that has them"
        ), found
    return Outcome("attachments", "PASS", f"{len(found)} there, byte for byte" if found else "it names none"), found


def judge_secrets(data: bytes, attachments: Iterable[tuple[str, bytes]]) -> Outcome:
    """Judge that nothing looks like a password, token or credential."""
    for name, content in (("the record", data), *attachments):
        try:
            text = content.decode()
        except UnicodeDecodeError:
            continue
        for leak in find_leaks(text):
            if leak.kind in _SECRET:
                says = f"{name}, line {leak.line}: looks like a leak ({leak.kind})"
                step = "make what leaked worthless (revoke it), remove the file also from git's history, record again"
                return Outcome("secrets", "FAIL", says, step)
    return Outcome("secrets", "PASS", "nothing that looks like a secret")
