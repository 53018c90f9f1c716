"""Many short texts searched as one, each with the label that tells what it is.

A record has thousands of strings; searching each for dozens of forms would take longer than all else. They are joined,
cleaned once and taken apart again. A value behind a telling key is written as `"hostname": "corgi"` for that, so that
the label counts as it does in any text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from envkb.document.redaction.spans import SEPARATOR

if TYPE_CHECKING:
    from pydantic import JsonValue

BETWEEN: Final = f"\n{SEPARATOR}\n"
"""Stands between two texts."""
_TELLING: Final = (
    r"(?i)host|node|user|login|logname|serial|u[ud]id|token|secret|pass|key|auth|addr|fqdn|cookie|credential|wwn|asset"
    r"|(?:machine|boot).?id|computer|(?:^|_)(?:ip|mac)(?:$|_)"
)
NAMES: Final = ("name", "id", "key")
"""Keys whose value names what stands beside them behind one of `VALUES`."""
VALUES: Final = ("value", "text", "data")


class Labelled(NamedTuple):
    """A text with the key that it stands behind; empty for none."""

    label: str
    text: str

    def written(self) -> str:
        """Return the text as it is searched."""
        return f'"{self.label}": "{self.text}"' if _is_telling(self.label) else self.text


def label_of(place: str) -> str:
    """Return the label that a place in a snapshot gives its text: the last part of a path."""
    return place.rpartition("/")[2]


def join(chunks: Iterable[Labelled]) -> str:
    """Return all texts as one."""
    return BETWEEN.join(chunk.written() for chunk in chunks)


def clean_together(chunks: Sequence[Labelled], clean: Callable[[str], str]) -> list[str]:
    """Return the cleaned texts."""
    # A text that holds the separator itself, as those of a device tree do, cannot be joined.
    joinable = [chunk for chunk in chunks if SEPARATOR not in chunk.text]
    parts = clean(join(joinable)).split(BETWEEN)
    if len(parts) != max(1, len(joinable)):
        parts = [clean(chunk.written()) for chunk in joinable]  # something reached across: never expected, never lost
    cleaned = iter(parts)
    return [
        _unwrap(chunk, clean(chunk.written()) if SEPARATOR in chunk.text else next(cleaned), clean) for chunk in chunks
    ]


def _unwrap(chunk: Labelled, part: str, clean: Callable[[str], str]) -> str:
    if not _is_telling(chunk.label):
        return part
    start = f'"{chunk.label}": "'
    return part[len(start) : -1] if part.startswith(start) and part.endswith('"') else clean(chunk.text)


@cache
def _is_telling(label: str) -> bool:
    return re.search(_TELLING, label) is not None


def walk(tree: "JsonValue", label: str = "") -> Iterator[Labelled]:
    """Yield all strings of a tree in order, keys left out."""
    if isinstance(tree, str):
        yield Labelled(label, tree)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield from walk(value, _label(key, tree))
    elif isinstance(tree, list):
        for value in tree:
            yield from walk(value, label)


def rebuild(tree: "JsonValue", texts: Iterator[str]) -> "JsonValue":
    """Return the tree with its strings replaced, in the order of `walk`."""
    if isinstance(tree, str):
        return next(texts)
    if isinstance(tree, dict):
        return {key: rebuild(value, texts) for key, value in tree.items()}
    if isinstance(tree, list):
        return [rebuild(value, texts) for value in tree]
    return tree


def _label(key: str, siblings: "dict[str, JsonValue]") -> str:
    # `{"name": "hostname", "value": "corgi"}`
    if key in VALUES:
        for name in NAMES:
            value = siblings.get(name)
            if isinstance(value, str):
                return label_of(value)
    return key
