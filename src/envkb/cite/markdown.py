"""Markdown. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from envkb.cite.citation import NOT_LOGGED, Citation

# Entities rather than backslashes: every dialect and every extension takes them for text, also in raw HTML.
_ACTING: Final = re.compile(r"[&<>\\`*_{}\[\]|~$#^@]|:(?=\S)|([-+=])(?=\1)")


def markdown(citations: Sequence[Citation]) -> str:
    """Return one paragraph a record."""
    return "\n".join(f"{_paragraph(citation)}\n" for citation in citations)


def _paragraph(citation: Citation) -> str:
    named = f"[{citation.id}]({citation.url})" if citation.url else citation.id
    logged = f"Logged {citation.logged}" if citation.logged else NOT_LOGGED.capitalize()
    stamped = [f"Stamped {escape_markdown(citation.stamped)}."] if citation.stamped else []
    ended = "" if citation.title.endswith((".", "!", "?")) else "."
    parts = (
        f"{named}: {escape_markdown(citation.named_authors)}.",
        f"*{escape_markdown(citation.title)}*{ended}",
        f"{escape_markdown(citation.publisher)}.",
        f"`{citation.checksum}`.",
        f"Created {citation.date}. {logged}.",
        *stamped,
        *([f"**Warning: {escape_markdown(citation.warning)}.**"] if citation.warning else ()),
        *(f"{escape_markdown(quote)}." for quote in citation.quotes),
    )
    return " ".join(parts)


def escape_markdown(text: str) -> str:
    """Return a text that Markdown of every dialect shows as it is."""
    return _ACTING.sub(lambda found: f"&#{ord(found[0])};", text)
