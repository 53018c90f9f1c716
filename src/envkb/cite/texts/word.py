"""Reads the text of a Word file (.docx). Pure."""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final
from xml.parsers import expat

from envkb.cite.texts.ids import Passage
from envkb.errors import InvalidDataError

MAX_PARTS: Final = 10_000
"""Files in the archive beyond which it is no text of a person."""
MAX_UNPACKED: Final = 128 * 1024 * 1024
"""Bytes of text, unpacked, beyond which it is none either."""

_MAIN: Final = "word/document.xml"
_PLACES: Final = ("document", "footnotes", "endnotes", "comments", "header", "footer")
_WORD: Final = "wordprocessingml"
_INSTEAD: Final = {"noBreakHyphen": "-", "softHyphen": "", "tab": "\t", "br": "\n", "cr": "\n"}
_HINT: Final = "open it in Word and save it again as .docx"
# What zipfile raises on a damaged, encrypted or exotic archive.
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, OSError)


def word_passages(data: bytes) -> list[Passage]:
    """Return every paragraph of a Word file: body, notes, comments, headers, footers, and the targets of its links.

    A paragraph is one passage, however many runs Word has split it into. Text that was deleted under track changes is
    left out.

    Raises:
        InvalidDataError: No Word file, or a damaged or encrypted one, or one that unpacks to more than any text has.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return list(_passages(archive))
    except expat.ExpatError as error:
        raise InvalidDataError(f"damaged: {error}", hint=_HINT) from error
    except _DAMAGED as error:
        raise InvalidDataError(f"cannot be unpacked: {error}", hint=_HINT) from error


def _passages(archive: zipfile.ZipFile) -> Iterator[Passage]:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise InvalidDataError(f"has {len(parts)} parts; a Word file has at most {MAX_PARTS}", hint=_HINT)
    if _MAIN not in archive.namelist():
        raise InvalidDataError("no Word file: it has no text in it", hint="save it as .docx, or export it as text")
    left = MAX_UNPACKED
    for part in parts:
        place = _place(PurePosixPath(part.filename))
        if place is None:
            continue
        with archive.open(part) as file:
            xml = file.read(left + 1)
        left -= len(xml)
        if left < 0:
            raise InvalidDataError(f"unpacks to more than {MAX_UNPACKED} bytes of text", hint=_HINT)
        yield from (Passage(place, text) for text in _Paragraphs().read(xml))


def _place(name: PurePosixPath) -> str | None:
    # `word/header2.xml` is a header; `word/_rels/footnotes.xml.rels` holds the targets of the links in footnotes.
    folders = ("word", "word/_rels")
    stem = name.name.partition(".")[0].rstrip("0123456789")
    known = str(name.parent) in folders and name.suffix in (".xml", ".rels")
    return stem if known and stem in _PLACES else None


class _Paragraphs:
    """Collects the texts of paragraphs; what a field computes from stands apart from what it shows."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._open: list[list[str]] = []  # paragraphs can hold text boxes that hold paragraphs
        self._field: list[str] = []
        self._collects: list[str] | None = None

    def read(self, xml: bytes) -> list[str]:
        parser = expat.ParserCreate(namespace_separator=" ")
        # Without a document type there are no entities, so that nothing can be expanded or fetched.
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(xml, True)  # noqa: FBT003 - as pyexpat takes it
        return [*self._found, "".join(self._field)]

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if name == "Relationship" and "Target" in attributes:
            self._found.append(attributes["Target"])
        if _WORD not in space:
            return
        if name == "p":
            self._open.append([])
        elif name == "instrText":
            self._collects = self._field
        elif name == "fldSimple":
            self._found.append(attributes.get(f"{space} instr", ""))
        elif self._open and name == "t":
            self._collects = self._open[-1]
        elif self._open and name in _INSTEAD:
            self._open[-1].append(_INSTEAD[name])

    def _end(self, tag: str) -> None:
        space, _, name = tag.rpartition(" ")
        if _WORD not in space:
            return
        if name in ("t", "instrText"):
            self._collects = None
        elif name == "p" and self._open:
            self._found.append("".join(self._open.pop()))
            self._field.append("\n")

    def _characters(self, text: str) -> None:
        if self._collects is not None:
            self._collects.append(text)


def _refuse_doctype(*_: object) -> None:
    raise InvalidDataError("declares a document type, which no Word file does", hint=_HINT)
