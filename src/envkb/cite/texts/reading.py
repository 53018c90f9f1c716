"""Tells what sort of file a text is, and reads it: LaTeX, Markdown, plain text, Word. Pure: bytes in, passages out."""

import codecs
from typing import Final

from envkb.cite.texts.ids import Passage
from envkb.cite.texts.word import word_passages
from envkb.errors import InvalidDataError

MAX_BYTES: Final = 256 * 1024 * 1024
"""The largest file that is read."""

_ZIP: Final = b"PK\x03\x04"
_BINARY: Final = "it is neither text (LaTeX, Markdown …) nor a Word file (.docx)"
_HINT: Final = "save it as .docx, or export it as text"


def read_passages(data: bytes) -> list[Passage]:
    """Return the passages of a file: a text as one, a Word file by paragraphs.

    Raises:
        InvalidDataError: The file is neither, or is damaged, or unpacks to more than any text has.
    """
    if data.startswith(_ZIP):
        return word_passages(data)
    return [Passage(None, _decoded(data).replace("\r\n", "\n"))]


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if b"\x00" in data or data.startswith(b"%PDF-"):
        raise InvalidDataError(_BINARY, hint=_HINT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # its hyphens are what matters here
