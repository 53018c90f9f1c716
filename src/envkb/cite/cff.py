"""CITATION.cff, the Citation File Format 1.2. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from envkb.cite.citation import Citation, Name
from envkb.cite.line import AUTHOR_NOT_STATED

_MESSAGE: Final = "If you use this, cite it as below; the SHA-256 of a record's file tells whether it is the one cited."


def cff(citations: Sequence[Citation]) -> str:
    """Return a CITATION.cff: of the record, or of the knowledge base with its records as references."""
    import yaml  # noqa: PLC0415 - start-up, and no other format needs it

    tree = _work(citations[0]) if len(citations) == 1 else _collection(citations)
    # The same bytes from either; the one in C is fifteen times as fast.
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(tree, Dumper=dumper, allow_unicode=True, sort_keys=False, width=10**6))


def _work(citation: Citation) -> dict[str, Any]:
    warning = f"Warning: {citation.warning}. " if citation.warning else ""
    return {
        "cff-version": "1.2.0",
        "message": warning + _MESSAGE,
        "type": "dataset",
        **_described(citation),
        **({"abstract": "; ".join(citation.quotes)} if citation.quotes else {}),
    }


def _collection(citations: Sequence[Citation]) -> dict[str, Any]:
    return {
        "cff-version": "1.2.0",
        "message": _MESSAGE,
        "type": "dataset",
        "title": citations[0].publisher,
        "authors": _authors(name for citation in citations for name in citation.authors),
        "references": [_reference(citation) for citation in citations],
    }


def _reference(citation: Citation) -> dict[str, Any]:
    return {
        "type": "data",
        **_described(citation),
        "number": citation.id,
        "publisher": {"name": citation.publisher},
        **({"notes": "; ".join(citation.remarks)} if citation.remarks else {}),
    }


def _described(citation: Citation) -> dict[str, Any]:
    return {
        "title": citation.title,
        "authors": _authors(citation.authors),
        "date-released": citation.date,
        "identifiers": [
            {"type": "other", "value": citation.id, "description": "id of the record"},
            {"type": "other", "value": citation.checksum, "description": "SHA-256 of the record's file"},
        ],
        **({"url": citation.url} if citation.url else {}),
    }


def _authors(names: Iterable[Name]) -> list[dict[str, str]]:
    # The format wants an author, and none twice.
    found: list[dict[str, str]] = []
    for name in names:
        author = _author(name)
        if author not in found:
            found.append(author)
    return found or [{"name": AUTHOR_NOT_STATED}]


def _author(name: Name) -> dict[str, str]:
    orcid = {"orcid": f"https://orcid.org/{name.orcid}"} if name.orcid else {}
    if name.family is None or name.given is None:
        return {"name": name.text} | orcid
    affiliation = {"affiliation": name.affiliation} if name.affiliation else {}
    return {"family-names": name.family, "given-names": name.given} | affiliation | orcid
