"""An exhibit as one file: the dossier as HTML or PDF, or everything as a zip file."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from envkb.knowledge.files import explain_os_errors
from envkb.knowledge.layout import TEMPORARY
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


def write(output: Path, data: bytes) -> None:
    """Write the file, which appears whole or not at all; an older file of that name is replaced.

    Raises:
        KbError: It cannot be written; nothing is left half-written.
    """
    temporary = output.with_name(f".{output.name}.{os.urandom(4).hex()}{TEMPORARY}")
    try:
        with explain_os_errors(output):
            temporary.write_bytes(data)
            temporary.replace(output)
    finally:
        with suppress(OSError):
            temporary.unlink()


def _html(exhibit: Exhibit) -> bytes:
    return exhibit.files["index.html"]


def _zip(exhibit: Exhibit) -> bytes:
    return packed(exhibit.files)


FORMATS: Final[Mapping[str, Callable[[Exhibit], bytes]]] = {".html": _html, ".pdf": as_pdf, ".zip": _zip}
"""How each is written, by the ending of the file."""
