"""What `kb exhibit --json` prints."""

from typing import Final, Literal

from pydantic import Field

from envkb.cli.documents import Reference
from envkb.model.value import Value


class ExhibitDocument(Value):
    """Printed by `kb exhibit`.

    Attributes:
        schema_: `envkb.exhibit/1`.
        file: The file that was written.
        records: The records in it: those that were named, then what they rest on.
    """

    schema_: Literal["envkb.exhibit/1"] = Field(alias="schema", default="envkb.exhibit/1")
    file: str
    records: tuple[Reference, ...]


PRINTED: Final = (ExhibitDocument,)
