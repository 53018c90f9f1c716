"""Looks for secrets in files that are stored already, where the values of the machine are not known."""

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Final, NamedTuple

from envkb.document.redaction.addresses import AddressFinder
from envkb.document.redaction.chunks import BETWEEN, Labelled, join
from envkb.document.redaction.homes import find_homes
from envkb.document.redaction.identifiers import find_identifiers
from envkb.document.redaction.internet import find_addresses_of_hosts
from envkb.document.redaction.json_texts import is_json, read_strings, without_escapes
from envkb.document.redaction.mentions import find_mentions
from envkb.document.redaction.spans import Finder, Kind, Span, Subject, settle
from envkb.document.redaction.tokens import find_tokens

_NO_LEAKS: Final = frozenset((Kind.ADDRESS, Kind.INDEX))


class Leak(NamedTuple):
    """A place that looks as if something was stored that must not be.

    Attributes:
        kind: What it holds.
        line: Its line, from 1.
        column: Its column, from 1; in a JSON string with escapes, that of the string.
    """

    kind: Kind
    line: int
    column: int


def find_leaks(text: str) -> list[Leak]:
    """Return the places of a text, in order, that hold a secret or name somebody by their form."""
    # Without escapes, JSON reads as it stands.
    spans = _in_json(text) if "\\" in text and is_json(text) else [(span.start, span.kind) for span in _find(text)]
    if not spans:
        return []
    lines = [0, *(line.end() for line in re.finditer("\n", text))]
    rows = [bisect_right(lines, start) for start, _ in spans]
    return [Leak(kind, row, start - lines[row - 1] + 1) for (start, kind), row in zip(spans, rows, strict=True)]


def _find(text: str) -> tuple[Span, ...]:
    finders: tuple[Finder, ...] = (
        find_tokens,
        AddressFinder({}),
        find_homes,
        find_mentions,
        find_identifiers,
        find_addresses_of_hosts,
    )
    subject = Subject(text)
    return settle(span for finder in finders for span in finder(subject) if span.kind not in _NO_LEAKS).spans


def _in_json(text: str) -> list[tuple[int, Kind]]:
    strings = list(read_strings(text))
    read = [without_escapes(string.chunk.text) for string in strings]
    chunks = [Labelled(string.chunk.label, each) for string, each in zip(strings, read, strict=True)]
    offsets = [0, *accumulate(len(chunk.written()) + len(BETWEEN) for chunk in chunks)]
    found: list[tuple[int, Kind]] = []
    for span in _find(join(chunks)):
        index = bisect_right(offsets, span.start) - 1
        string, chunk = strings[index], chunks[index]
        inside = span.start - offsets[index] - chunk.written().index(chunk.text)
        escaped = text[string.start + 1 : string.end - 1] != chunk.text
        found.append((string.start if escaped or inside < 0 else string.start + 1 + inside, span.kind))
    return found
