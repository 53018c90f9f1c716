"""Keeps a comparison as a record of kind `claim`."""

import platform
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from envkb import __version__
from envkb.assess.claims import claim_of
from envkb.assess.sentences import overview, sentences, subject
from envkb.document.redaction import MachineValues
from envkb.experiment.cleaning import prepare
from envkb.experiment.compare import ComparedRecords
from envkb.experiment.record import Recorded, gate_for, recorded_as
from envkb.knowledge.folder import KnowledgeBase, SaltCollisionError
from envkb.model.record import Attachment, Link, Record, Software

_SALT_TRIES: Final = 8
_LONGEST_TITLE: Final = 200
_MOST_SENTENCES: Final = 20


def keep_claim(compared: ComparedRecords, base: KnowledgeBase, machine: MachineValues, now: datetime) -> Recorded:
    """Store a comparison as a claim that rests on the records compared; private where one of these is.

    Args:
        compared: The comparison.
        base: The knowledge base.
        machine: Values of this machine, for the gate that every write passes.
        now: The present, in UTC.

    Raises:
        InvalidDataError: It does not fit into a record, or something cannot be cleaned.
        KbError: It cannot be written; nothing is left half-written.
    """
    private = any(stored.private for stored in compared.records)
    for _ in range(_SALT_TRIES):
        record = _compose(compared, base, now)
        prepared = prepare(gate_for(machine), (), partial(_without_files, record))
        try:
            stored = base.add(prepared.data, prepared.attachments, private=private)
        except SaltCollisionError:
            continue
        return recorded_as(
            prepared.id,
            prepared.digest,
            str(stored.path),
            prepared.record,
            base,
            new=stored.new,
            private=stored.private,
        )
    raise SaltCollisionError("eight salts in a row gave an id that is taken", hint="run `kb check`")


def _compose(compared: ComparedRecords, base: KnowledgeBase, now: datetime) -> Record:
    comparison = compared.comparison
    told = sentences(comparison)
    overviews = "; ".join(overview(contrast) for contrast in comparison.contrasts)
    more = f"\n({len(told) - _MOST_SENTENCES} more)" if len(told) > _MOST_SENTENCES else ""
    return Record(
        schema_="envkb.record/1",
        kind="claim",
        created=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        observed=None,
        salt=secrets.token_hex(16),
        title=_title(": ".join(filter(None, (subject(comparison), overviews)))),
        summary="\n".join(told[:_MOST_SENTENCES]) + more or None,
        outcome=None,
        tags=(),
        authors=tuple(author.declared() for author in base.settings.authors),
        software=Software(name="envkb", version=__version__, python=platform.python_version()),
        host=None,
        facts=(),
        environment=None,
        install=None,
        run=None,
        measurements=(),
        edge_cases=(),
        findings=(),
        claim=claim_of(comparison),
        notes=(),
        attachments=(),
        redactions=(),
        links=tuple(
            Link(relation="based_on", id=stored.id, digest=stored.digest, reason=None) for stored in compared.records
        ),
    )


def _without_files(record: Record, _: Sequence[Attachment]) -> Record:
    return record


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"
