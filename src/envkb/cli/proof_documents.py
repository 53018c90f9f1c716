"""What `kb sign`, `kb witness` and `kb stamp` print under `--json`."""

from typing import Final, Literal

from pydantic import Field

from envkb.cli.documents import Failure, Reference
from envkb.model.value import Value
from envkb.proof.stamps.sidecar import Subject


class SignedDocument(Reference):
    """Printed by `kb sign` and `kb witness`.

    Attributes:
        schema_: `envkb.signed/1`.
        role: Whether it is the author's signature or a witness's.
        signature: The file with the signature, relative to the root.
        fingerprint: The key's fingerprint.
        signer: Who holds the key, as `kb/trust/allowed_signers` says; null where it does not say.
        new: Whether it was written; false where this key had signed already.
    """

    schema_: Literal["envkb.signed/1"] = Field(alias="schema", default="envkb.signed/1")
    role: Literal["author", "witness"]
    signature: str
    fingerprint: str
    signer: str | None
    new: bool


class StampMade(Value):
    """A time-stamp that an authority gave.

    Attributes:
        path: The token's file, relative to the root.
        authority: Address that was asked.
        time: When the authority saw the digest.
        root: Name of the trusted root certificate that vouches for it.
    """

    path: str
    authority: str
    time: str
    root: str


class RefusedStamp(Value):
    """An authority that gave none.

    Attributes:
        authority: Address that was asked.
        error: Why.
    """

    authority: str
    error: Failure


class StampedDocument(Value):
    """Printed by `kb stamp`.

    Attributes:
        schema_: `envkb.stamped/1`.
        subject: What was stamped.
        stamps: The stamps.
        failed: The authorities that gave none.
    """

    schema_: Literal["envkb.stamped/1"] = Field(alias="schema", default="envkb.stamped/1")
    subject: Subject
    stamps: tuple[StampMade, ...]
    failed: tuple[RefusedStamp, ...]


PRINTED: Final = (SignedDocument, StampedDocument)
"""Every document that these commands print."""
