"""What the smaller sections of a record's page show, worked out so that the template only places it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from envkb.model.edge_case import EdgeCase
from envkb.model.record import Attachment, Claim, Note, Observed
from envkb.publish.render.edge_case_classes import class_slug
from envkb.publish.render.notes import render_note
from envkb.publish.render.quantities import size

_WEB: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_SEVERITY_ORDER: Final[Mapping[str | None, int]] = {"blocker": 0, "major": 1, "minor": 2, "note": 3, None: 4}


@dataclass(frozen=True, slots=True)
class EdgeCaseView:
    """An edge case as a card.

    Attributes:
        value: The edge case.
        page: Name of the page of its class.
        address: Its link where that is an address of the web; empty otherwise.
        worked: What is said of the workaround: `yes`, `no`, or empty.
    """

    value: EdgeCase
    page: str
    address: str
    worked: str


def edge_cases(values: Sequence[EdgeCase]) -> list[EdgeCaseView]:
    """Return the edge cases, the worst first."""
    worst_first = sorted(values, key=lambda case: _SEVERITY_ORDER[case.severity])
    return [
        EdgeCaseView(
            value=case,
            page=class_slug(case.class_),
            address=web_address(case.link),
            worked="" if case.worked is None else "yes" if case.worked else "no",
        )
        for case in worst_first
    ]


def web_address(text: str | None) -> str:
    """Return the text where it is an address that a link may lead to, empty otherwise."""
    return text if text and _WEB.fullmatch(text) else ""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note with its heading (empty where it has none) and its text as HTML."""

    title: str
    body: Markup


def notes(values: Sequence[Note]) -> list[NoteView]:
    """Return the notes."""
    return [NoteView(note.title or "", render_note(note.text)) for note in values]


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with what it was given and what it gave as JSON texts."""

    value: Claim
    parameters: str
    result: str


def claim(value: Claim | None) -> ClaimView | None:
    """Return what the section on the computed content shows."""
    if value is None:
        return None

    def spell(tree: object) -> str:
        return json.dumps(tree, indent=2, ensure_ascii=False, sort_keys=True)

    return ClaimView(value, spell(value.parameters), spell(value.result))


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """An attachment with the file that the site serves for it."""

    value: Attachment
    file: str
    size: str
    cut: str


def attachments(values: Sequence[Attachment]) -> list[AttachmentView]:
    """Return the attachments."""
    return [
        AttachmentView(
            value,
            attachment_file(value),
            size(value.size_bytes),
            "" if value.full_bytes is None else f"cut in the middle, {size(value.full_bytes)} before",
        )
        for value in values
    ]


def attachment_file(value: Attachment) -> str:
    """Return the name under which an attachment is served: an ending that no browser takes for a page."""
    if value.media_type == "application/json":
        return f"{value.sha256}.json"
    return f"{value.sha256}.txt" if value.media_type.startswith("text/") else f"{value.sha256}.bin"


def observed(value: Observed | None) -> str:
    """Return when it happened, in words; empty where nobody said."""
    if value is None:
        return ""
    start = value.start.replace("T", " ").removesuffix("Z")
    end = (value.end or "").replace("T", " ").removesuffix("Z")
    return f"{start} to {end}" if end and end != start else start
