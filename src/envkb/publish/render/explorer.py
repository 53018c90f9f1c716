"""The explorer of records: one page, and one file with the records' summaries as columns."""

import json
from collections.abc import Sequence
from typing import Final

from pydantic import JsonValue

from envkb.publish.render.page import Page
from envkb.publish.render.summary import Summary
from envkb.publish.render.template import fill
from envkb.publish.render.text import visible

PLAIN: Final = ("id", "title", "created", "symptoms", "measured")
"""Columns with a value of its own in most rows."""
FACETS: Final = (
    "standing",
    "outcome",
    "host_name",
    "gpu",
    "cpu",
    "system",
    "architecture",
    "manager",
    "python",
    "torch",
    "kind",
)
"""Columns with few different values, written once each and referred to by number."""
LISTS: Final = ("tags", "classes")
"""Likewise, with any number of values in a row."""


def explorer_page(rows: Sequence[Summary]) -> Page:
    """Return the page that lists every record."""
    return Page(
        path="records/index.md",
        title="Records",
        description=f"All {len(rows)} records, by machine, environment, outcome and edge case.",
        body=fill("explorer.html", root="../", rows=rows),
    )


def explorer_data(rows: Sequence[Summary]) -> bytes:
    """Return the columns as a script, which a page opened from a file may load where it may not fetch."""
    columns: dict[str, JsonValue] = {name: [_clean(getattr(row, name)) for row in rows] for name in PLAIN}
    for name in FACETS:
        columns[name] = _numbered([[getattr(row, name)] for row in rows], single=True)
    for name in LISTS:
        columns[name] = _numbered([list(getattr(row, name)) for row in rows], single=False)
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return f"window.kbRecords={text};\n".encode()


def _clean(value: str | int) -> str | int:
    return visible(value) if isinstance(value, str) else value


def _numbered(cells: list[list[str]], *, single: bool) -> JsonValue:
    values = sorted({value for cell in cells for value in cell})
    number = {value: position for position, value in enumerate(values)}
    rows: list[JsonValue] = []
    for cell in cells:
        numbers: list[JsonValue] = [number[value] for value in cell]
        rows.append(numbers[0] if single else numbers)
    return {"values": [visible(value) for value in values], "rows": rows}
