"""What `kb sign` and `kb witness` share."""

from typing import TYPE_CHECKING

from envkb.cli.console import emit, inert, say, show
from envkb.knowledge.folder import StoredRecord

if TYPE_CHECKING:
    from envkb.proof.signatures.folder import Role
    from envkb.proof.signatures.signing import Signed


def print_signed(stored: StoredRecord, signed: "Signed", role: "Role", *, as_json: bool) -> None:
    """Print what came of signing, and what others need to verify it."""
    if as_json:
        from envkb.cli.documents import reference  # noqa: PLC0415 - only for JSON
        from envkb.cli.proof_documents import SignedDocument  # noqa: PLC0415 - likewise

        emit(
            SignedDocument(
                **dict(reference(stored)),
                role=role,
                signature=str(signed.path),
                fingerprint=signed.fingerprint,
                signer=signed.signer,
                new=signed.new,
            )
        )
    else:
        show(f"{signed.path}")
    who = inert(signed.signer or signed.fingerprint)
    done = {"author": "signed", "witness": "witnessed"}[role]
    say(f"kb: {stored.id} {done} by {who}" if signed.new else f"kb: {stored.id} was {done} by {who} already")
    if signed.trust_line:
        from envkb.proof.signatures.folder import ALLOWED_SIGNERS  # noqa: PLC0415 - start-up

        say(f"    nobody vouches for this key yet: add this line to {ALLOWED_SIGNERS}, with your name")
        say(f"    you@example.org {signed.trust_line}")
