"""What `kb amend` and `kb retract` print under `--json`."""

from typing import Final, Literal

from pydantic import Field

from envkb.cli.documents import Reference
from envkb.model.value import Value


class AmendedLink(Value):
    """A record that the new one replaces or takes back.

    Attributes:
        relation: `amends` or `retracts`.
        id: Its id.
        digest: SHA-256 of its file.
    """

    relation: str
    id: str
    digest: str


class AmendedDocument(Reference):
    """Printed by `kb amend` and `kb retract`: the new record.

    Attributes:
        schema_: `envkb.amended/1`.
        private: Whether it lies in the private place.
        citation: Its citation line.
        links: The records that it amends or retracts.
    """

    schema_: Literal["envkb.amended/1"] = Field(alias="schema", default="envkb.amended/1")
    private: bool
    citation: str
    links: tuple[AmendedLink, ...]


PRINTED: Final = (AmendedDocument,)
"""Every document that these commands print."""
