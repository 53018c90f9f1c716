"""The explorer of records: one page, and one file with the records' summaries as columns."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from envkb.publish.render.page import Page
from envkb.publish.render.summary import Summary
from envkb.publish.render.template import fill
from envkb.publish.render.text import visible

_PLAIN: Final[Mapping[str, Callable[[Summary], str | int]]] = {
    "id": lambda row: row.entry.row.id,
    "title": lambda row: row.entry.row.title,
    "created": lambda row: row.entry.row.created[:10],
    "symptoms": lambda row: " ".join(case.symptom for case in row.edge_cases),
    "measured": lambda row: row.measured,
}
"""Columns with a value of its own in most rows."""
_FACETS: Final[Mapping[str, Callable[[Summary], Sequence[str | None]]]] = {
    "standing": lambda row: [row.entry.standing],
    "outcome": lambda row: [row.entry.row.outcome],
    "host": lambda row: [row.host.text if row.host else None],
    "gpu": lambda row: list(dict.fromkeys(row.entry.row.gpus)) or [None],
    "cpu": lambda row: [row.entry.row.cpu],
    "os": lambda row: [row.entry.row.os],
    "arch": lambda row: [row.entry.row.arch],
    "manager": lambda row: [row.entry.row.manager],
    "python": lambda row: [row.python],
    "torch": lambda row: [row.torch],
    "kind": lambda row: [row.entry.row.kind],
    "edge": lambda row: list(dict.fromkeys(row.entry.row.edges)),
    "tag": lambda row: row.entry.row.tags,
}
"""Columns with few different values, each written once and referred to by number; empty where nothing is known."""


def explorer_page(rows: Sequence[Summary], base: str) -> Page:
    """Return the page that lists every record of the knowledge base with this id."""
    return Page(
        path="records/index.md",
        title="Records",
        description=f"All {len(rows)} records, by machine, environment, outcome and edge case.",
        body=fill("explorer.html", root="../", rows=rows, base=base),
    )


def explorer_data(rows: Sequence[Summary]) -> bytes:
    """Return the columns as a script, which a page opened from a file may load where it may not fetch."""
    columns: dict[str, JsonValue] = {name: [_clean(take(row)) for row in rows] for name, take in _PLAIN.items()}
    columns |= {name: _numbered([take(row) for row in rows]) for name, take in _FACETS.items()}
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return f"window.kbRecords={text};\n".encode()


def _clean(value: str | int) -> str | int:
    return visible(value) if isinstance(value, str) else value


def _numbered(cells: Sequence[Sequence[str | None]]) -> JsonValue:
    values = sorted({value or "" for cell in cells for value in cell})
    number = {value: position for position, value in enumerate(values)}
    rows: list[JsonValue] = [[number[value or ""] for value in cell] for cell in cells]
    return {"values": [visible(value) for value in values], "rows": rows}
