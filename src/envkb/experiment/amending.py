"""The verbs `amend` and `retract`: new records that name old ones. Nothing is edited, and nothing is deleted."""

import mimetypes
import platform
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple, TypeVar

from pydantic import ValidationError

from envkb import __version__
from envkb.cite.standing import standing_of
from envkb.document.codec import describe
from envkb.document.redaction import MachineValues
from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.cleaning import Loose, prepare
from envkb.experiment.record import Recorded, gate_for, recorded_as
from envkb.experiment.stated import Stated
from envkb.knowledge.folder import KnowledgeBase, SaltCollisionError, StoredRecord
from envkb.knowledge.index.index import Index, open_index
from envkb.model.host import Host
from envkb.model.install import Install
from envkb.model.record import LONGEST_LINE, Attachment, Author, Link, Record, Software
from envkb.model.value import Origin

_SALT_TRIES: Final = 8

_Statement = TypeVar("_Statement")


class Changes(NamedTuple):
    """What an amendment changes.

    Attributes:
        stated: What is stated anew. Single values replace the old ones; lists are added to the old ones.
        replaced: Names of statements that replace the old ones also where they are lists, or say nothing: those of a
            file.
        reason: Why; None where nobody says.
    """

    stated: Stated
    replaced: frozenset[str] = frozenset()
    reason: str | None = None


def amend(
    base: KnowledgeBase, names: Sequence[str], changes: Changes, *, machine: MachineValues, now: datetime
) -> Recorded:
    """Store a record that replaces another, or all heads of a fork.

    What was captured or measured by kb is carried over as it is; only what people state can be stated anew. The
    amendment lies where the record lies: private stays private.

    Args:
        base: The knowledge base.
        names: Id of the record; where its chain has several heads, of each of them, the one to carry over first.
        changes: What changes.
        machine: Values of this machine, for the gate that every write passes.
        now: The present, in UTC.

    Raises:
        UsageError: No such record; it was amended or retracted already; nothing changes; the change cannot be.
        InvalidDataError: Something cannot be cleaned, or does not fit.
        KbError: It cannot be written; nothing is left half-written.
    """
    with open_index(base) as index:
        heads = _heads(base, index, names)
    first, links = heads[0], tuple(_link("amends", head, changes.reason) for head in heads)
    private = any(head.private for head in heads)
    files = _files(changes.stated)
    old = first.record
    new = _amended(old, changes)
    same = new.model_copy(update={"software": old.software}) == old
    if same and not files and len(heads) == 1:
        raise UsageError(f"{first.id} says all of that already", hint="nothing was written; say what is to change")
    carried = tuple(link for link in old.links if link.relation not in ("amends", "retracts"))
    new = new.model_copy(update={"links": (*links, *carried)})
    return _store(base, files, partial(_dated, new, now), machine, private=private)


def retract(
    base: KnowledgeBase,
    name: str,
    reason: str,
    *,
    authors: Sequence[Author] = (),
    machine: MachineValues,
    now: datetime,
) -> Recorded:
    """Store a record that takes another back, with every version of it; to retract a retraction undoes it.

    Args:
        base: The knowledge base.
        name: Id of the record: the head of its chain, or one of the heads of a fork.
        reason: Why.
        authors: Who retracts it; empty for the knowledge base's own authors.
        machine: Values of this machine, for the gate that every write passes.
        now: The present, in UTC.

    Raises:
        UsageError: No such record, no reason, or it was amended or retracted already.
        InvalidDataError: Something cannot be cleaned.
        KbError: It cannot be written; nothing is left half-written.
    """
    if not reason.strip():
        raise UsageError("a retraction needs a reason", hint="readers of the old record will see it")
    with open_index(base) as index:
        target = base.read(name)
        _refuse_what_does_not_count(base, index, target)
    declared = tuple(authors) or tuple(author.declared() for author in base.settings.authors)
    new = _retraction(target, reason.strip(), declared, now)
    return _store(base, (), partial(_dated, new, now), machine, private=target.private)


def _retraction(target: StoredRecord, reason: str, authors: tuple[Author, ...], now: datetime) -> Record:
    return Record(
        schema_="envkb.record/1",
        kind="retraction",
        created=_moment(now),
        observed=None,
        salt=secrets.token_hex(16),
        title=_one_line(f"Retraction of {target.id}: {target.record.title}"),
        summary=reason,
        outcome=None,
        tags=(),
        authors=authors,
        software=_software(),
        host=None,
        facts=(),
        environment=None,
        install=None,
        run=None,
        measurements=(),
        edge_cases=(),
        findings=(),
        claim=None,
        notes=(),
        attachments=(),
        redactions=(),
        links=(_link("retracts", target, reason),),
    )


