"""Makes an exhibit: records with all that proves them, for readers who have nothing of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envkb.cite.citation import cite_record
from envkb.cite.standing import standing_of
from envkb.errors import InvalidDataError
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.index.index import Index, open_index
from envkb.proof.log.log import Log, Logged
from envkb.proof.signatures.judging import NAMESPACES, Judge
from envkb.proof.verification.proofs import Proofs
from envkb.proof.verification.verify import verify_record
from envkb.publish.exhibit.archive import exhibit_files
from envkb.publish.exhibit.dossier import dossier
from envkb.publish.exhibit.gathered import Piece, attachments_of, proofs_of, trust_of, with_what_they_name
from envkb.publish.exhibit.steps import SignedFile, written_steps


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
        pieces = tuple(_piece(base, index, proofs.checked.log, stored) for stored in found)
    records = [(piece.stored.id, piece.stored.digest) for piece in pieces]
    signed = [each for piece in pieces for each in _signed(proofs.judge, piece)]
    steps = written_steps(records, signed, [], logged=any(piece.inclusion for piece in pieces))
    title = pieces[0].stored.record.title
    page = dossier(title, base.settings.title, pieces, steps)
    return Exhibit(base.settings.title, pieces, exhibit_files(pieces, trust_of(base), page, steps))


def _piece(base: KnowledgeBase, index: Index, log: Log | None, stored: StoredRecord) -> Piece:
    verified = verify_record(base, stored.id)
    if verified.failed:
        raise InvalidDataError(f"{stored.id} does not verify", hint=f"`kb verify {stored.id}` says what fails")
    logged = log.find(stored.digest) if log else None
    proof = log.prove(stored.digest).encode() if log and logged and logged.checkpoint else None
    said = logged.said if logged else None
    return Piece(
        stored=stored,
        citation=cite_record(stored, base.settings, standing=standing_of(base, index, stored), logged=said),
        verified=verified,
        times=tuple(_times(stored, logged)),
        attachments=attachments_of(base, stored),
        proofs=proofs_of(base, stored),
        inclusion=proof,
    )


def _times(stored: StoredRecord, logged: Logged | None) -> list[tuple[str, str]]:
    sealed = logged.checkpoint.sealed if logged and logged.checkpoint else None
    return [
        ("Time claimed", f"{stored.record.created}, by the clock of whoever wrote it"),
        ("Time logged", f"{sealed}, by the clock of whoever keeps the log" if sealed else "not logged"),
    ]


def _signed(judge: Judge, piece: Piece) -> list[SignedFile]:
    stored = piece.stored
    found = []
    for each in judge.judge(stored):
        folder = f"proofs/{stored.digest}"
        witnessed = each.path.with_suffix("").name
        message = f"records/{stored.id}.json" if each.role == "author" else f"{folder}/{witnessed}"
        found.append(SignedFile(f"{folder}/{each.path.name}", message, each.signer or "", NAMESPACES[each.role]))
    return found
