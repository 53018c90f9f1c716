"""Verifies records: one, a file from anywhere, or all of a knowledge base."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from os.path import lexists
from pathlib import PurePosixPath
from typing import Final

from envkb.cite.citation import CURRENT
from envkb.cite.standing import standing_of
from envkb.document.canonical import MAX_BYTES
from envkb.document.identity import digest_of, normalise_id
from envkb.errors import KbError, UsageError
from envkb.knowledge.chains import State
from envkb.knowledge.files import MissingFileError, read_file
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.index import Index, open_index
from envkb.knowledge.layout import record_path
from envkb.knowledge.listing import list_records
from envkb.knowledge.query.parser import parse_query
from envkb.knowledge.workers import spread
from envkb.proof.verification.alone import Alone, judge_file
from envkb.proof.verification.outcome import MEANINGS, Outcome, Verified
from envkb.proof.verification.proofs import Proofs
from envkb.proof.verification.relations import FindDigest, judge_claim, judge_links, judge_standing

_ORDER: Final = {layer: number for number, layer in enumerate(MEANINGS)}


def verify_record(base: KnowledgeBase, text: str) -> Verified:
    """Verify one record of a knowledge base.

    Raises:
        UsageError: The text is no id, or no record has it.
    """
    name = normalise_id(text)
    path = _path_of(base, name)
    if path is None:
        raise UsageError(f"there is no record {name} here", hint="`kb list` shows the records")
    return verify_path(base, path)


def verify_all(base: KnowledgeBase, jobs: int | None = None) -> Iterator[Verified]:
    """Verify every record of a knowledge base, in the order of their files.

    Args:
        base: The knowledge base.
        jobs: Number of processes; as many as there are CPUs where null.
    """
    found = list(spread(partial(judge_file, base.root), sorted(list_records(base.root)), jobs))
    digests = {alone.name: alone.digest for alone in found if alone.sound}
    with open_index(base) as index:
        judge = _Judge(base, index, {row.id: row.state for row in index.rows()}, digests.get, Proofs.of(base))
        yield from map(judge.judge, found)


def verify_path(base: KnowledgeBase, path: PurePosixPath) -> Verified:
    """Verify the record in this file of a knowledge base, relative to its root."""
    with open_index(base) as index:
        return judge_record(base, index, Proofs.of(base), path)


def judge_record(base: KnowledgeBase, index: Index, proofs: Proofs, path: PurePosixPath) -> Verified:
    """Verify the record in a file with what is open already, for whoever verifies several.

    Args:
        base: The knowledge base.
        index: Its index.
        proofs: What proves its records.
        path: The file, relative to the root.
    """
    alone = judge_file(base.root, str(path))
    states = {row.id: row.state for row in index.rows(parse_query(f'id = "{alone.name}"'))} if alone.sound else {}
    return _Judge(base, index, states, partial(_digest_of, base), proofs).judge(alone)


def stands_alone(alone: Alone) -> Verified:
    """Return what can be said of a file that lies in no knowledge base."""
    told = {outcome.layer for outcome in alone.outcomes}
    says, step = "not judged: the file stands alone", "verify it in its knowledge base, or in an exhibit made there"
    return _whole(alone, [Outcome(layer, "ABSENT", says, step) for layer in MEANINGS if layer not in told], [])


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges what one file cannot show by itself.

    Attributes:
        base: The knowledge base.
        index: Its index.
        states: Where each record stands in its chain.
        find: Returns the digest of a record.
        proofs: What lies beside the records.
    """

    base: KnowledgeBase
    index: Index
    states: Mapping[str, State]
    find: FindDigest
    proofs: Proofs

    def judge(self, alone: Alone) -> Verified:
        if not alone.sound or alone.digest is None:
            return _whole(alone, [], [])
        standing, warnings = self._standing(alone)
        claim = judge_claim(alone.claim, alone.links, self.base.read)
        if alone.claim:
            warnings += self._warnings_of_sources(alone)
        proven = (
            self.proofs.judge_log(alone.digest),
            *self.proofs.judge_signatures(PurePosixPath(alone.path), alone.digest),
            *self.proofs.judge_stamps(alone.digest),
        )
        return _whole(alone, [judge_links(alone.links, self.find), standing, claim, *proven], warnings)

    def _standing(self, alone: Alone) -> tuple[Outcome, list[str]]:
        if self.states.get(alone.name, "current") == "current":
            return judge_standing(CURRENT)
        try:
            return judge_standing(standing_of(self.base, self.index, self.base.read(alone.name)))
        except KbError as error:
            return Outcome("amendments", "FAIL", f"its chain cannot be read: {error.message}", error.hint or None), []

    def _warnings_of_sources(self, alone: Alone) -> list[str]:
        sources = [link.id for link in alone.links if link.relation == "based_on"]
        rows = [row for name in sources for row in self.index.rows(parse_query(f'id = "{name}"'))]
        return [f"{row.id}, which it rests on, is {row.state} now" for row in rows if row.state != "current"]


def _whole(alone: Alone, outcomes: list[Outcome], warnings: list[str]) -> Verified:
    ordered = sorted((*alone.outcomes, *outcomes), key=lambda outcome: _ORDER[outcome.layer])
    return Verified(alone.name, alone.digest, alone.path, tuple(ordered), tuple(warnings))


def _path_of(base: KnowledgeBase, name: str) -> PurePosixPath | None:
    paths = (record_path(name, private=private) for private in (False, True))
    return next((path for path in paths if lexists(base.root / path)), None)


def _digest_of(base: KnowledgeBase, name: str) -> str | None:
    path = _path_of(base, name)
    try:
        return digest_of(read_file(base.root, path, MAX_BYTES)) if path else None
    except MissingFileError:
        return None
