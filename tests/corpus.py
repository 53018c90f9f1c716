"""The corpus of real machines and texts, read where it is; it is no part of the project."""

import json
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parents[2] / "shared" / "corpus"


class Item(NamedTuple):
    """One file of the corpus with what a correct reading of it gives."""

    file: str
    text: str
    truth: dict[str, Any]


def corpus_items(kind: str) -> list[Item]:
    """Return the items of one kind (`hw`, `env`, `bench`, `adr`, `collect_env`); none where there is no corpus."""
    index = FOLDER / "INDEX.jsonl"
    if not index.is_file():
        return []
    rows = [json.loads(line) for line in index.read_text("utf-8").splitlines()]
    return [
        Item(row["file"], (FOLDER / row["file"]).read_bytes().decode("utf-8", "replace"), row["truth"])
        for row in rows
        if row["kind"] == kind
    ]
