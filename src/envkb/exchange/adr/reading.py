"""Reads one decision record of another tool: what it says of itself, with the words it says it in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from envkb.exchange.adr.dates import read_date
from envkb.exchange.adr.fields import Field, fields_in, section_fields
from envkb.exchange.adr.front import FrontMatter, split_front_matter
from envkb.exchange.adr.labels import Label, label_of
from envkb.exchange.adr.markdown import LONGEST, Heading, find_headings, visible_lines
from envkb.exchange.adr.statuses import Status, is_choice, read_status
from envkb.exchange.adr.supersession import Direction, Link, links_anywhere, links_at_start, mentions_part
from envkb.exchange.adr.targets import definitions, read_list, read_value

_LIST_ITEM: Final = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*(?:[-*+•]|\d+[.)])[ \t]+(?P<text>.+)")
_PLACEHOLDER: Final = re.compile(r"\s*(?:\{.*\}|\[[^\]@,]*\]|<[^>@]*>)\s*", re.DOTALL)
_NAMES: Final = re.compile(r"\s*[,;、，]\s*|\s+(?:&|and|und|et|y|и)\s+")
_SUPERSESSION: Final[dict[Label, Direction]] = {
    Label.SUPERSEDES: "supersedes",
    Label.SUPERSEDED_BY: "superseded_by",
}


@dataclass(frozen=True, slots=True)
class ForeignAdr:
    """What a decision record says of itself.

    Attributes:
        title: As it is written in the front matter, else in the first heading of level one; null where there is none.
        status: What its status means; null where none is stated, or its words are not known.
        status_text: The status as it is written.
        date: The date; null where none is stated, or it could be read in two ways.
        date_text: The date as it is written.
        deciders: Who decided, as they are written.
        links: Which records it supersedes, and by which it is superseded, each once.
        front: Its front matter, with a byte-order mark and the marks around it; empty where there is none.
    """

    title: str | None
    status: Status | None
    status_text: str | None
    date: date | None
    date_text: str | None
    deciders: tuple[str, ...]
    links: tuple[Link, ...]
    front: str

    @property
    def supersedes(self) -> tuple[str, ...]:
        """The records that it supersedes, as they are written."""
        return tuple(link.target for link in self.links if link.direction == "supersedes")

    @property
    def superseded_by(self) -> tuple[str, ...]:
        """The records by which it is superseded, as they are written."""
        return tuple(link.target for link in self.links if link.direction == "superseded_by")


def read_adr(text: str, *, day_first: bool | None = None) -> ForeignAdr:
    """Return what a decision record says of itself.

    Args:
        text: The file.
        day_first: Whether `05/02/2018` is in February, where the records beside this one show it.
    """
    front = split_front_matter(text)
    lines = visible_lines(text[len(front.text) :])
    headings = find_headings(lines)
    fields, sections = _fields(front, lines, headings)
    status_text = _first_text(fields, Label.STATUS)
    date_text = _first_text(fields, Label.DATE)
    deciders = _first_text(fields, Label.DECIDERS) or ""
    links = _links(fields, sections, lines, headings)
    return ForeignAdr(
        title=_title(front, headings),
        status=read_status(status_text) if status_text else None,
        status_text=status_text,
        date=read_date(date_text, day_first=day_first) if date_text else None,
        date_text=date_text,
        deciders=_names(deciders),
        links=tuple(dict.fromkeys(links)),
        front=front.text,
    )


def _names(text: str) -> tuple[str, ...]:
    if _PLACEHOLDER.fullmatch(text):
        return ()
    names = _NAMES.split(re.sub(r"^\[([^\]]*)\]$", r"\1", text.strip()))
    return tuple(name.strip() for name in names if name.strip())


def _title(front: FrontMatter, headings: Sequence[Heading]) -> str | None:
    stated = front.values.get("title")
    if isinstance(stated, str) and stated.strip():
        return stated
    return next((heading.text for heading in headings if heading.level == 1 and heading.text), None)


def _fields(
    front: FrontMatter, lines: Sequence[str], headings: Sequence[Heading]
) -> tuple[list[Field], list[Sequence[str]]]:
    """Return the fields, those that count most first, and the lines of the sections that state a status."""
    fields = [
        Field(label, text[:LONGEST], "")
        for key, value in front.values.items()
        if (label := label_of(key))
        for text in _items(value, apart=label in _SUPERSESSION)
    ]
    fields += fields_in(lines[: _header_end(lines, headings)])
    sections: list[Sequence[str]] = []
    for field, body in section_fields(lines, headings):
        inner = fields_in(body)
        fields += inner
        if field.label is Label.STATUS:
            sections.append(body)
        if not inner:
            fields.append(field)
    return fields, sections


def _items(value: str | list[str], *, apart: bool) -> Sequence[str]:
    texts = value if isinstance(value, list) else [value]
    return texts if apart else [", ".join(texts)]


def _header_end(lines: Sequence[str], headings: Sequence[Heading]) -> int:
    """Return where the part that tells about the record ends: at the first section."""
    for number, heading in enumerate(headings):
        is_title = number == 0 and heading.level > 1 and not label_of(heading.text) and not any(lines[: heading.line])
        if (heading.level > 1 and not is_title) or label_of(heading.text):
            return heading.line
    return len(lines)


def _first_text(fields: Sequence[Field], label: Label) -> str | None:
    for field in fields:
        if field.label is label:
            text = (field.text.strip() or field.more.partition("\n")[0].strip())[:LONGEST]
            if text:
                return text
    return None


def _links(
    fields: Sequence[Field], sections: Sequence[Sequence[str]], lines: Sequence[str], headings: Sequence[Heading]
) -> Iterator[Link]:
    addresses = definitions(lines)
    for field in fields:
        if (direction := _SUPERSESSION.get(field.label)) and not is_choice(field.text):
            yield from _stated(field, direction, addresses)
        elif field.label is Label.STATUS and not is_choice(field.text):
            yield from links_anywhere(f"{field.text}\n{field.more}", addresses)
    for body in sections:
        if not is_choice("\n".join(body)):
            yield from links_anywhere("\n".join(body), addresses)
    for paragraph in _openings(lines, _header_end(lines, headings)):
        yield from links_at_start(paragraph, addresses)


def _stated(field: Field, direction: Direction, addresses: Mapping[str, str]) -> Iterator[Link]:
    items = [match["text"] for line in field.more.split("\n") if (match := _LIST_ITEM.fullmatch(line))]
    if not items:
        # A list that is too long for its line goes on behind a comma.
        items = [f"{field.text}\n{field.more}" if field.text.rstrip().endswith((",", "、")) else field.text]
    for item in items:
        found = read_list(item.strip(), 0, addresses).targets or read_value(item)
        yield from (Link(direction, target, mentions_part(item)) for target in found)


def _openings(lines: Sequence[str], header_end: int) -> Iterator[str]:
    """Yield the paragraphs of the header and the items of lists anywhere: what may begin with "Superseded by"."""
    for number, line in enumerate(lines):
        item = _LIST_ITEM.fullmatch(line)
        starts = number == 0 or not lines[number - 1].strip()
        if item or (number < header_end and starts and line.strip()):
            rest = [line] if item else _paragraph(lines, number)
            yield " ".join(part.strip() for part in rest)


def _paragraph(lines: Sequence[str], start: int) -> Sequence[str]:
    end = next((number for number in range(start, len(lines)) if not lines[number].strip()), len(lines))
    return lines[start:end]
