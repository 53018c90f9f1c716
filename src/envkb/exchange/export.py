"""The verb `export`: records in the formats of others."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from envkb.errors import UsageError
from envkb.exchange.crate import write_crate
from envkb.exchange.selection import Selection
from envkb.exchange.tables import write_csv, write_json_lines, write_parquet
from envkb.knowledge.files import explain_os_errors
from envkb.knowledge.layout import TEMPORARY

FORMATS: Final[Mapping[str, Callable[[IO[bytes], Selection], None]]] = {
    "crate": write_crate,
    "jsonl": write_json_lines,
    "csv": write_csv,
    "parquet": write_parquet,
}
"""How each format is written."""

TEXTS: Final = ("jsonl", "csv")
"""Formats that a terminal can show."""

_SUFFIXES: Final[Mapping[str, str]] = {
    ".zip": "crate",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}


def choose_format(name: str | None, output: Path | None) -> str:
    """Return the format that was asked for, else the one that the name of the file tells.

    Raises:
        UsageError: Neither names a format.
    """
    known = f"formats: {', '.join(FORMATS)}"
    if name is None:
        if output is None or output.suffix not in _SUFFIXES:
            raise UsageError(
                "the format is not known", hint=f"give --format, or a file that ends in {', '.join(_SUFFIXES)}"
            )
        return _SUFFIXES[output.suffix]
    if name not in FORMATS:
        raise UsageError(f"there is no format {name!r} to export to", hint=known)
    return name


def export_to_file(output: Path, format_name: str, selection: Selection) -> None:
    """Write records to a file, which appears whole or not at all; an older file of that name is replaced.

    Args:
        output: The file.
        format_name: A name in `FORMATS`.
        selection: The records.

    Raises:
        ToolMissingError: The format needs an extra.
        KbError: A record cannot be read, or the file cannot be written.
    """
    temporary = output.with_name(f".{output.name}.{os.urandom(4).hex()}{TEMPORARY}")
    try:
        with explain_os_errors(output):
            with temporary.open("xb") as file:
                FORMATS[format_name](file, selection)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(output)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
