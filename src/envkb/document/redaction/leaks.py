"""Looks for secrets in files that are stored already, where the values of the machine are not known."""

from bisect import bisect_right
from typing import Final, NamedTuple

from envkb.document.redaction.addresses import AddressFinder
from envkb.document.redaction.homes import find_homes
from envkb.document.redaction.identifiers import find_identifiers
from envkb.document.redaction.internet import find_addresses_of_hosts
from envkb.document.redaction.mentions import find_mentions
from envkb.document.redaction.spans import Finder, Kind, Subject, settle
from envkb.document.redaction.tokens import find_tokens

_NO_LEAKS: Final = frozenset((Kind.ADDRESS, Kind.INDEX))


class Leak(NamedTuple):
    """A place that looks as if something was stored that must not be.

    Attributes:
        kind: What it holds.
        line: Its line, from 1.
        column: Its column, from 1.
    """

    kind: Kind
    line: int
    column: int


def find_leaks(text: str) -> list[Leak]:
    """Return the places of a text, in order, that hold a secret or name somebody by their form."""
    finders: tuple[Finder, ...] = (
        find_tokens,
        AddressFinder({}),
        find_homes,
        find_mentions,
        find_identifiers,
        find_addresses_of_hosts,
    )
    subject = Subject(text)
    spans = settle(span for finder in finders for span in finder(subject) if span.kind not in _NO_LEAKS).spans
    if not spans:
        return []
    starts = [0, *(i + 1 for i, letter in enumerate(text) if letter == "\n")]
    rows = [bisect_right(starts, span.start) for span in spans]
    return [Leak(span.kind, row, span.start - starts[row - 1] + 1) for span, row in zip(spans, rows, strict=True)]
