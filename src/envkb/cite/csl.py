"""CSL-JSON, which reference managers and pandoc read. Pure."""

from collections.abc import Sequence

from pydantic import JsonValue

from envkb.cite.citation import Citation, Name
from envkb.cite.jsontext import json_text


def csl_json(citations: Sequence[Citation]) -> str:
    """Return a list of items in CSL-JSON 1.0."""
    return json_text([csl_item(citation) for citation in citations])


def csl_item(citation: Citation) -> dict[str, JsonValue]:
    """Return a record as an item of CSL-JSON."""
    item: dict[str, JsonValue] = {
        "id": citation.id,
        "type": "dataset",
        "title": citation.title,
        "author": [_name(name) for name in citation.authors],
        "issued": {"date-parts": [[int(part) for part in citation.date.split("-")]]},
        "publisher": citation.publisher,
        "number": citation.id,
        "URL": citation.url,
        "note": "; ".join((citation.checksum, *citation.remarks)),
    }
    return {name: value for name, value in item.items() if value}


def _name(name: Name) -> JsonValue:
    if name.family is None:
        return {"literal": name.text}
    return {"family": name.family, "given": name.given}
