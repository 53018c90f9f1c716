"""Text for the eye: what cannot be seen is shown, what is long is cut."""

import re
from collections.abc import Iterator
from typing import Final

# Controls, invisible and directional formatting, line separators, private use, tags and non-characters. The joiners
# U+200C and U+200D stay: scripts and emoji need them.
_UNSEEN: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U0010ffff]"
)


def visible(text: str) -> str:
    """Return the text with every character that cannot be seen written as `⟨U+202E⟩`; line feeds and tabs stay."""
    return re.sub(_UNSEEN, lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def one_line(text: str, limit: int = 200) -> str:
    """Return the text on one line, cut with an ellipsis at the limit."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def code_span(text: str) -> str:
    """Return a code span of Markdown that holds any text, in a table too; empty for an empty text."""
    line = " ".join(text.split()).replace("|", "\u00a6")
    marks = "`" * (max(map(len, backtick_runs(line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{marks}{pad}{line}{pad}{marks}" if line else ""


def backtick_runs(text: str) -> Iterator[str]:
    """Yield every run of backticks: what encloses a text in Markdown must be longer."""
    return (found[0] for found in re.finditer("`+", text))
