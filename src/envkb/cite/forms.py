"""Citations in plain words: a short form for reports, a long one for filings. Pure."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from envkb.cite.citation import NOT_LOGGED, NOT_STAMPED, Citation


def short(citations: Sequence[Citation]) -> str:
    """Return one line a record: id, full digest, date logged, and what is quoted from it."""
    return "".join(f"{reference(citation)}\n" for citation in citations)


def reference(citation: Citation) -> str:
    """Return the short form of one record, which any text can carry."""
    logged = f"logged {citation.logged}" if citation.logged else NOT_LOGGED
    stamped = f", stamped {citation.stamped}" if citation.stamped else ""
    warned = f"; {citation.warning}" if citation.warning else ""
    named = f"[{citation.id}, {citation.checksum}, {logged}{stamped}{warned}]"
    return " ".join(["; ".join(citation.quotes), named]).strip()


def long(citations: Sequence[Citation]) -> str:
    """Return everything that a filing needs to name a record and a stranger to check it."""
    return "\n".join(_long(citation) for citation in citations)


def _long(citation: Citation) -> str:
    file = PurePosixPath(citation.file).name
    rows = [
        ("Title", citation.title),
        ("Author", citation.named_authors),
        (citation.noun, citation.id),
        ("Date claimed", f"{citation.created} (by the clock of its author)"),
        ("Date logged", citation.logged or NOT_LOGGED),
        ("Date stamped", citation.stamped or NOT_STAMPED),
        ("Digest", f"SHA-256 {citation.digest}"),
        *((("Warning", citation.warning),) if citation.warning else ()),
        *(("Quoted", quote) for quote in citation.quotes),
        ("Where kept", citation.url or "unpublished"),
        ("", f"file {citation.file} of the knowledge base “{citation.publisher}”"),
        ("How to verify", f"Obtain the file {file} and compute its SHA-256, which must equal the digest above:"),
        ("", f"Linux: sha256sum {file}"),
        ("", f"macOS: shasum -a 256 {file}"),
        ("", f"Windows PowerShell: (Get-FileHash {file}).Hash.ToLower()"),
    ]
    return "".join(f"{name + ':' if name else '':<15}{value}\n" for name, value in rows)
