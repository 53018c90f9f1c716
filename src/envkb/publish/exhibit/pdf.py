"""The dossier as PDF, set by typst (extra `exhibit`)."""

import json
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files

from pydantic import JsonValue

from envkb.errors import InvalidDataError, ToolMissingError
from envkb.publish.exhibit.dossier import PACKAGE, RecordPages, custody, intro, pages_of
from envkb.publish.exhibit.exhibit import Exhibit
from envkb.publish.exhibit.words import CERTIFICATION, EXPLANATIONS
from envkb.publish.render.comparison_section import ComparisonView
from envkb.publish.render.text import visible


def as_pdf(exhibit: Exhibit) -> bytes:
    """Return the dossier as PDF/A; the same bytes for the same records.

    Raises:
        ToolMissingError: typst is not installed.
        InvalidDataError: No font here has a character of the records.
    """
    try:
        import typst  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ToolMissingError(
            "typst is not installed", hint="pip install 'envkb[exhibit]'; or ask for .html"
        ) from error
    template = (files(PACKAGE) / "templates/dossier.typ").read_bytes()
    inputs = {"data": json.dumps(_data(exhibit), ensure_ascii=False)}
    # A PDF must bear a date: that of the newest record is the same whenever it is made.
    newest = max(datetime.fromisoformat(piece.stored.record.created) for piece in exhibit.pieces)
    # The fonts that typst brings along are the same everywhere; those of the system are asked only for what these lack.
    said = ""
    for own_fonts_only in (True, False):
        try:
            return typst.compile(
                template,
                format="pdf",
                sys_inputs=inputs,
                ignore_system_fonts=own_fonts_only,
                pdf_standards="a-2b",
                timestamp=int(newest.timestamp()),
            )
        except typst.TypstError as error:
            said = " ".join(str(error).split())[:200]
    raise InvalidDataError(f"the PDF cannot be made: {said}", hint="ask for .html or .zip, which need no fonts")


def _data(exhibit: Exhibit) -> JsonValue:
    pages = [pages_of(piece) for piece in exhibit.pieces]
    return _visible(
        {
            "title": pages[0].title,
            "intro": intro(exhibit.publisher, len(pages)),
            "foot": ", ".join(page.id for page in pages[:3]) + (" …" if len(pages) > 3 else ""),  # noqa: PLR2004
            "pages": [_page(page) for page in pages],
            "explanations": [list(each) for each in EXPLANATIONS],
            "steps": exhibit.files["STEPS.txt"].decode(),
            "custody": [
                [event.when, event.who, event.what, event.source]
                for piece in exhibit.pieces
                for event in custody(piece)
            ],
            "certification": CERTIFICATION,
        }
    )


def _page(page: RecordPages) -> JsonValue:
    return {
        "id": page.id,
        "title": page.title,
        "banners": list(page.banners),
        "named": [list(row) for row in page.named],
        "summary": page.summary,
        "machine": [[card.title, "; ".join((card.headline, *card.lines))] for card in page.cards],
        "measurements": [
            [each.name, each.value.quantity, each.middle, str(len(each.value.samples)), each.spread or "one sample"]
            for each in page.measurements
        ],
        "comparisons": _comparisons(page.comparison),
        "edge_cases": [
            [case.class_, case.severity or "not stated", case.symptom, case.workaround or "none stated"]
            for case in page.edge_cases
        ],
        "outcomes": [[outcome.layer, outcome.status, outcome.says] for outcome in page.outcomes],
        "statements": list(page.statements),
        "text": page.text,
    }


def _comparisons(found: ComparisonView | None) -> JsonValue:
    if found is None:
        return []
    return [
        {
            "title": contrast.title,
            "basis": f"A ratio within {found.margin} of 1 counts as equivalent; "
            f"intervals have a confidence of {found.confidence}.",
            "lines": [
                [line.name, line.baseline, line.candidate, line.ratio, f"{line.verdict} {line.remark}".strip()]
                for line in contrast.lines
            ],
            "notes": [list(note) for note in contrast.notes],
        }
        for contrast in found.contrasts
    ]


def _visible(tree: JsonValue) -> JsonValue:
    # What cannot be seen is shown, as on the site.
    if isinstance(tree, str):
        return visible(tree)
    if isinstance(tree, dict):
        return {key: _visible(value) for key, value in tree.items()}
    if isinstance(tree, Sequence):
        return [_visible(value) for value in tree]
    return tree
