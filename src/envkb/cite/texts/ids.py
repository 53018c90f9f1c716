"""Finds what is written like the id of a record. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from envkb.document.identity import normalise_id
from envkb.errors import UsageError

# Word, LaTeX and Markdown write hyphens in many ways: typographic, in braces, escaped, at the end of a line.
_HYPHEN: Final = (
    r"(?:\\nobreakdash|\\mbox)?\{?\\?(?:--?|[\u2010-\u2015\u2212\ufe58\ufe63\uff0d])\}?"
    r"(?:\\(?:allowbreak|linebreak)(?:\{\}|[ \t]+)?)?(?:\n[ \t]*)?"
)
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
# Looser than an id is, so that one with a letter too many or too few is reported rather than overlooked.
_WRITTEN: Final = re.compile(
    rf"(?<![A-Z0-9])KB{_HYPHEN}([0-9OIL]{{4}}){_HYPHEN}([0-9A-Z]{{4,6}}){_HYPHEN}([0-9A-Z]{{5,7}})(?![A-Z0-9])",
    re.IGNORECASE | re.ASCII,
)


class Passage(NamedTuple):
    """A piece of a text, and where it stands.

    Attributes:
        place: Its name for people, such as `footnotes`; null for a whole file, where lines say more.
        text: The piece.
    """

    place: str | None
    text: str


class Mention(NamedTuple):
    """Something that is written like an id.

    Attributes:
        place: Where it stands: `line 12`, `footnotes`.
        text: The id in its one spelling; as it is written where it is none.
        problem: Why it is no id; null where it is one.
    """

    place: str
    text: str
    problem: str | None


def find_mentions(passages: Iterable[Passage]) -> list[Mention]:
    """Return every id that the passages name, each once, in the order of first mention."""
    found: dict[str, Mention] = {}
    for mention in (mention for passage in passages for mention in _mentions(passage)):
        found.setdefault(mention.text, mention)
    return list(found.values())


def _mentions(passage: Passage) -> Iterator[Mention]:
    text = _INVISIBLE.sub("", passage.text)
    for match in _WRITTEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        place = passage.place or f"line {line}"
        written = f"KB-{match[1]}-{match[2]}-{match[3]}".upper()
        try:
            yield Mention(place, normalise_id(written), None)
        except UsageError as error:
            yield Mention(place, written, error.message)
