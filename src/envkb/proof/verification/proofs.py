"""Judges what lies beside a record: the log, signatures, witnesses, time-stamps."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from envkb.errors import KbError
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.layout import PRIVATE_RECORDS, proofs_path
from envkb.proof.beside import Beside
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
        beside: Knows the times that the log and the stamps prove.
    """

    base: KnowledgeBase
    checked: CheckedLog
    judge: Judge | KbError
    beside: Beside

    @classmethod
    def of(cls, base: KnowledgeBase) -> "Proofs":
        """Open what there is; what is damaged fails each layer that needs it."""
        checked = verify_log(base)
        beside = Beside(base, checked.log)
        judge: Judge | KbError
        try:
            judge = beside.judge
        except KbError as error:
            judge = error
        return cls(base, checked, judge, beside)

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

    def judge_stamps(self, digest: str) -> Iterator[Outcome]:
        """Judge every time-stamp that is about a file, and those of which nobody can tell; where none is, say so."""
        try:
            found = self.beside.stamps(digest)
        except KbError as error:
            yield Outcome("time-stamps", "FAIL", error.message, error.hint or None)
            return
        for each in found:
            waits = each.status == "PASS" and not self.beside.logged(each.sidecar_sha256 or "")
            step = "`kb log seal` takes the token's own digest into the log" if waits else each.next_step
            yield Outcome("time-stamps", each.status, each.says, step)
        if not found:
            says = "no authority attests when it existed"
            yield Outcome("time-stamps", "ABSENT", says, "`kb stamp` asks one")

    def _any(self, path: PurePosixPath, digest: str) -> bool:
        return (self.base.root / proofs_path(digest, private=path.is_relative_to(PRIVATE_RECORDS))).exists()
