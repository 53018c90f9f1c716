"""What `kb verify --json` prints."""

from typing import Final, Literal

from pydantic import Field

from envkb.model.value import Value
from envkb.proof.verification.outcome import MEANINGS, Verified


class VerifiedLayer(Value):
    """One layer of verification.

    Attributes:
        layer: Its name.
        status: `PASS`; `FAIL`; `ABSENT` where there is nothing to judge, or something needed for it is missing.
        means: What `PASS` means.
        says: What was found.
        next_step: What to do about it; null where there is nothing to do.
    """

    layer: str
    status: Literal["PASS", "FAIL", "ABSENT"]
    means: str
    says: str
    next_step: str | None


class VerifiedRecord(Value):
    """What verification shows of one record.

    Attributes:
        id: Its id, or the name of its file where that is damaged.
        digest: SHA-256 of its file; null where it cannot be read.
        path: Its file.
        failed: Whether any layer fails.
        layers: Every layer, in the order in which it is judged.
        warnings: What a reader must know beside.
    """

    id: str
    digest: str | None
    path: str
    failed: bool
    layers: tuple[VerifiedLayer, ...]
    warnings: tuple[str, ...]


class VerifiedDocument(Value):
    """Printed by `kb verify`.

    Attributes:
        schema_: `envkb.verified/1`.
        failed: How many records fail.
        records: The records.
    """

    schema_: Literal["envkb.verified/1"] = Field(alias="schema", default="envkb.verified/1")
    failed: int
    records: tuple[VerifiedRecord, ...]


def told(verified: Verified) -> VerifiedRecord:
    """Return what verification shows of a record, as JSON tells it."""
    return VerifiedRecord(
        id=verified.name,
        digest=verified.digest,
        path=verified.path,
        failed=verified.failed,
        layers=tuple(
            VerifiedLayer(
                layer=outcome.layer,
                status=outcome.status,
                means=MEANINGS[outcome.layer],
                says=outcome.says,
                next_step=outcome.next_step,
            )
            for outcome in verified.outcomes
        ),
        warnings=verified.warnings,
    )


PRINTED: Final = (VerifiedDocument,)
