"""Citations on the pages of records, and files with which a page makes a bibliography of several."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import Final

from envkb.cite.citation import Citation, cite_record
from envkb.cite.formats import FORMATS
from envkb.cite.styled import STYLED, style_each
from envkb.knowledge.folder import StoredRecord
from envkb.model.record import Record
from envkb.publish.render.entry import Collection, Entry

_LABELS: Final[Mapping[str, str]] = {
    "short": "Short, for a report",
    "apa": "APA",
    "ieee": "IEEE",
    "iso690": "ISO 690",
    "bibtex": "BibTeX",
    "ris": "RIS",
}
"""What a page calls the formats that it holds, in its order."""

_BESIDE: Final = ("bibtex", "ris", "biblatex", "csl-json", "cff", "datacite", "markdown", "long")
"""The formats in the files beside the pages: those that `cite.js` adds to a page, and those of downloads."""

_SHELF: Final = slice(len("KB-2026-"), len("KB-2026-WE"))
"""The part of an id that names the file with its citations: at most 1,024 files, however many records there are."""


@dataclass(frozen=True, slots=True)
class CiteView:
    """One citation in the box.

    Attributes:
        label: What the page calls the format.
        text: The citation.
    """

    label: str
    text: str


def cite_entry(entry: Entry, record: Record, collection: Collection) -> Citation:
    """Return the citation of a record."""
    row = entry.row
    stored = StoredRecord(row.id, row.digest, PurePosixPath(row.path), False, b"", record)  # noqa: FBT003 - never private here
    standing = collection.standing_of(entry)
    vouched = collection.vouched(row)
    return cite_record(stored, collection.settings, standing=standing, logged=vouched.logged, stamped=vouched.stamped)


def cite_views(citations: Sequence[Citation]) -> list[list[CiteView]]:
    """Return what the box of each record shows.

    Styles need the extra `cite`, and are left out without it; for one record alone they take long, so many are given.
    """
    styled = {name: style_each(citations, name) for name in STYLED} if find_spec("citeproc") else {}
    names = [name for name in _LABELS if name not in STYLED or name in styled]
    return [
        [
            CiteView(
                _LABELS[name], (styled[name][number] if name in styled else FORMATS[name]([citation])).rstrip("\n")
            )
            for name in names
        ]
        for number, citation in enumerate(citations)
    ]


def citation_files(citations: Iterable[Citation]) -> Iterator[tuple[str, bytes]]:
    """Yield scripts with citations that no page holds, by path; an id tells which file it is in.

    They are scripts, since a page that was opened from a file may load one where it may not fetch.
    """
    shelves: dict[str, dict[str, dict[str, str]]] = {}
    for citation in citations:
        texts = {name: FORMATS[name]([citation]) for name in _BESIDE}
        shelves.setdefault(citation.id[_SHELF], {})[citation.id] = texts
    for shelf, texts_by_id in sorted(shelves.items()):
        text = json.dumps(texts_by_id, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield f"records/cite/{shelf}.js", f"Object.assign(window.kbCitations ||= {{}},{text});\n".encode()
