"""RIS, which reference managers import. Pure."""

from collections.abc import Iterator, Sequence

from envkb.cite.citation import Citation, Name


def ris(citations: Sequence[Citation]) -> str:
    """Return one reference of type `DATA` a record."""
    return "\n".join("".join(f"{tag}  - {value}\n" for tag, value in _tags(citation)) for citation in citations)


def _tags(citation: Citation) -> Iterator[tuple[str, str]]:
    # Values are on one line each, so none can begin another tag.
    yield "TY", "DATA"
    yield "ID", citation.id
    yield "TI", citation.title
    yield from (("AU", _author(name)) for name in citation.authors)
    yield "PY", citation.date[:4]
    yield "DA", f"{citation.date.replace('-', '/')}/"
    yield "PB", citation.publisher
    yield "AN", citation.id
    if citation.url:
        yield "UR", citation.url
    yield from (("N1", note) for note in (citation.checksum, *citation.remarks))
    yield "ER", ""


def _author(name: Name) -> str:
    return name.text if name.family is None else f"{name.family}, {name.given}"
