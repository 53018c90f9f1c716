"""What `kb sign`, `kb witness` and `kb stamp` print under `--json`."""

from typing import Final, Literal

from pydantic import Field

from envkb.cli.documents import Reference


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


PRINTED: Final = (SignedDocument,)
