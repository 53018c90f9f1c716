"""CSL-JSON, which reference managers and pandoc read. Pure."""

from collections.abc import Sequence

from pydantic import JsonValue

from envkb.cite.citation import Citation, Name
from envkb.cite.jsontext import json_text


def csl_json(citations: Sequence[Citation]) -> str:
    """Return a list of items in CSL-JSON 1.0."""
    return json_text([_item(citation) for citation in citations])


def _item(citation: Citation) -> JsonValue:
    return {
        "id": citation.id,
        "type": "dataset",
        "title": citation.title,
        **({"author": [dict(csl_name(name)) for name in citation.authors]} if citation.authors else {}),
        "issued": csl_date(citation),
        "publisher": citation.publisher,
        "number": citation.id,
        **({"URL": citation.url} if citation.url else {}),
        "note": "; ".join((citation.checksum, *citation.remarks)),
    }


def csl_name(name: Name) -> dict[str, str]:
    """Return an author as the Citation Style Language names one; `literal` is printed as it is."""
    if name.family is None or name.given is None:
        return {"literal": name.text}
    return {"family": name.family, "given": name.given}


def csl_date(citation: Citation) -> JsonValue:
    """Return the day on which the record was written."""
    return {"date-parts": [[int(part) for part in citation.date.split("-")]]}
