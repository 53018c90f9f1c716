"""What the Markdown of a decision tells without being rendered: its title, and the options considered. Pure."""

import re
from collections.abc import Iterator
from typing import Final

_FENCE: Final = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})")
_HEADING: Final = re.compile(r" {0,3}(?P<level>#{1,6})(?:[ \t]+(?P<text>.*?))?(?:[ \t]+#+)?[ \t]*")
_UNDERLINE: Final = re.compile(r" {0,3}=+[ \t]*")
_ITEM: Final = re.compile(r" {0,3}(?:[-*+]|[0-9]{1,9}[.)])[ \t]+(?P<text>\S.*)")
_BLANK: Final = re.compile(r"[\s.…]*|\{[^{}]*\}")
"""What templates leave to be filled in: `…`, and the `{title of option 1}` of MADR."""
_OPTIONS: Final = re.compile(r"\b(options?|alternatives?)\b", re.IGNORECASE)


def title_of(markdown: str) -> str | None:
    """Return the first level-one heading outside comments and code, verbatim; null where there is none."""
    before = ""
    for line in prose_lines(markdown):
        heading = _HEADING.fullmatch(line)
        if heading and len(heading["level"]) == 1 and heading["text"]:
            return heading["text"].strip()
        if before.strip() and not _HEADING.fullmatch(before) and _UNDERLINE.fullmatch(line):
            return before.strip()
        before = line
    return None


def options_of(markdown: str) -> tuple[str, ...]:
    """Return the list items, or else the headings, below the heading that speaks of options; empty where none does.

    What a template left to be filled in is no option.
    """
    items: list[str] = []
    headings: list[str] = []
    level = 0
    for line in prose_lines(markdown):
        heading = _HEADING.fullmatch(line)
        if heading and (not level or len(heading["level"]) <= level):
            if items or headings:
                break
            level = len(heading["level"]) if _OPTIONS.search(heading["text"] or "") else 0
        elif heading:
            headings.append((heading["text"] or "").strip())
        elif level and (item := _ITEM.fullmatch(line)):
            items.append(item["text"].strip())
    return tuple(option for option in items or headings if not _BLANK.fullmatch(option))


def section_of(markdown: str, words: str) -> str | None:
    """Return the Markdown below the first heading that has one of the words; null where none has.

    Args:
        markdown: The text.
        words: The words, parted by `|`; upper and lower case do not matter.
    """
    wanted = re.compile(rf"\b({words})\b", re.IGNORECASE)
    found: list[str] = []
    level = 0
    for line, prose in _lines(markdown):
        heading = _HEADING.fullmatch(prose) if prose is not None else None
        if heading and level and len(heading["level"]) <= level:
            break
        if level:
            found.append(line)
        elif heading and wanted.search(heading["text"] or ""):
            level = len(heading["level"])
    return "\n".join(found).strip() if level else None


def prose_lines(markdown: str) -> Iterator[str]:
    """Give the lines that are neither code nor comment; a comment that begins or ends within a line is cut out."""
    return (prose for _, prose in _lines(markdown) if prose is not None)


def _lines(markdown: str) -> Iterator[tuple[str, str | None]]:
    # Each line with what of it is prose; null where it is code or comment.
    fence = ""
    commented = False
    for line in markdown.splitlines():
        mark = _FENCE.match(line)
        if fence:
            if mark and mark["mark"].startswith(fence) and not line.strip(" `~"):
                fence = ""
            yield line, None
        elif mark and not commented:
            fence = mark["mark"]
            yield line, None
        else:
            prose, commented = _uncommented(line, commented=commented)
            yield line, prose


def _uncommented(line: str, *, commented: bool) -> tuple[str | None, bool]:
    kept: list[str] = []
    rest, whole = line, not commented and "<!--" not in line
    while rest:
        if commented:
            _, found, rest = rest.partition("-->")
            commented = not found
        else:
            text, found, rest = rest.partition("<!--")
            kept.append(text)
            commented = bool(found)
    text = "".join(kept)
    return (text if whole or text.strip() else None), commented
