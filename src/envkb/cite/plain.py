"""Brings the texts of a record to one line without characters that act on the reader's program. Pure."""

import unicodedata
from typing import Final

_ACTING: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """Return a text on one line: white space as single spaces, control and bidi characters shown as `<U+202E>`.

    What a citation holds goes through here once; each format then escapes what has a meaning in it alone.
    """
    return "".join(_shown(char) for char in " ".join(text.split()))


def _shown(char: str) -> str:
    acts = char in _BIDI or unicodedata.category(char) in _ACTING
    return f"<U+{ord(char):04X}>" if acts else char
