"""What a witness signs: one text, in one spelling. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from envkb.proof.signatures.envelope import DamagedError

_TEXT: Final = """\
I have read and understood the record {record}
with the SHA-256 digest {digest}.

Witness: {witness}
Date claimed: {date}
"""
_FORM: Final = re.compile(
    re.escape(_TEXT)
    .replace(re.escape("{record}"), r"(?P<record>KB-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{6})")
    .replace(re.escape("{digest}"), r"(?P<digest>[0-9a-f]{64})")
    .replace(re.escape("{witness}"), r"(?P<witness>[^\x00-\x1f\x7f]{1,500})")
    .replace(re.escape("{date}"), r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)")
)


@dataclass(frozen=True, slots=True)
class Statement:
    """That somebody has read and understood a record.

    Attributes:
        record: Its id.
        digest: SHA-256 of its file.
        witness: Who says so, as `allowed_signers` names them.
        date: When, as the witness claims: ISO 8601 in UTC.
    """

    record: str
    digest: str
    witness: str
    date: str

    def text(self) -> bytes:
        """Return the text that is signed."""
        return _TEXT.format(record=self.record, digest=self.digest, witness=self.witness, date=self.date).encode()


def parse_statement(data: bytes) -> Statement:
    """Return what a witness said.

    Raises:
        DamagedError: It is no such statement, or not in its one spelling.
    """
    form = _FORM.fullmatch(data.decode("utf-8", "replace"))
    try:
        found = Statement(form["record"], form["digest"], form["witness"], form["date"]) if form else None
        datetime.fromisoformat(found.date if found else "")
    except ValueError:
        found = None
    if found is None or found.text() != data:
        raise DamagedError("no statement of a witness, or not in its one spelling", hint="restore the file from git")
    return found
