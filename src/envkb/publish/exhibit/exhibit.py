"""Makes an exhibit: records with all that proves them, for readers who have nothing of ours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from envkb.cite.citation import cite_record
from envkb.cite.standing import standing_of
from envkb.document.identity import digest_of
from envkb.errors import InvalidDataError
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.index.index import Index, open_index
from envkb.proof.beside import Beside
from envkb.proof.signatures.judging import NAMESPACES, Judge
from envkb.proof.verification.proofs import Proofs
from envkb.proof.verification.verify import judge_record
from envkb.publish.exhibit.archive import exhibit_files
from envkb.publish.exhibit.dossier import dossier
from envkb.publish.exhibit.gathered import Piece, attachments_of, proofs_of, trust_of, with_what_they_name
from envkb.publish.exhibit.steps import SignedFile, StampedFile, written_steps
from envkb.publish.exhibit.timing import time_files, times_of


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An exhibit.

    Attributes:
        publisher: Title of the knowledge base.
        pieces: Its records: those that were named, then what they rest on.
        files: Every file of the zip by its path; `index.html` is the dossier.
    """

    publisher: str
    pieces: tuple[Piece, ...]
    files: Mapping[str, bytes]


def make_exhibit(base: KnowledgeBase, names: Sequence[str]) -> Exhibit:
    """Make an exhibit of records, and of all that they rest on. It is the same whenever it is made.

    Args:
        base: The knowledge base.
        names: Ids of the records.

    Raises:
        UsageError: There is no such record.
        InvalidDataError: A record, or what proves it, is damaged: that is mended, not exhibited.
    """
    found = with_what_they_name(base, names)
    proofs = Proofs.of(base)
    if not proofs.checked.holds or not isinstance(proofs.judge, Judge):
        raise InvalidDataError(
            "the log, or the files in kb/trust, are damaged", hint="`kb verify --all` tells the whole"
        )
    with open_index(base) as index:
        pieces = tuple(_piece(base, index, proofs, stored) for stored in found)
    steps = written_steps(
        [(piece.stored.id, piece.stored.digest) for piece in pieces],
        [each for piece in pieces for each in _signed(proofs.judge, piece)],
        list(dict.fromkeys(each for piece in pieces for each in _stamped(proofs.beside, piece))),
        logged=any(path.startswith("log/") for piece in pieces for path in piece.timing),
    )
    title = pieces[0].stored.record.title
    page = dossier(title, base.settings.title, pieces, steps)
    return Exhibit(base.settings.title, pieces, exhibit_files(pieces, trust_of(base), page, steps))


def _piece(base: KnowledgeBase, index: Index, proofs: Proofs, stored: StoredRecord) -> Piece:
    beside, verified = proofs.beside, judge_record(base, index, proofs, stored.path)
    if verified.failed:
        raise InvalidDataError(f"{stored.id} does not verify", hint=f"`kb verify {stored.id}` says what fails")
    times = beside.times(stored)
    signatures = proofs_of(base, stored)
    timing = dict(time_files(beside, stored.id, stored.digest))
    for digest in (digest_of(data) for name, data in signatures.items() if name.endswith(".sig")):
        timing |= time_files(beside, digest, digest)  # the time at which the key that made it is judged
    return Piece(
        stored=stored,
        citation=cite_record(
            stored,
            base.settings,
            standing=standing_of(base, index, stored),
            logged=times.logged_said,
            stamped=times.stamped_said,
        ),
        verified=verified,
        times=times_of(beside, stored),
        attachments=attachments_of(base, stored),
        proofs=signatures,
        timing=timing,
    )


def _signed(judge: Judge, piece: Piece) -> Iterator[SignedFile]:
    stored = piece.stored
    folder = f"proofs/{stored.digest}"
    for each in judge.judge(stored):
        witnessed = each.path.with_suffix("").name
        yield SignedFile(
            signature=f"{folder}/{each.path.name}",
            message=f"records/{stored.id}.json" if each.role == "author" else f"{folder}/{witnessed}",
            signer=each.signer or "",
            namespace=NAMESPACES[each.role],
            moment=each.moment.at if each.moment else None,
            revocations=bool(judge.trust.revoked),
        )


def _stamped(beside: Beside, piece: Piece) -> Iterator[StampedFile]:
    for each in beside.stamps(piece.stored.digest):
        if each.subject and each.time:
            size = each.subject.size
            yield StampedFile(
                token=f"stamps/{each.path.name}",
                message=f"records/{piece.stored.id}.json" if size is None else f"log/checkpoints/{size}",
                roots=f"trust/tsa/{each.root}",
                unix_time=int(each.time.timestamp()),
            )
