"""The one-line citation that `kb record` prints and every record page shows."""

from collections.abc import Sequence

from envkb.model.record import Author

AUTHOR_NOT_STATED = "[author not stated]"
UNPUBLISHED = "unpublished"


def citation_line(
    *, authors: Sequence[Author], title: str, record_id: str, digest: str, created: str, base_url: str | None
) -> str:
    """Return `Authors. Title. <id>. sha256:<64 hex>. Created <date>. <base URL or "unpublished">`.

    Args:
        authors: Declared authors, in order.
        title: The record's title; a full stop at its end is not doubled.
        record_id: The record's id.
        digest: SHA-256 of the record's file in hex.
        created: The record's `created`.
        base_url: Address of the published site; None where it is not published.
    """
    names = "; ".join(author.name for author in authors) or AUTHOR_NOT_STATED
    place = UNPUBLISHED if base_url is None else f"{base_url.rstrip('/')}/kb/records/{record_id}/"
    ended = title if title.endswith((".", "!", "?")) else f"{title}."
    return f"{names}. {ended} {record_id}. sha256:{digest}. Created {created[:10]}. {place}"
