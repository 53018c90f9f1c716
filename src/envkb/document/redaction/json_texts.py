"""JSON as text: its strings are cleaned as what they say, and everything else stays as it was written."""

import json
import re
from collections.abc import Callable, Container, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from envkb.document.redaction.chunks import NAMES, VALUES, Labelled, clean_together, join, label_of, walk

if TYPE_CHECKING:
    from pydantic import JsonValue


_STARTS: Final = frozenset("{[ \n\r\t")


class JsonString(NamedTuple):
    """A string of a JSON text, with its quotes from start to end."""

    start: int
    end: int
    chunk: Labelled


def clean_texts(chunks: Sequence[Labelled], clean: Callable[[str], str]) -> list[str]:
    """Return the texts cleaned; of those that are JSON the strings, keys too, and nothing else changes.

    Cleaning JSON as it stands would break escapes, and miss what they hide.
    """
    json_texts = {i: _clean_json(chunk.text, clean) for i, chunk in enumerate(chunks) if _documents(chunk.text)}
    plain = iter(clean_together([chunk for i, chunk in enumerate(chunks) if i not in json_texts], clean))
    return [json_texts[i] if i in json_texts else next(plain) for i in range(len(chunks))]


def _clean_json(text: str, clean: Callable[[str], str]) -> str:
    strings = list(read_strings(text))
    out: list[str] = []
    done = 0
    for string, cleaned in zip(strings, clean_texts([string.chunk for string in strings], clean), strict=True):
        if cleaned != string.chunk.text:
            ascii_only = text[string.start : string.end].isascii()
            out += text[done : string.start], json.dumps(cleaned, ensure_ascii=ascii_only)
            done = string.end
    return "".join((*out, text[done:]))


def without_escapes(text: str, keep: Container[str] = ()) -> str:
    """Return what there is to look at in a text: of JSON its strings as they read, but for the keys to keep."""
    documents = _documents(text)
    if documents is None:
        return text
    rest = [
        {key: value for key, value in document.items() if key not in keep} if isinstance(document, dict) else document
        for document in documents
    ]
    try:
        chunks = [*walk(rest), *(Labelled("", key) for key in _keys(rest))]
    except RecursionError:
        return text
    return join(Labelled(chunk.label, without_escapes(chunk.text)) for chunk in chunks)


def is_json(text: str) -> bool:
    """Tell whether a text is a JSON object or list, or has one on every line."""
    return _documents(text) is not None


def _documents(text: str) -> "list[JsonValue] | None":
    """Return the one JSON document that the text is, or those on its lines; None for any other text."""
    if text[:1] not in _STARTS or text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None


def read_strings(text: str) -> Iterator[JsonString]:
    """Yield the strings of a JSON text in order, keys too."""
    colon = re.compile(r"\s*:")
    decode = json.JSONDecoder().raw_decode
    key = name = ""
    start = text.find('"')
    while start >= 0:
        value, end = decode(text, start)
        if colon.match(text, end):
            key = value
            yield JsonString(start, end, Labelled("", value))
        else:
            name = value if key in NAMES else name
            yield JsonString(start, end, Labelled(label_of(name) if key in VALUES and name else key, value))
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
