"""A place in a text that must not be stored, and how such places are found and put together."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What a place holds; where two places overlap, the kind named first here wins."""

    SECRET = "secret"  # noqa: S105 - the name of a kind
    """A password, a key, the value of a secret variable."""
    TOKEN = "token"  # noqa: S105 - the name of a kind
    """A token that is known by its form."""
    CREDENTIAL = "credential"
    """The user and password of an address."""
    INDEX = "index"
    """The address of an index, channel or file that has no public name."""
    ADDRESS = "address"
    """An address that is kept by its name."""
    EMAIL = "email"
    PREFIX = "prefix"
    HOME = "home"
    UUID = "uuid"
    SERIAL = "serial"
    MAC = "mac"
    IP = "ip"
    HOST = "host"
    USER = "user"


SEPARATOR: Final = "\x00"
"""Stands between texts that are searched together; no place reaches across it."""

_RANK: Final = {kind: rank for rank, kind in enumerate(Kind)}
_ALWAYS_COUNTED: Final = frozenset((Kind.SECRET, Kind.TOKEN, Kind.CREDENTIAL))


class Span(NamedTuple):
    """One place.

    Attributes:
        start: Where it starts.
        end: Where it ends.
        kind: What it holds.
        value: What its placeholder stands for; None means the text of the place.
        name: What replaces it where that is no placeholder.
    """

    start: int
    end: int
    kind: Kind
    value: str | None = None
    name: str | None = None


def lower(text: str) -> str:
    """Return a text in lower case, every character at its place."""
    low = text.lower()
    if len(low) == len(text):
        return low
    # A few capitals become two characters, which would shift every position behind them.
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def needle_of(value: str) -> str:
    """Return the longest piece of a value that can be looked for among the words of a text."""
    return max(lower(value).split(), key=len, default="")


class Subject:
    """A text that is searched, also in lower case with the same positions."""

    def __init__(self, text: str) -> None:
        """Keep the text as it is."""
        self.text = text

    @cached_property
    def low(self) -> str:
        """The text in lower case."""
        return lower(self.text)

    @cached_property
    def words(self) -> str:
        """Every word of the text in lower case, once.

        The text of a machine repeats itself: this is a tenth of it, and tells at once which rules cannot match.
        """
        lines = set(self.low.split("\n"))
        return " ".join(set("\n".join(lines).split()))

    def has(self, needle: str) -> bool:
        """Tell whether the text holds a needle: lower case, no white space."""
        return needle in self.words


Finder = Callable[[Subject], Iterable[Span]]


class Rule(NamedTuple):
    """A place known by its form.

    The pattern starts with plain characters wherever that is possible, and what stands before them is checked by
    looking back: Python finds a literal start about twenty times faster than a class of characters.

    Attributes:
        kind: What it holds.
        needle: Text in lower case, no white space, without which the pattern cannot match.
        pattern: The place is its last group that matched, else all of it.
        accept: Tells whether the text of the place is one.
        blind: Whether case does not count.
        before: How many characters before the match belong to the place.
        value: What the placeholder stands for; None means the text of the place.
    """

    kind: Kind
    needle: str
    pattern: str
    accept: Callable[[str], bool] | None = None
    blind: bool = True
    before: int = 0
    value: str | None = None

    def find(self, subject: Subject) -> Iterator[Span]:
        """Yield the places in a text that has the needle."""
        text = subject.low if self.blind else subject.text
        for match in re.finditer(self.pattern, text):
            start, end = match.span(match.lastindex or 0)
            if self.accept is None or self.accept(text[start:end]):
                yield Span(start - self.before, end, self.kind, self.value)


def find_all(rules: Sequence[Rule], subject: Subject) -> Iterator[Span]:
    """Yield what any of the rules finds."""
    words = subject.words
    for rule in rules:
        if rule.needle in words:
            yield from rule.find(subject)


class Settled(NamedTuple):
    """Places that do not overlap, and the secrets that disappear inside of larger places.

    Attributes:
        spans: The places, in order.
        inside: Kinds of the secrets that a larger place covers.
    """

    spans: tuple[Span, ...]
    inside: tuple[Kind, ...]


def settle(spans: Iterable[Span]) -> Settled:
    """Join places that overlap: nothing of any of them may stay."""
    kept: list[Span] = []
    inside: list[Kind] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, _RANK[span.kind])):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
            continue
        last = kept[-1]
        if span.end > last.end:
            kept[-1] = Span(last.start, span.end, min(last.kind, span.kind, key=_RANK.__getitem__))
        elif span.kind in _ALWAYS_COUNTED and span.kind is not last.kind:
            inside.append(span.kind)
    return Settled(tuple(kept), tuple(inside))
