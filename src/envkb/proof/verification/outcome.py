"""What verification says of one layer, and of one record."""

from dataclasses import dataclass
from typing import Final, Literal

Status = Literal["PASS", "FAIL", "ABSENT"]

Layer = Literal[
    "bytes",
    "schema",
    "attachments",
    "links",
    "amendments",
    "claim",
    "log",
    "signatures",
    "witnesses",
    "time-stamps",
    "secrets",
]

MEANINGS: Final[dict[Layer, str]] = {
    "bytes": "the file is spelt as a record must be, and its id is made of its digest",
    "schema": "it says what a record says, and nothing else",
    "attachments": "each file that it names is there, byte for byte",
    "links": "each record that it names is the one that was meant",
    "amendments": "whether a newer record took its place",
    "claim": "what was computed comes out again from the records it rests on",
    "log": "it stands in the append-only log, and the log was only ever appended to",
    "signatures": "its author signed exactly these bytes",
    "witnesses": "somebody else signed that they read and understood it",
    "time-stamps": "an authority attests that it existed at a time",
    "secrets": "nothing in it or its attachments looks like a secret",
}
"""Every layer, in the order in which it is judged, with what `PASS` means."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one layer shows.

    Attributes:
        layer: The layer.
        status: `ABSENT` where there is nothing to judge, or something needed for it is missing.
        says: What was found, one line.
        next_step: What to do about it; null where there is nothing to do.
    """

    layer: Layer
    status: Status
    says: str
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What all layers show of one record.

    Attributes:
        name: Its id; the name of the file where that is no record.
        digest: SHA-256 of its file; null where there is no file.
        path: Its file.
        outcomes: One or more a layer, in the order of `MEANINGS`.
        warnings: What a reader must know beside: it was amended, or a source was retracted later.
    """

    name: str
    digest: str | None
    path: str
    outcomes: tuple[Outcome, ...]
    warnings: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any layer fails."""
        return any(outcome.status == "FAIL" for outcome in self.outcomes)
