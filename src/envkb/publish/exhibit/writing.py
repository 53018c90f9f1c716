"""An exhibit as one file: the dossier as HTML or PDF, or everything as a zip file."""

from collections.abc import Callable, Mapping
from typing import Final

from envkb.publish.exhibit.archive import packed
from envkb.publish.exhibit.exhibit import Exhibit
from envkb.publish.exhibit.pdf import as_pdf


def written(exhibit: Exhibit, suffix: str) -> bytes:
    """Return an exhibit in the format that a file's ending names.

    Raises:
        ToolMissingError: PDF is wanted, and the extra `exhibit` is not installed.
        InvalidDataError: PDF is wanted, and its fonts lack a character.
    """
    return FORMATS[suffix](exhibit)


def _html(exhibit: Exhibit) -> bytes:
    return exhibit.files["index.html"]


def _zip(exhibit: Exhibit) -> bytes:
    return packed(exhibit.files)


FORMATS: Final[Mapping[str, Callable[[Exhibit], bytes]]] = {".html": _html, ".pdf": as_pdf, ".zip": _zip}
"""How each is written, by the ending of the file."""
