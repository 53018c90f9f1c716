"""The static API: the same knowledge for programs."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import JsonValue

from envkb.model.record import Record
from envkb.publish.render.entry import Collection
from envkb.publish.render.record_sections import attachment_file
from envkb.publish.render.summary import Summary

_BASE = "api/v1"


def api_files(collection: Collection, rows: Sequence[Summary]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the API that are computed, by path."""
    yield f"{_BASE}/index.json", _pretty(_index(collection, rows))
    yield f"{_BASE}/schema/record.json", _pretty(Record.model_json_schema(by_alias=True))
    lines = (
        {"id": entry.id, "digest": entry.digest, "record": entry.record.model_dump(mode="json")}
        for entry in collection.entries
    )
    yield f"{_BASE}/records.ndjson", b"".join(_line(line) for line in lines)


def api_copies(collection: Collection, attachments: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of the API that are byte copies, by path, with the file to copy.

    Args:
        collection: The records.
        attachments: The folder of attachments.
    """
    for entry in collection.entries:
        yield f"{_BASE}/records/{entry.id}.json", entry.file
        for item in entry.record.attachments:
            yield f"{_BASE}/attachments/{attachment_file(item)}", attachments / item.sha256[:2] / item.sha256


def _index(collection: Collection, rows: Sequence[Summary]) -> JsonValue:
    settings = collection.settings
    return {
        "schema": "envkb.api.index/1",
        "knowledge_base": {"id": settings.id, "title": settings.title, "base_url": settings.base_url},
        "records": [
            {
                "id": row.id,
                "digest": row.digest,
                "path": f"records/{row.id}.json",
                "title": row.title,
                "created": collection.by_id[row.id].record.created,
                "kind": row.kind,
                "outcome": row.outcome or None,
                "state": collection.by_id[row.id].state,
                "tags": list(row.tags),
                "edge_cases": list(row.classes),
            }
            for row in rows
        ],
    }


def _pretty(tree: JsonValue) -> bytes:
    return (json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _line(tree: object) -> bytes:
    return (json.dumps(tree, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
