"""The static API: the same knowledge for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import JsonValue

from envkb.document.schema import record_schema, settings_schema
from envkb.model.settings import Settings
from envkb.publish.render.entry import Entry
from envkb.publish.render.summary import Summary

BASE: Final = "api/v1"
SCHEMA: Final = "envkb.api.index/1"


def api_files(rows: Sequence[Summary], settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Yield index and schemas, by path."""
    yield f"{BASE}/index.json", _pretty(_index(rows, settings))
    yield f"{BASE}/schema/record.json", _pretty(record_schema())
    yield f"{BASE}/schema/kb.json", _pretty(settings_schema())


def record_lines(entries: Sequence[Entry]) -> Iterator[bytes]:
    """Yield all records as lines of JSON (NDJSON), newest first, each with its id and digest."""
    for entry in entries:
        tree = {"id": entry.row.id, "digest": entry.row.digest, "record": json.loads(entry.file.read_bytes())}
        yield (json.dumps(tree, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _index(rows: Sequence[Summary], settings: Settings) -> JsonValue:
    return {
        "schema": SCHEMA,
        "knowledge_base": {"id": settings.id, "title": settings.title, "base_url": settings.base_url},
        "records": [_line(row.entry) for row in rows],
    }


def _line(entry: Entry) -> JsonValue:
    row = entry.row
    return {
        "id": row.id,
        "digest": row.digest,
        "path": f"records/{row.id}.json",
        "title": row.title,
        "created": row.created,
        "kind": row.kind,
        "state": row.state,
        "outcome": row.outcome,
        "host": row.host,
        "manager": row.manager,
        "python": row.python,
        "tags": list(row.tags),
        "edge_cases": list(row.edges),
    }


def _pretty(tree: JsonValue | Mapping[str, Any]) -> bytes:
    return (json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
