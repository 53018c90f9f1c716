"""The fields that a decision record's text holds: bullets, lines, tables, badges and sections, however it is made."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from envkb.exchange.adr.labels import Label, label_of
from envkb.exchange.adr.markdown import Heading, spell_out_badges

_MARKS: Final = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*(?:[-*+•‣◦][ \t]+|\d+[.)][ \t]+)?")
_ENTRY: Final = re.compile(r"(?!!\[)(?P<key>[^:：|]{1,70}?)[ \t]*[:：](?!//)(?P<value>.*)")
_BOLD_KEY: Final = re.compile(r"(?P<mark>\*\*|__)(?P<key>[^*_:：]{1,50})(?P=mark)[ \t]*[-–—=]?[ \t]+(?P<value>\S.*)")
# `Date: … · Status: …` on one line.
_NEXT_ENTRY: Final = re.compile(
    r"\s+[·•|‖;—–]\s*(?=[^:：|]{1,40}[:：])|[.;,。]\s+(?=[^\s:：.;,]{1,20}[:：]\s)|\s{2,}(?=\*\*[^*]+:)"
)
_RULE: Final = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*")
_CELL: Final = re.compile(r"(?<!\\)\|")
_BADGE: Final = re.compile(r"!\[[^\]]*\]\([^)\s]*/badge/[^)]*\)")
_THEMATIC_BREAK: Final = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_TICKED: Final = re.compile(r"\[[xX✓✔]\][ \t]*(?P<text>.+)")


class Field(NamedTuple):
    """A field.

    Attributes:
        label: What it is.
        text: Its value as it is written.
        more: The lines behind it that may belong to it.
    """

    label: Label
    text: str
    more: str


def fields_in(lines: Sequence[str]) -> list[Field]:
    """Return the fields among visible lines, in their order."""
    found: list[Field] = []
    for number, line in enumerate(lines):
        for label, text in (*_entries(lines, number), *_badges(line)):
            found.append(Field(label, text, _continuation(lines, number + 1)))
    return found


def section_fields(lines: Sequence[str], headings: Sequence[Heading]) -> Iterator[tuple[Field, Sequence[str]]]:
    """Yield a field for each section whose heading names one, with the lines of that section."""
    for number, heading in enumerate(headings):
        end = headings[number + 1].line if number + 1 < len(headings) else len(lines)
        body = lines[heading.end : end]
        entry = _ENTRY.fullmatch(heading.text)
        if label := label_of(heading.text):
            yield Field(label, first_block(body), "\n".join(body)), body
        elif entry and entry["value"].strip() and (label := label_of(entry["key"])):
            yield Field(label, _clean(entry["value"]), ""), body


def first_block(lines: Sequence[str]) -> str:
    """Return the first paragraph, or the first item of the list, with which a section begins."""
    kept: list[str] = []
    for line in lines:
        if line.strip() and not _THEMATIC_BREAK.fullmatch(line):
            kept.append(line)
        elif kept:
            break
    if not kept:
        return ""
    if ticked := [match["text"] for line in kept if (match := _TICKED.search(line))]:
        return _clean(ticked[0])
    marks = _MARKS.match(kept[0])
    if marks and re.search(r"[-*+•]", marks[0]) and "[ ]" not in kept[0]:
        return _clean(kept[0])
    return "\n".join(re.sub(r"^[ \t]*>[ \t]?", "", line).strip() for line in kept).strip()


def _entries(lines: Sequence[str], number: int) -> Iterator[tuple[Label, str]]:
    line = lines[number]
    if line.count("|") > 1 or line.lstrip().startswith("|"):
        cells = _cells(line)
        yield from _row(cells, lines, number)
        if "|" in line.strip().strip("|") and any(label_of(cell) for cell in cells):
            return
    bare = line[len(marks[0]) :] if (marks := _MARKS.match(line)) else line
    for part in _NEXT_ENTRY.split(bare):
        entry = _ENTRY.fullmatch(part) or _BOLD_KEY.fullmatch(part)
        if entry and (label := label_of(entry["key"])):
            yield label, _clean(entry["value"])


def _row(cells: Sequence[str], lines: Sequence[str], number: int) -> Iterator[tuple[Label, str]]:
    labels = [label_of(cell.rstrip(":： ")) for cell in cells]
    is_head = number + 2 < len(lines) and _RULE.fullmatch(lines[number + 1]) and "-" in lines[number + 1]
    below = _cells(lines[number + 2]) if is_head else []
    # A row above a rule names columns, unless it is the first of a table without a head.
    if is_head and below and not (labels[0] and label_of(below[0])):
        yield from ((label, cell) for label, cell in zip(labels, below, strict=False) if label and cell)
    elif labels[0] and len(cells) > 1:
        yield labels[0], cells[1]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELL.split(line.strip().removeprefix("|").removesuffix("|"))]


def _badges(line: str) -> Iterator[tuple[Label, str]]:
    for badge in _BADGE.findall(line):
        entry = _ENTRY.fullmatch(spell_out_badges(badge))
        if entry and (label := label_of(entry["key"])):
            yield label, entry["value"].strip()


def _continuation(lines: Sequence[str], start: int) -> str:
    kept: list[str] = []
    for number in range(start, len(lines)):
        line = lines[number]
        is_nested = line[:1] in " \t"
        is_other = not is_nested and (marks := _MARKS.match(line)) is not None and marks[0].strip() != ""
        if not line.strip() or is_other or any(_entries(lines, number)) or line.lstrip().startswith("#"):
            break
        kept.append(line.strip())
    return "\n".join(kept)


def _clean(value: str) -> str:
    """Return a value without what belongs to the line: marks of lists, a hard break, emphasis begun in its name."""
    value = value.strip().removesuffix("\\").strip()
    for mark in ("**", "__"):
        if value.count(mark) % 2:
            value = value.removeprefix(mark) if value.startswith(mark) else value.removesuffix(mark)
    value = value.strip()
    marks = _MARKS.match(value)
    return value[len(marks[0]) :].strip() if marks else value
