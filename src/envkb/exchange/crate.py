"""Writes an RO-Crate: the members of a bundle, described by JSON-LD, so that other tools understand them."""

from collections.abc import Iterator
from typing import IO

from envkb.exchange.crate_metadata import CrateMetadata, attachment_file, record_file
from envkb.exchange.selection import Selection
from envkb.knowledge.bundle import METADATA, pack


def write_crate(file: IO[bytes], selection: Selection) -> None:
    """Write a crate; the same records give the same bytes.

    Args:
        file: Where to write the zip.
        selection: The records; their relatives are taken along.

    Raises:
        KbError: A record or an attachment cannot be read.
    """
    pack(file, _members(selection))


def _members(selection: Selection) -> Iterator[tuple[str, bytes]]:
    metadata = CrateMetadata(selection.base.settings)
    rows = sorted((*selection.rows, *selection.relatives), key=lambda row: row.id)
    present = {row.id for row in rows}
    attachments: set[str] = set()
    for stored in selection.records(rows):
        metadata.add(stored, present=present)
        yield record_file(stored.id), stored.data
        attachments |= {each.sha256 for each in stored.record.attachments}
    for sha256 in sorted(attachments):
        yield attachment_file(sha256), selection.base.attachment(sha256)
    yield METADATA, metadata.document()
