"""Judges what lies beside a record: the log, signatures, witnesses, time-stamps."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from envkb.errors import KbError
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.layout import PRIVATE_RECORDS, proofs_path
from envkb.proof.log.verify import CheckedLog, verify_log
from envkb.proof.signatures.folder import Role
from envkb.proof.signatures.judging import Judge
from envkb.proof.verification.outcome import Layer, Outcome

_LAYERS: Final[dict[Role, Layer]] = {"author": "signatures", "witness": "witnesses"}
_NONE: Final[dict[Layer, tuple[str, str]]] = {
    "signatures": ("unsigned: nobody's key vouches for these bytes", "its author can `kb sign` it"),
    "witnesses": ("nobody else signed that they read it", "ask somebody to `kb witness` it"),
}


@dataclass(frozen=True, slots=True)
class Proofs:
    """What proves the records of one knowledge base; opened once for all of them.

    Attributes:
        base: The knowledge base.
        checked: Its log as a whole, judged also against what was seen of it before.
        judge: Judges signatures; what is wrong with the files of trust where they are damaged.
    """

    base: KnowledgeBase
    checked: CheckedLog
    judge: Judge | KbError

    @classmethod
    def of(cls, base: KnowledgeBase) -> "Proofs":
        """Open what there is; what is damaged fails each layer that needs it."""
        judge: Judge | KbError
        try:
            judge = Judge.of(base.root)
        except KbError as error:
            judge = error
        return cls(base, verify_log(base), judge)

    def judge_log(self, digest: str) -> Outcome:
        """Judge that a digest is in the log, under a checkpoint that can be relied on."""
        if not self.checked.holds:
            wrong = (
                *self.checked.problems,
                *(f"{each.kind} since {each.then.size} leaves were seen" for each in self.checked.contradictions),
            )
            return Outcome("log", "FAIL", f"the log does not hold: {wrong[0]}", "`kb log check` tells the whole of it")
        if self.checked.log is None:
            return Outcome("log", "ABSENT", "this knowledge base has no log", "`kb log init` begins one")
        found = self.checked.log.find(digest)
        if found is None:
            return Outcome("log", "ABSENT", "it is not in the log", "`kb log seal` takes in what is new")
        if found.checkpoint is None:
            return Outcome(
                "log", "ABSENT", f"it is leaf {found.index}, which no checkpoint covers yet", "`kb log seal`"
            )
        return Outcome("log", "PASS", f"leaf {found.index}, logged {found.said}")

    def judge_signatures(self, path: PurePosixPath, digest: str) -> Iterator[Outcome]:
        """Judge every signature of a record, authors before witnesses; where there is none, that is said of each.

        Args:
            path: The record's file, relative to the root.
            digest: Its digest.
        """
        if isinstance(self.judge, KbError):
            for layer in _NONE:
                yield Outcome(layer, "FAIL", self.judge.message, self.judge.hint or None)
            return
        try:
            found = self.judge.judge(self.base.load(path)) if self._any(path, digest) else ()
        except KbError as error:
            found = ()
            yield Outcome("signatures", "FAIL", error.message, error.hint or None)
        for role, layer in _LAYERS.items():
            judged = [each for each in found if each.role == role]
            for each in judged:
                yield Outcome(layer, each.status, each.says, each.next_step)
            if not judged:
                yield Outcome(layer, "ABSENT", *_NONE[layer])

    def _any(self, path: PurePosixPath, digest: str) -> bool:
        return (self.base.root / proofs_path(digest, private=path.is_relative_to(PRIVATE_RECORDS))).exists()
