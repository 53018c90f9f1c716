"""Judges the signatures of one record."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from envkb.document.identity import digest_of
from envkb.errors import KbError
from envkb.knowledge.folder import StoredRecord
from envkb.proof.signatures.checking import Check, find_check
from envkb.proof.signatures.envelope import Envelope, NotCanonicalError, parse_envelope
from envkb.proof.signatures.folder import Proof, Role, read_proofs, read_trust
from envkb.proof.signatures.key import fingerprint
from envkb.proof.signatures.signers import Trust, matches
from envkb.proof.signatures.statement import Statement, parse_statement
from envkb.proof.signatures.verdict import Verdict

NAMESPACES: Final[dict[Role, str]] = {"author": "kb-record@envkb", "witness": "kb-witness@envkb"}
"""What a signature is meant for, so that none can be taken for another's: `ssh-keygen -Y sign -n`."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that counts for a signature.

    Attributes:
        at: The time.
        basis: What it rests on: a time-stamp, the log, or only the word of who signed.
    """

    at: datetime
    basis: Literal["stamped", "logged", "claimed"]


Proven = Callable[[str], Moment | None]
"""Returns when the signature file with this digest was proven to exist; null where nothing proves it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What can be said of one signature.

    Attributes:
        role: Whether it is an author's or a witness's.
        path: The file, relative to the root.
        verdict: What became of it.
        says: What was found, one line.
        next_step: What to do about it; null where there is nothing to do.
        signer: Who holds the key, as `allowed_signers` says; null where it does not say.
        fingerprint: The key's fingerprint; null where the file cannot be read.
        moment: The time at which the key was judged; null where it was not.
        statement: What a witness said; null for an author, and where it cannot be read.
    """

    role: Role
    path: PurePosixPath
    verdict: Verdict
    says: str
    next_step: str | None
    signer: str | None = None
    fingerprint: str | None = None
    moment: Moment | None = None
    statement: Statement | None = None

    @property
    def told(self) -> str:
        """What people read of it, one line."""
        if self.status != "PASS":
            return f"{self.status}: {self.says}"
        when = f", valid at {self.moment.at:%Y-%m-%dT%H:%M:%SZ} ({self.moment.basis})" if self.moment else ""
        return f"by {self.signer or self.fingerprint}{when}"

    @property
    def status(self) -> Literal["PASS", "FAIL", "ABSENT"]:
        """What a layer of verification makes of it."""
        return self.verdict.status


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges signatures of one knowledge base; made once for many records.

    Attributes:
        root: The root of the knowledge base.
        trust: Whom it trusts.
        check: Tells whether a key made a signature; null where nothing here can.
        proven: Tells when a signature was proven to exist.
    """

    root: Path
    trust: Trust
    check: Check | None
    proven: Proven

    @classmethod
    def of(cls, root: Path, *, proven: Proven = lambda _: None) -> "Judge":
        """Return the judge of the knowledge base in `root`.

        Raises:
            InvalidDataError: The files in `kb/trust` cannot be read.
        """
        return cls(root, read_trust(root), find_check(), proven)

    def judge(self, stored: StoredRecord) -> tuple[Judged, ...]:
        """Judge every signature of a record, authors before witnesses; none where it is unsigned.

        Raises:
            KbError: The folder with the signatures cannot be read.
        """
        proofs = list(read_proofs(self.root, stored.digest, private=stored.private))
        keys = self.author_keys(stored, proofs) if any(proof.role == "witness" for proof in proofs) else frozenset()
        # `author` comes before `witness` in their names, too.
        return tuple(self._judge(proof, stored, keys) for proof in proofs)

    def author_keys(self, stored: StoredRecord, proofs: Iterable[Proof]) -> frozenset[bytes]:
        """Return the keys that signed a record as its author's, whether anybody vouches for them or not."""
        keys: set[bytes] = set()
        for proof in proofs:
            if proof.role == "author" and proof.problem is None:
                with suppress(KbError):
                    envelope = parse_envelope(proof.signature)
                    if self.check is None or self.check(envelope, stored.data):
                        keys.add(envelope.public_key)
        return frozenset(keys)

    def is_author(self, key: bytes, stored: StoredRecord, keys: Collection[bytes]) -> bool:
        """Return whether who holds a key is an author of a record, as far as keys and names can tell.

        Args:
            key: The public key.
            stored: The record.
            keys: The keys that signed it as its author's.
        """
        authors = {name for other in keys for name in self.trust.principals_of(other)}
        for author in stored.record.authors:
            authors |= {name.lower() for name in (author.name, author.email) if name}
        held = self.trust.principals_of(key)
        return key in keys or any(matches(one, two) or matches(two, one) for one in held for two in authors)

    def _judge(self, proof: Proof, stored: StoredRecord, keys: Collection[bytes]) -> Judged:
        if proof.problem is not None:
            return _unreadable(proof, Verdict.DAMAGED, proof.problem)
        try:
            envelope = parse_envelope(proof.signature)
            statement = None if proof.statement is None else parse_statement(proof.statement)
        except NotCanonicalError as error:
            return _unreadable(proof, Verdict.NOT_CANONICAL, error)
        except KbError as error:
            return _unreadable(proof, Verdict.DAMAGED, error)
        claimed = stored.record.created if statement is None else statement.date
        moment = self.proven(digest_of(proof.signature)) or Moment(datetime.fromisoformat(claimed), "claimed")
        message = stored.data if proof.statement is None else proof.statement
        verdict, signer = self._verdict(envelope, message, NAMESPACES[proof.role], moment.at)
        if statement is not None and verdict in (Verdict.GOOD, Verdict.NOT_CHECKED):
            verdict = self._verdict_on(statement, envelope.public_key, stored, keys) or verdict
        said = f"{verdict.meaning}: {signer or fingerprint(envelope.public_key)}"
        return Judged(
            proof.role,
            proof.path,
            verdict,
            said,
            verdict.next_step,
            signer,
            fingerprint(envelope.public_key),
            moment,
            statement,
        )

    def _verdict(self, envelope: Envelope, message: bytes, namespace: str, at: datetime) -> tuple[Verdict, str | None]:
        verdict, signer = self.trust.judge(envelope.public_key, namespace, at)
        if envelope.namespace != namespace:
            return Verdict.WRONG_NAMESPACE, signer
        if self.check is not None and not self.check(envelope, message):
            return Verdict.BAD_SIGNATURE, signer
        if self.check is None and verdict is Verdict.GOOD:
            return Verdict.NOT_CHECKED, signer
        return verdict, signer

    def _verdict_on(
        self, statement: Statement, key: bytes, stored: StoredRecord, keys: Collection[bytes]
    ) -> Verdict | None:
        # What only a witness can do wrong; null where nothing is wrong.
        if (statement.record, statement.digest) != (stored.id, stored.digest):
            return Verdict.OTHER_RECORD
        if self.is_author(key, stored, keys):
            return Verdict.SELF_WITNESS
        if not any(matches(statement.witness.lower(), name) for name in self.trust.principals_of(key)):
            return Verdict.OTHER_WITNESS
        return None


def _unreadable(proof: Proof, verdict: Verdict, error: KbError) -> Judged:
    return Judged(proof.role, proof.path, verdict, error.message, error.hint or verdict.next_step)
