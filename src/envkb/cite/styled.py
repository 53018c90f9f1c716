"""APA, IEEE and ISO 690 by citeproc with styles of the Citation Style Language."""

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from envkb.cite.citation import Citation
from envkb.cite.csl import csl_date, csl_name
from envkb.cite.forms import reference
from envkb.cite.line import AUTHOR_NOT_STATED
from envkb.errors import ToolMissingError

_STYLES: Final = Path(__file__).parent / "styles"
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY: Final = re.compile(r"&#?\w+;?")
_LABEL: Final = re.compile(r"^(\[\d+\])(?=\S)")
_NUMBER: Final = re.compile(r"^\[\d+\]")
_NUMBERED: Final = "ieee"


def apa(citations: Sequence[Citation]) -> str:
    """Return a reference list as the American Psychological Association writes it (7th edition)."""
    return _bibliography(citations, "apa.csl")


def ieee(citations: Sequence[Citation]) -> str:
    """Return a reference list as the IEEE writes it."""
    return _bibliography(citations, "ieee.csl")


def iso690(citations: Sequence[Citation]) -> str:
    """Return a reference list after ISO 690, author and date first."""
    return _bibliography(citations, "iso690-author-date-en.csl")


STYLED: Final[Mapping[str, str]] = {"apa": "apa.csl", "ieee": "ieee.csl", "iso690": "iso690-author-date-en.csl"}
"""The style of each format."""


def style_each(citations: Sequence[Citation], format_name: str) -> list[str]:
    """Return the text of each citation as if it were cited alone; many at once take a fraction of the time.

    Args:
        citations: The citations.
        format_name: A name in `STYLED`.

    Raises:
        ToolMissingError: The extra `cite` is not installed.
    """
    lines = dict(_lines(citations, STYLED[format_name]))
    texts = [f"{lines[citation.id.lower()]}\n" for citation in citations]
    return [_NUMBER.sub("[1]", text) for text in texts] if format_name == _NUMBERED else texts


def _bibliography(citations: Sequence[Citation], style: str) -> str:
    # One line a record, in the order of the style, each ended by the short form, which no style knows.
    return "".join(f"{line}\n" for _, line in _lines(citations, style))


def _lines(citations: Sequence[Citation], style: str) -> list[tuple[str, str]]:
    try:
        from citeproc import Citation as Cited  # noqa: PLC0415 - an extra
        from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter  # noqa: PLC0415
        from citeproc.source.json import CiteProcJSON  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ToolMissingError(
            "this format needs citeproc-py, which is not installed",
            hint="pip install 'envkb[cite]'; all other formats need nothing more",
        ) from error
    source = CiteProcJSON([_item(citation) for citation in citations])
    rules = CitationStylesStyle(str(_STYLES / style), validate=False)
    bibliography = CitationStylesBibliography(rules, source, formatter.plain)
    for citation in citations:
        bibliography.register(Cited([CitationItem(citation.id)]))
    bibliography.sort()
    by_key = {citation.id.lower(): citation for citation in citations}
    entries = zip(bibliography.keys, bibliography.bibliography(), strict=True)
    return [(key, _line(str(entry), by_key[key])) for key, entry in entries]


def _line(entry: str, citation: Citation) -> str:
    labelled = _LABEL.sub(r"\1 ", entry.strip())
    return f"{labelled} {escape_markup(reference(citation))}"


def _item(citation: Citation) -> dict[str, object]:
    # citeproc lets markup through, and without an author it writes the title twice.
    authors = [csl_name(name) for name in citation.authors] or [{"literal": AUTHOR_NOT_STATED}]
    return {
        "id": citation.id,
        "type": "dataset",
        "title": escape_markup(citation.title),
        "author": [{part: escape_markup(text) for part, text in author.items()} for author in authors],
        "issued": csl_date(citation),
        "publisher": escape_markup(citation.publisher),
        **({"URL": citation.url} if citation.url else {}),
    }


def escape_markup(text: str) -> str:
    """Return a text that a browser shows as it is, changed only where it would take a part of it for markup.

    So `a < b` and `R&D`, in print the same as on a page, stay as they are.
    """
    apart = _ENTITY.sub(lambda found: _shown(found[0]), text)
    return _TAG.sub("&lt;", apart)


def _shown(entity: str) -> str:
    return entity if html.unescape(entity) == entity else f"&amp;{entity[1:]}"
