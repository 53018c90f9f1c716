"""Takes everything about to be stored through the redaction gate, and gives it its bytes."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, NamedTuple

from envkb.document.codec import encode_record
from envkb.document.identity import digest_of, record_id
from envkb.document.redaction import Gate
from envkb.model.record import Attachment, Record, Redaction

Role = Literal["snapshot", "lock", "log", "raw", "plan", "file"]

ATTACHMENT_BUDGET: Final = 300_000
"""Bytes that the snapshot, logs and raw output of one record may take together; a lock is never cut."""

_MARK: Final = "\n[... {} bytes cut out here ...]\n"


class Loose(NamedTuple):
    """A file to keep beside a record, as read.

    Attributes:
        name: Its name for people.
        role: What it is.
        media_type: Its media type.
        data: Its bytes.
        cleaned: Whether they went through the gate already (a snapshot does, text by text).
    """

    name: str
    role: Role
    media_type: str
    data: bytes
    cleaned: bool = False


class Prepared(NamedTuple):
    """A record ready to be written.

    Attributes:
        id: Its id.
        digest: SHA-256 of its bytes.
        data: Its bytes.
        record: What they say.
        attachments: Bytes of its attachments by digest.
    """

    id: str
    digest: str
    data: bytes
    record: Record
    attachments: dict[str, bytes]


def prepare(gate: Gate, files: Sequence[Loose], make: Callable[[Sequence[Attachment]], Record]) -> Prepared:
    """Clean a record and its files, and encode it.

    Args:
        gate: The gate of this record; it keeps placeholders the same everywhere.
        files: The files; each is cleaned before its digest is taken.
        make: Makes the record when its attachments are known.

    Raises:
        InvalidDataError: Something cannot be cleaned; the message names it. Nothing was written.
    """
    attachments: dict[str, bytes] = {}
    rows: dict[str, Attachment] = {}
    for file in files:
        clean = file.data if file.cleaned else gate.blob(file.data, name=file.name)
        kept = clean if file.role in ("lock", "file") else cut(clean, ATTACHMENT_BUDGET)
        digest = digest_of(kept)
        attachments[digest] = kept
        rows[digest] = Attachment(
            sha256=digest,
            name=file.name,
            role=file.role,
            media_type=file.media_type,
            size_bytes=len(kept),
            full_bytes=len(clean) if len(kept) < len(clean) else None,
        )
    tree = gate.tree(make(tuple(rows.values())).model_dump(mode="json"))
    record = Record.model_validate_json(json.dumps(tree))
    # What was carried over from an older record was cleaned in part already.
    counts = Counter({each.kind: each.count for each in record.redactions})
    counts.update(dict(gate.counts()))
    redactions = tuple(Redaction(kind=kind, count=count) for kind, count in sorted(counts.items()))
    record = record.model_copy(update={"redactions": redactions})
    data = encode_record(record)
    for name, kept in (("the record", data), *((rows[digest].name, kept) for digest, kept in attachments.items())):
        gate.verify(kept, name=name)
    digest = digest_of(data)
    return Prepared(record_id(digest, int(record.created[:4])), digest, data, record, attachments)


def cut(data: bytes, limit: int) -> bytes:
    """Return text no longer than the limit: the middle is replaced by a mark that says how much is missing."""
    if len(data) <= limit:
        return data
    half = (limit - len(_MARK) - 16) // 2
    mark = _MARK.format(len(data) - 2 * half).encode()
    # A cut can split a character; decoding drops its pieces.
    head = data[:half].decode("utf-8", "ignore").encode()
    tail = data[-half:].decode("utf-8", "ignore").encode()
    return head + mark + tail


def dump_snapshot(document: dict[str, Any], limit: int) -> bytes:
    """Return a cleaned snapshot as JSON within the limit: the longest texts are cut in the middle first."""
    sources = [dict(source) for source in document["sources"]]
    share = limit
    while True:
        for source in sources:
            text = source["text"]
            if len(text) > share:
                source["full_bytes"] = source["full_bytes"] or len(text.encode())
                source["text"] = cut(text.encode(), share).decode()
        # One source a line: as quick as JSON without indentation, and snapshots can be compared line by line.
        lines = ",\n".join(json.dumps(source, ensure_ascii=False) for source in sources)
        data = f'{{"schema": {json.dumps(document["schema"])}, "sources": [\n{lines}\n]}}\n'.encode()
        if len(data) <= limit or share < 1024:  # noqa: PLR2004 - below that the mark is most of the text
            return data
        share //= 2
