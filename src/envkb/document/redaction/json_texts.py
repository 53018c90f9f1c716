"""JSON as text: its strings are cleaned as what they say, and everything else stays as it was written."""

import json
import re
from collections.abc import Callable, Container, Iterator
from typing import TYPE_CHECKING, NamedTuple

from envkb.document.redaction.chunks import NAMES, VALUES, Labelled, clean_together, join, label_of, walk

if TYPE_CHECKING:
    from pydantic import JsonValue


class _String(NamedTuple):
    """A string of a JSON text, with its quotes from start to end."""

    start: int
    end: int
    chunk: Labelled


def clean_json(text: str, clean: Callable[[str], str]) -> str | None:
    """Return a JSON text with its strings cleaned, keys too; None where it is no JSON.

    Cleaning the text as it stands would break escapes, and miss what they hide.
    """
    if _documents(text) is None:
        return None
    strings = list(_strings(text))
    out: list[str] = []
    done = 0
    for string, cleaned in zip(strings, clean_together([string.chunk for string in strings], clean), strict=True):
        if cleaned != string.chunk.text:
            ascii_only = text[string.start : string.end].isascii()
            out += text[done : string.start], json.dumps(cleaned, ensure_ascii=ascii_only)
            done = string.end
    return "".join((*out, text[done:]))


def without_escapes(text: str, keep: Container[str]) -> str:
    """Return what there is to look at in a text: of JSON its strings as they read, but for the keys to keep."""
    documents = _documents(text)
    if documents is None:
        return text
    rest = [
        {key: value for key, value in document.items() if key not in keep} if isinstance(document, dict) else document
        for document in documents
    ]
    try:
        return join([*walk(rest), *(Labelled("", key) for key in _keys(rest))])
    except RecursionError:
        return text


def _documents(text: str) -> "list[JsonValue] | None":
    """Return the one JSON document that the text is, or those on its lines; None for any other text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None


def _strings(text: str) -> Iterator[_String]:
    colon = re.compile(r"\s*:")
    decode = json.JSONDecoder().raw_decode
    key = name = ""
    start = text.find('"')
    while start >= 0:
        value, end = decode(text, start)
        if colon.match(text, end):
            key = value
            yield _String(start, end, Labelled("", value))
        else:
            name = value if key in NAMES else name
            yield _String(start, end, Labelled(label_of(name) if key in VALUES and name else key, value))
            key = ""
        start = text.find('"', end)


def _keys(tree: "JsonValue") -> Iterator[str]:
    if isinstance(tree, dict):
        yield from tree
        for value in tree.values():
            yield from _keys(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _keys(value)
