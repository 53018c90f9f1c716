"""What `kb log` and `kb disclose` print under `--json`."""

from typing import Final, Literal

from pydantic import Field

from envkb.cli.documents import Reference
from envkb.model.value import Value
from envkb.proof.log.base64_line import write_base64
from envkb.proof.log.checkpoint import Checkpoint
from envkb.proof.log.log import Log, Trust
from envkb.proof.log.memory import Contradiction, Kind


class ToldCheckpoint(Value):
    """What the log says of itself at one size.

    Attributes:
        size: Number of leaves.
        root: Root of the Merkle tree over them, base 64.
        sealed: When it was made, by the clock of the machine that sealed.
        trust: `signed` by a key of the log; `unsigned` in a log without one; `refused`: not to be relied on; null where
            it is not judged.
    """

    size: int
    root: str
    sealed: str
    trust: Trust | None


def told(checkpoint: Checkpoint, trust: Trust | None = None) -> ToldCheckpoint:
    """Return a checkpoint as JSON tells it."""
    return ToldCheckpoint(
        size=checkpoint.size, root=write_base64(checkpoint.root), sealed=checkpoint.sealed, trust=trust
    )


class LogBegunDocument(Value):
    """Printed by `kb log init`.

    Attributes:
        schema_: `envkb.log_begun/1`.
        origin: Name of the log.
        verifier_key: The public key; null for an unsigned log.
        secret_key: File of the secret key; null for an unsigned log.
    """

    schema_: Literal["envkb.log_begun/1"] = Field(alias="schema", default="envkb.log_begun/1")
    origin: str
    verifier_key: str | None
    secret_key: str | None


class LogSealedDocument(Value):
    """Printed by `kb log seal`.

    Attributes:
        schema_: `envkb.log_sealed/1`.
        added: The digests that were taken in, in their order.
        size: Number of leaves now.
        left_out: Files of records that cannot be read, and so were not taken in.
        checkpoint: The checkpoint of all leaves; null unless `--checkpoint` asked for it.
        new: Whether it was made; false where there was one, or none was asked for.
    """

    schema_: Literal["envkb.log_sealed/1"] = Field(alias="schema", default="envkb.log_sealed/1")
    added: tuple[str, ...]
    size: int
    left_out: tuple[str, ...]
    checkpoint: ToldCheckpoint | None
    new: bool


class LogProofDocument(Value):
    """Printed by `kb log prove`.

    Attributes:
        schema_: `envkb.log_proof/1`.
        digest: What is proved to be in the log.
        index: Number of its leaf, from 0.
        checkpoint: The checkpoint that the proof leads to.
        proof: The proof, a C2SP tlog-proof.
        output: The file that it was written to; null where it was printed.
    """

    schema_: Literal["envkb.log_proof/1"] = Field(alias="schema", default="envkb.log_proof/1")
    digest: str
    index: int
    checkpoint: ToldCheckpoint
    proof: str
    output: str | None


class LogEntry(Value):
    """Where and when the log took a digest in.

    Attributes:
        digest: The digest.
        index: Number of its leaf, from 0; null where it is not in the log.
        logged: The day as a citation says it; null where no checkpoint covers it yet.
    """

    digest: str
    index: int | None
    logged: str | None


class LogShownDocument(Value):
    """Printed by `kb log show`.

    Attributes:
        schema_: `envkb.log_shown/1`.
        origin: Name of the log; null where there is none.
        keys: The keys whose signature counts.
        size: Number of leaves.
        pending: Number of digests that wait in `kb/log/pending`.
        checkpoints: Its checkpoints, smallest first.
        entry: The record that was asked for; null where none was.
    """

    schema_: Literal["envkb.log_shown/1"] = Field(alias="schema", default="envkb.log_shown/1")
    origin: str | None
    keys: tuple[str, ...]
    size: int
    pending: int
    checkpoints: tuple[ToldCheckpoint, ...]
    entry: LogEntry | None


class ToldContradiction(Value):
    """Two things that the log said and that cannot both be.

    Attributes:
        kind: What kind of contradiction.
        then: The checkpoint that was seen or given.
        now: The newest checkpoint of the log; null where it has none.
        size: Number of leaves of the log now.
        root: Root of the log now, over as many leaves as both have, base 64.
        first: Number of the first leaf that differs; null where that is not known.
        gone: Digests that were in the log and are not any more.
        come: Digests in the place of leaves that were there.
        kept: Where both checkpoints are kept as evidence.
    """

    kind: Kind
    then: ToldCheckpoint
    now: ToldCheckpoint | None
    size: int
    root: str
    first: int | None
    gone: tuple[str, ...]
    come: tuple[str, ...]
    kept: tuple[str, ...]


class Agreement(Value):
    """An older checkpoint that the log still begins with.

    Attributes:
        checkpoint: The older checkpoint.
        consistency: The RFC 6962 proof of it, from that size to the newest checkpoint's, base 64.
    """

    checkpoint: ToldCheckpoint
    consistency: tuple[str, ...]


class LogCheckedDocument(Value):
    """Printed by `kb log check`.

    Attributes:
        schema_: `envkb.log_checked/1`.
        origin: Name of the log; null where there is none, or where it cannot be read.
        size: Number of leaves.
        checkpoints: Its checkpoints, smallest first.
        agreements: The checkpoints that were seen or given and hold.
        contradictions: Those that do not.
        problems: What else is wrong.
        warnings: What is unfinished.
    """

    schema_: Literal["envkb.log_checked/1"] = Field(alias="schema", default="envkb.log_checked/1")
    origin: str | None
    size: int
    checkpoints: tuple[ToldCheckpoint, ...]
    agreements: tuple[Agreement, ...]
    contradictions: tuple[ToldContradiction, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


class DisclosedDocument(Reference):
    """Printed by `kb disclose`.

    Attributes:
        schema_: `envkb.disclosed/1`.
        attachments: Digests of the attachments that are public now, too.
        logged: The day on which the log took it in; null where it did not.
        proof: The proof of that, a C2SP tlog-proof; null likewise.
        after: The day of which kb will remind; null where it was disclosed.
    """

    schema_: Literal["envkb.disclosed/1"] = Field(alias="schema", default="envkb.disclosed/1")
    attachments: tuple[str, ...]
    logged: str | None
    proof: str | None
    after: str | None


def agreements(log: Log, older: tuple[Checkpoint, ...], contradictions: tuple[Contradiction, ...]) -> list[Agreement]:
    """Return which older checkpoints hold, each with its proof."""
    refuted = {found.then for found in contradictions}
    size = log.checkpoints[-1].size if log.checkpoints else log.tree.size
    return [
        Agreement(
            checkpoint=told(each),
            consistency=tuple(write_base64(step) for step in log.tree.prove_consistency(each.size, size)),
        )
        for each in older
        if each not in refuted and each.size <= size
    ]


PRINTED: Final = (
    LogBegunDocument,
    LogSealedDocument,
    LogProofDocument,
    LogShownDocument,
    LogCheckedDocument,
    DisclosedDocument,
)
