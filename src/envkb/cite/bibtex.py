"""BibTeX and BibLaTeX. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from envkb.cite.citation import Citation, Name
from envkb.cite.latex import escape_latex

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def bibtex(citations: Sequence[Citation]) -> str:
    """Return one `@misc` a record, for BibTeX and everything that reads it."""
    return "\n".join(_entry("misc", citation, _bibtex_fields(citation)) for citation in citations)


def biblatex(citations: Sequence[Citation]) -> str:
    """Return one `@dataset` a record, for BibLaTeX with biber."""
    return "\n".join(_entry("dataset", citation, _biblatex_fields(citation)) for citation in citations)


def _entry(kind: str, citation: Citation, fields: Mapping[str, str]) -> str:
    lines = "".join(f"  {name:<12} = {value},\n" for name, value in fields.items())
    return f"@{kind}{{{citation.id},\n{lines}}}\n"


def _bibtex_fields(citation: Citation) -> dict[str, str]:
    month = _MONTHS[int(citation.date[5:7]) - 1]
    dated = {"year": f"{{{citation.date[:4]}}}", "month": month}
    kept = {"howpublished": _braced(f"{citation.noun} {citation.id}, {citation.publisher}")}
    return _named(citation) | dated | kept | _found(citation)


def _biblatex_fields(citation: Citation) -> dict[str, str]:
    dated = {"date": f"{{{citation.date}}}"}
    kept = {"number": f"{{{citation.id}}}", "publisher": _braced(citation.publisher)}
    return _named(citation) | dated | kept | _found(citation)


def _named(citation: Citation) -> dict[str, str]:
    authors = " and ".join(_author(name) for name in citation.authors)
    # The inner braces keep styles from changing the case of `torch` and `CUDA`.
    return ({"author": f"{{{authors}}}"} if authors else {}) | {"title": f"{{{_braced(citation.title)}}}"}


def _author(name: Name) -> str:
    if name.family is None or name.given is None:
        return _braced(name.text)
    return f"{_braced(name.family)}, {_braced(name.given)}"


def _found(citation: Citation) -> dict[str, str]:
    # Both programs take the address as it stands: it is percent-encoded, and never escaped for LaTeX.
    address = {"url": f"{{{citation.url}}}"} if citation.url else {}
    return address | {"note": _braced("; ".join((citation.checksum, *citation.remarks)))}


def _braced(text: str) -> str:
    return f"{{{escape_latex(text)}}}"