def _heads(base: KnowledgeBase, index: Index, names: Sequence[str]) -> list[StoredRecord]:
    heads = list({stored.id: stored for stored in map(base.read, names)}.values())
    for head in heads:
        if head.record.kind == "retraction":
            raise UsageError(
                f"{head.id} is a retraction, which is not amended",
                hint=f"undo it with `kb retract {head.id} --reason …`, then retract again",
            )
        _refuse_what_does_not_count(base, index, head)
    first = heads[0]
    if any(head.record.kind != first.record.kind for head in heads):
        raise UsageError("records of different kinds cannot be amended together", hint="`kb show` tells the kind")
    wanted = {first.id, *(successor.id for successor in standing_of(base, index, first).successors)}
    if missing := sorted(wanted - {head.id for head in heads}):
        also = " ".join(f"--also {name}" for name in missing)
        raise UsageError(
            f"{first.id} is one head of a fork: {', '.join(missing)} amends the same record",
            hint=f"make one of them: kb amend {first.id} {also}",
        )
    if strangers := sorted({head.id for head in heads} - wanted):
        raise UsageError(f"{strangers[0]} is no head of the chain of {first.id}", hint="amend it by itself")
    return heads


def _refuse_what_does_not_count(base: KnowledgeBase, index: Index, stored: StoredRecord) -> None:
    standing = standing_of(base, index, stored)
    named = [successor.id for successor in standing.successors]
    if standing.state == "superseded":
        raise UsageError(
            f"{stored.id} was amended already: the chain ends with {' and '.join(named)}", hint=f"name {named[0]}"
        )
    if standing.state == "retracted":
        raise UsageError(
            f"{stored.id} was retracted already by {' and '.join(named)}",
            hint=f"if that was wrong, retract the retraction: kb retract {named[0]} --reason …",
        )


def _link(relation: str, target: StoredRecord, reason: str | None) -> Link:
    return Link.model_validate({"relation": relation, "id": target.id, "digest": target.digest, "reason": reason})


def _amended(old: Record, changes: Changes) -> Record:
    stated, replaced = changes.stated, changes.replaced

    def single(name: str, said: _Statement | None, before: _Statement) -> _Statement | None:
        return said if said is not None or name in replaced else before

    def listed(name: str, said: tuple[_Statement, ...], before: Sequence[_Statement]) -> tuple[_Statement, ...]:
        # What kb saw itself stays, whatever is said.
        kept = (each for each in before if getattr(each, "origin", Origin.STATED) is not Origin.STATED)
        return (*kept, *said) if name in replaced else (*before, *said)

    return old.model_copy(
        update={
            "title": stated.title or old.title,
            "summary": single("summary", stated.summary, old.summary),
            "outcome": single("outcome", stated.outcome, old.outcome),
            "observed": single("when", stated.observed, old.observed),
            "tags": tuple(sorted(set(listed("tags", stated.tags, old.tags)))),
            "authors": stated.authors or old.authors,
            "host": _host(old.host, stated.host_label),
            "install": _install(old.install, stated.install),
            "measurements": listed("metrics", stated.measurements, old.measurements),
            "edge_cases": listed("edges", stated.edge_cases, old.edge_cases),
            "notes": listed("notes", stated.notes, old.notes),
            "software": _software(),
        }
    )


def _host(old: Host | None, label: str | None) -> Host | None:
    if label is None:
        return old
    if old is None:
        raise UsageError("the record names no host, so there is nothing to label", hint="leave the label out")
    return old.model_copy(update={"label": label})


def _install(old: Install | None, stated: Install | None) -> Install | None:
    if stated is None:
        return old
    if old is not None and old.origin is not Origin.STATED:
        raise UsageError("kb ran this install itself, and nobody can state it anew", hint="put it into a note")
    return stated


def _files(stated: Stated) -> tuple[Loose, ...]:
    return tuple(
        Loose(file.name, "file", mimetypes.guess_type(file.name)[0] or "application/octet-stream", file.data)
        for file in stated.files
    )


def _dated(new: Record, now: datetime, attachments: Sequence[Attachment]) -> Record:
    # A second try needs another salt.
    every = {each.sha256: each for each in (*new.attachments, *attachments)}
    return new.model_copy(
        update={
            "created": _moment(now),
            "salt": secrets.token_hex(16),
            "attachments": tuple(every[sha256] for sha256 in sorted(every)),
        }
    )


def _store(
    base: KnowledgeBase,
    files: Sequence[Loose],
    make: Callable[[Sequence[Attachment]], Record],
    machine: MachineValues,
    *,
    private: bool,
) -> Recorded:
    for _ in range(_SALT_TRIES):
        try:
            prepared = prepare(gate_for(machine), files, make)
            stored = base.add(prepared.data, prepared.attachments, private=private)
        except ValidationError as error:
            raise InvalidDataError(
                f"the record cannot say this: {describe(error)}", hint="nothing was written"
            ) from error
        except SaltCollisionError:
            continue
        path = str(stored.path)
        return recorded_as(
            prepared.id, prepared.digest, path, prepared.record, base, new=stored.new, private=stored.private
        )
    raise SaltCollisionError("eight salts in a row gave an id that is taken", hint="run `kb check`")


def _software() -> Software:
    return Software(name="envkb", version=__version__, python=platform.python_version())


def _moment(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
