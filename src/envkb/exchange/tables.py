"""Writes lists of records for spreadsheets and for programs that analyse tables."""

import csv
import io
import json
from dataclasses import fields
from typing import IO, Final

from envkb.errors import ToolMissingError
from envkb.exchange.selection import Selection
from envkb.knowledge.index.rows import COLUMNS, Row

_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""How a cell begins that a spreadsheet would run, or that could be taken for one that was made safe."""


def write_json_lines(file: IO[bytes], selection: Selection) -> None:
    """Write one line a record: id, digest, and everything that the record says.

    Raises:
        KbError: A record cannot be read.
    """
    for stored in selection.records(selection.rows):
        tree = {"id": stored.id, "digest": stored.digest, "record": json.loads(stored.data)}
        line = json.dumps(tree, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        file.write(f"{line}\n".encode())


def write_csv(file: IO[bytes], selection: Selection) -> None:
    """Write one line a record with its columns; a cell that a spreadsheet would run begins with an apostrophe."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in selection.rows:
        writer.writerow([safe_cell(_cell(row, name)) for name in COLUMNS])
    text.detach()


def _cell(row: Row, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one more apostrophe before what could be one.

    To undo it, take away the first apostrophe of a cell that begins with one.
    """
    return f"'{text}" if text.startswith(_ACTIVE) else text


def write_parquet(file: IO[bytes], selection: Selection) -> None:
    """Write the same columns as a Parquet file, in which lists stay lists and what is not known stays empty.

    Raises:
        ToolMissingError: The extra `parquet` is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ToolMissingError(
            "Parquet needs pyarrow, which is not installed", hint="pip install 'envkb[parquet]'; CSV needs nothing"
        ) from error
    columns = {name: [_plain(getattr(row, name)) for row in selection.rows] for name in COLUMNS}
    kinds = {
        "bool": pa.bool_(),
        "int": pa.int64(),
        "list": pa.list_(pa.string()),
        "str": pa.string(),
    }
    schema = pa.schema([(field.name, kinds[_kind(str(field.type))]) for field in fields(Row)])
    parquet.write_table(pa.table(columns, schema=schema), file, compression="zstd")


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _kind(annotation: str) -> str:
    if "tuple[" in annotation:
        return "list"
    return next((kind for kind in ("bool", "int") if kind in annotation.partition(" | ")[0]), "str")
