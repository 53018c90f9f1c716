"""What `kb export` prints under `--json`."""

from typing import Final, Literal

from pydantic import Field

from envkb.cli.documents import Reference
from envkb.model.value import Value


class ExportedRecord(Reference):
    """One record of an export.

    Attributes:
        private: Whether it is private.
    """

    private: bool


class ExportedDocument(Value):
    """Printed by `kb export`.

    Attributes:
        schema_: `envkb.exported/1`.
        format: `crate`, `jsonl`, `csv` or `parquet`.
        output: The file, as given.
        records: The records in it.
    """

    schema_: Literal["envkb.exported/1"] = Field(alias="schema", default="envkb.exported/1")
    format: str
    output: str
    records: tuple[ExportedRecord, ...]


PRINTED: Final = (ExportedDocument,)
"""Every document that these commands print."""
