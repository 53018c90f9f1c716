"""The lines and headings of a Markdown text that a reader sees."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

LONGEST: Final = 2000
"""How much of a line, or of a field, is looked at: whoever says it in more words says it in the first of them."""

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_FENCE: Final = re.compile(r"[ \t>]*(`{3,}|~{3,})(?P<info>.*)")
_ATX: Final = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<text>.*?))?(?:[ \t]+#+)?[ \t]*")
_SETEXT: Final = re.compile(r" {0,3}(?P<mark>=+|-+)[ \t]*")
_HTML_TITLE: Final = re.compile(r"[ \t]*<h1\b[^>]*>(?P<text>.+?)</h1>.*", re.IGNORECASE)
_NO_PARAGRAPH: Final = re.compile(r" {0,3}(?:[#>|]|[-*+][ \t]|\d+[.)][ \t]| {4}|\t|<)")
_SHIELD: Final = re.compile(r"!\[(?P<alt>[^\]]*)\]\([^)\s]*/badge/(?P<message>[^)\s?]*)[^)]*\)")


class Heading(NamedTuple):
    """A heading.

    Attributes:
        level: From 1 to 6.
        text: Its words as they are written.
        line: Index of its first line.
        end: Index of the first line behind it.
    """

    level: int
    text: str
    line: int
    end: int


def visible_lines(text: str) -> list[str]:
    """Return the lines of a text, long ones cut; those in code fences and comments are empty."""
    lines = [line[:LONGEST] for line in _LINE_END.split(text)]
    last_close = max((number for number, line in enumerate(lines) if "-->" in line), default=-1)
    visible: list[str] = []
    fence = ""
    in_comment = False
    for number, line in enumerate(lines):
        opened = None if in_comment else _FENCE.fullmatch(line)
        if fence:
            closes = opened and opened[1].startswith(fence) and not opened["info"].strip()
            fence = "" if closes else fence
            visible.append("")
        elif opened and not (opened[1].startswith("`") and "`" in opened["info"]):
            fence = opened[1]
            visible.append("")
        else:
            # A comment that nothing closes is text: a reader of the file sees it.
            seen, in_comment = _without_comments(line, inside=in_comment, closes_later=number < last_close)
            visible.append(seen)
    return visible


def _without_comments(line: str, *, inside: bool, closes_later: bool) -> tuple[str, bool]:
    seen = ""
    while line:
        before, mark, after = line.partition("-->" if inside else "<!--")
        if not inside:
            seen += before
            if mark and "-->" not in after and not closes_later:
                return seen + mark + after, False
        elif not mark:
            return seen, True
        if not mark:
            break
        inside, line = not inside, after
    return seen, inside


def find_headings(lines: Sequence[str]) -> list[Heading]:
    """Return the headings among visible lines: with number signs, underlined, and the titles written in HTML."""
    return list(_headings(lines))


def _headings(lines: Sequence[str]) -> Iterator[Heading]:
    paragraph = 0
    for number, line in enumerate(lines):
        if atx := _ATX.fullmatch(line):
            yield Heading(len(atx["marks"]), atx["text"] or "", number, number + 1)
        elif html := _HTML_TITLE.fullmatch(line):
            yield Heading(1, html["text"].strip(), number, number + 1)
        elif number > paragraph and (underline := _SETEXT.fullmatch(line)):
            yield from _underlined(lines[paragraph:number], underline["mark"][0], paragraph)
        elif line.strip() and not _NO_PARAGRAPH.match(line):
            continue
        paragraph = number + 1


def _underlined(paragraph: Sequence[str], mark: str, first: int) -> Iterator[Heading]:
    # Lines such as `Status: accepted` above a rule are fields, whatever Markdown makes of them.
    is_fields = mark == "-" and (len(paragraph) > 1 or re.search(r"[:：]", paragraph[0]))
    if not is_fields:
        text = " ".join(line.strip() for line in paragraph)
        yield Heading(1 if mark == "=" else 2, text, first, first + len(paragraph) + 1)


def spell_out_badges(text: str) -> str:
    """Return the text with badges as the words that they show."""
    return _SHIELD.sub(lambda badge: _badge_words(badge["alt"], badge["message"]), text)


def _badge_words(alt: str, message: str) -> str:
    # `label-message-colour`, where two hyphens are one and an underscore is a space.
    parts = message.removesuffix(".svg").replace("--", "\0").split("-")
    words = [part.replace("\0", "-").replace("_", " ").replace("%20", " ") for part in parts]
    shown = ": ".join(words[:2]) if len(words) > 2 else words[0]  # noqa: PLR2004 - label, message and colour
    return shown or alt


def without_accents(text: str) -> str:
    """Return the text as many people type it: `decide` for `décidé`; composed, so that equal texts are equal."""
    plain = (char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", "".join(plain))


def without_markup(text: str) -> str:
    """Return the words of one line: without emphasis, code marks, list marks, links' addresses and pictures."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", " ", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"</?[a-zA-Z][^>]*>", " ", text)
    return re.sub(r"[*`~]|(?<!\w)_|_(?!\w)", "", text).strip()
