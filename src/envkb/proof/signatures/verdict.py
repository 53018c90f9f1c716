"""What can be said of one signature."""

from enum import StrEnum
from typing import Final, Literal


class Verdict(StrEnum):
    """What became of one signature; each has its own meaning and its own next step."""

    GOOD = "good"
    UNKNOWN_KEY = "unknown_key"
    WRONG_NAMESPACE = "wrong_namespace"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    BAD_SIGNATURE = "bad_signature"
    NOT_CANONICAL = "not_canonical"
    DAMAGED = "damaged"
    OTHER_RECORD = "other_record"
    OTHER_WITNESS = "other_witness"
    SELF_WITNESS = "self_witness"
    NOT_CHECKED = "not_checked"

    @property
    def status(self) -> Literal["PASS", "FAIL", "ABSENT"]:
        """What a layer of verification makes of it: only what nobody could check is absent."""
        return _STATUS.get(self, "FAIL")

    @property
    def meaning(self) -> str:
        """What it means, one line."""
        return _MEANINGS[self][0]

    @property
    def next_step(self) -> str | None:
        """What to do about it, one line; null where there is nothing to do."""
        return _MEANINGS[self][1]


_STATUS: Final[dict[Verdict, Literal["PASS", "ABSENT"]]] = {Verdict.GOOD: "PASS", Verdict.NOT_CHECKED: "ABSENT"}
_RESTORE: Final = "restore the file from git, or sign again"
_MEANINGS: Final[dict[Verdict, tuple[str, str | None]]] = {
    Verdict.GOOD: ("somebody this knowledge base trusts signed exactly these bytes", None),
    Verdict.UNKNOWN_KEY: (
        "signed, but by a key that nobody here vouches for",
        "ask the signer for the fingerprint of the key; if it is theirs, add it to kb/trust/allowed_signers",
    ),
    Verdict.WRONG_NAMESPACE: (
        "signed for another purpose than this",
        "sign again with `kb sign` or `kb witness`, or see `namespaces` of that key in kb/trust/allowed_signers",
    ),
    Verdict.EXPIRED: (
        "the key was no longer valid at the time that counts for this signature",
        "sign again with a valid key; or prove an earlier time by the log or a stamp",
    ),
    Verdict.NOT_YET_VALID: (
        "the key was not yet valid at the time that counts for this signature",
        "see `valid-after` of that key in kb/trust/allowed_signers, and the clock of who signed",
    ),
    Verdict.REVOKED: (
        "the key was revoked: whoever has it can sign in the name of its owner",
        "do not rely on it; have it signed again with another key",
    ),
    Verdict.BAD_SIGNATURE: (
        "the signature does not fit these bytes and this key",
        "compare the record with its source: it, or the signature, was changed",
    ),
    Verdict.NOT_CANONICAL: ("the file was changed since it was written, though its signature may still hold", _RESTORE),
    Verdict.DAMAGED: ("the file cannot be read as what it should be", _RESTORE),
    Verdict.OTHER_RECORD: ("the witness speaks of another record", "move the file to where it belongs"),
    Verdict.OTHER_WITNESS: (
        "the statement is signed by somebody else than it names",
        "ask the witness for a statement of their own",
    ),
    Verdict.SELF_WITNESS: (
        "the witness is the author: nobody can be their own witness",
        "ask somebody else to `kb witness` the record",
    ),
    Verdict.NOT_CHECKED: (
        "nothing here can check a signature",
        "pip install 'envkb[proof]', or install OpenSSH, and verify again",
    ),
}
