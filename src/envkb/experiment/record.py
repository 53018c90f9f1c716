"""The verb `record`: from a collection and a person's statements to a stored record."""

import platform
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from pydantic import ValidationError

from envkb.capture.collected import Collected
from envkb.capture.probes.environment import found_lock
from envkb.capture.snapshot import SCHEMA as SNAPSHOT_SCHEMA
from envkb.capture.snapshot import Snapshot
from envkb.cite.line import citation_line
from envkb.document.codec import describe
from envkb.document.redaction import Gate, MachineValues
from envkb.errors import InvalidDataError, ToolFailedError, UsageError
from envkb.experiment.addresses import known_addresses
from envkb.experiment.captured import read_captured
from envkb.experiment.cleaning import ATTACHMENT_BUDGET, Loose, Prepared, dump_snapshot, prepare
from envkb.experiment.compose import Captured, Circumstances, compose, with_default_label
from envkb.experiment.stated import Stated
from envkb.knowledge.folder import KnowledgeBase, SaltCollisionError
from envkb.model.record import Record

if TYPE_CHECKING:
    from pydantic import JsonValue

_NOT_IN_SNAPSHOT: Final = {"kb:locks"}  # attached by itself, and never cut
_SALT_TRIES: Final = 8
_NONE_KNOWN: Final[Mapping[str, str]] = MappingProxyType({})


class Wishes(NamedTuple):
    """How a record is to be made.

    Attributes:
        private: Write it to the private place.
        if_new: Write nothing where host and environment are recorded already as they are.
        dry_run: Write nothing at all.
        host: Where the host is read from; None keeps nothing of it.
        target: The environment that was asked for by name; empty for the active one.
    """

    private: bool = False
    if_new: bool = False
    dry_run: bool = False
    host: Snapshot | None = None
    target: str = ""


class Recorded(NamedTuple):
    """What became of one experiment.

    Attributes:
        id: The record's id.
        digest: SHA-256 of its file.
        path: Its file relative to the root, or the bundle's; None for a dry run.
        record: What it says, cleaned.
        new: Whether it was written now.
        private: Whether it lies in the private place.
        citation: Its citation line.
    """

    id: str
    digest: str
    path: str | None
    record: Record
    new: bool
    private: bool
    citation: str


def gate_for(
    *machines: MachineValues, prefix: str | None = None, known_addresses: Mapping[str, str] = _NONE_KNOWN
) -> Gate:
    """Return the gate for values of these machines; over SSH there are two.

    Args:
        machines: What must not be stored.
        prefix: The environment that is looked at; None for none.
        known_addresses: Names of indexes and channels by their address.
    """
    values = MachineValues(prefixes=(prefix,) if prefix else ())
    for machine in machines:
        values |= machine
    return Gate(values, known_addresses=known_addresses)


def record(
    collected: Collected,
    stated: Stated,
    wishes: Wishes,
    *,
    base: KnowledgeBase | None,
    folder: Path,
    now: datetime,
    local: MachineValues | None = None,
) -> Recorded:
    """Make and store one record.

    Args:
        collected: What was read.
        stated: What a person said.
        wishes: How to make it.
        base: The knowledge base; None writes a bundle.
        folder: Where a bundle goes.
        now: The present, in UTC.
        local: Values of this machine too, where another one was read.

    Raises:
        UsageError: The environment asked for is not there.
        ToolFailedError: It cannot be read, and nobody said that it is broken.
        InvalidDataError: Something cannot be cleaned.
        KbError: It cannot be written; nothing is left half-written.
    """
    if wishes.target:
        _insist_on_target(collected.snapshot, stated)
    captured = read_captured(collected.snapshot, now=now, host_snapshot=wishes.host)
    authors = tuple(author.declared() for author in base.settings.authors) if base else ()
    stated = _with_remembered_label(stated, captured, base)
    sources = (base.settings.indexes, base.settings.channels) if base else ()
    known = known_addresses(captured.environment, *sources)
    machines = (collected.machine_values, *([local] if local else []))
    for _ in range(_SALT_TRIES):
        # A gate holds the placeholders of one record: a second try begins again.
        gate = gate_for(*machines, prefix=_prefix(collected.snapshot), known_addresses=known)
        circumstances = Circumstances(now, secrets.token_hex(16), platform.python_version(), authors)
        files = _files(collected.snapshot, stated, gate)
        try:
            prepared = prepare(gate, files, partial(compose, captured, stated, circumstances))
        except ValidationError as error:
            # Cleaning can make a text longer than its place allows.
            raise InvalidDataError(f"the record cannot say this: {describe(error)}", hint="say it shorter") from error
        if wishes.dry_run:
            return _recorded(prepared, base, wishes, path=None, new=False)
        if wishes.if_new and base and (found := _newest_alike(base, prepared.record)):
            return found
        if base and stated.host_label and captured.host and captured.host.key:
            # First, since a label that another host bears is refused, and then nothing may be written.
            base.remember_host(captured.host.key, stated.host_label)
        try:
            return _write(prepared, base, folder, wishes)
        except SaltCollisionError:
            continue
    raise SaltCollisionError("eight salts in a row gave an id that is taken", hint="run `kb check`")


def _insist_on_target(snapshot: Snapshot, stated: Stated) -> None:
    # Whoever names an environment wants that one; a record of nothing in its place would mislead.
    target, environment = snapshot.source("kb:target"), snapshot.source("kb:environment")
    if target is None or target.status != "ok":
        reason = target.reason if target else "the environment was not looked for"
        raise UsageError(reason, hint="give an interpreter, a prefix, or the name of a conda environment")
    if (environment is None or environment.status != "ok") and stated.outcome != "failure":
        reason = environment.reason if environment else "the environment was not read"
        raise ToolFailedError(reason, hint="to record that it is broken, add --outcome failure")


def _with_remembered_label(stated: Stated, captured: Captured, base: KnowledgeBase | None) -> Stated:
    if base is None or captured.host is None or captured.host.key is None:
        return stated
    return with_default_label(stated, base.settings.hosts.get(captured.host.key))


def _prefix(snapshot: Snapshot) -> str | None:
    target = snapshot.json("kb:target")
    prefix = target.get("prefix") if isinstance(target, Mapping) else None
    return prefix if isinstance(prefix, str) and prefix.count("/") > 1 else None


def snapshot_file(snapshot: Snapshot, gate: Gate) -> Loose:
    """Return the file that keeps a snapshot beside its record, cleaned and cut to the budget."""
    sources: list[JsonValue] = [
        source._asdict() for name, source in snapshot.sources.items() if name not in _NOT_IN_SNAPSHOT
    ]
    cleaned = gate.tree({"schema": SNAPSHOT_SCHEMA, "sources": sources}, keep=())
    assert isinstance(cleaned, dict)  # noqa: S101 - the gate keeps the shape
    text = dump_snapshot(cleaned, ATTACHMENT_BUDGET)
    return Loose("snapshot.json", "snapshot", "application/json", text, cleaned=True)


def _files(snapshot: Snapshot, stated: Stated, gate: Gate) -> list[Loose]:
    files = [snapshot_file(snapshot, gate)]
    lock = found_lock(snapshot)
    if lock is not None:
        files.append(Loose(lock.name, "lock", "text/plain", lock.text.encode()))
    for file in stated.files:
        import mimetypes  # noqa: PLC0415 - slow, and few records attach files

        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        files.append(Loose(file.name, "file", media_type, file.data))
    return files


def _newest_alike(base: KnowledgeBase, new: Record) -> Recorded | None:
    from envkb.experiment.sameness import unchanged  # noqa: PLC0415 - few records are made with `--if-new`
    from envkb.knowledge.index.index import open_index  # noqa: PLC0415 - likewise
    from envkb.knowledge.query.parser import parse_query  # noqa: PLC0415 - likewise

    kind = new.environment.prefix_kind if new.environment else None
    with open_index(base) as index:
        rows = index.rows(parse_query("kind = experiment and state = current"))
    for row in rows:  # newest first
        if row.prefix_kind == kind and same_host((stored := base.read(row.id)).record, new):
            if not unchanged(new, stored.record):
                return None
            path = str(stored.path)
            return recorded_as(stored.id, stored.digest, path, stored.record, base, new=False, private=stored.private)
    return None


def same_host(one: Record, other: Record) -> bool:
    """Return whether two records are about one host: by key, else by label, else by nothing at all."""
    if one.host is None or other.host is None:
        return one.host is other.host
    if one.host.key or other.host.key:
        return one.host.key == other.host.key
    return one.host.label == other.host.label


def _write(prepared: Prepared, base: KnowledgeBase | None, folder: Path, wishes: Wishes) -> Recorded:
    if base is None:
        from envkb.knowledge.bundle import write_bundle  # noqa: PLC0415 - only where there is no knowledge base

        path = folder / f"{prepared.id}.kbz"
        write_bundle(path, {prepared.id: prepared.data}, prepared.attachments)
        return _recorded(prepared, None, wishes, path=str(path), new=True)
    stored = base.add(prepared.data, prepared.attachments, private=wishes.private)
    return _recorded(prepared, base, wishes, path=str(stored.path), new=stored.new)


def _recorded(
    prepared: Prepared, base: KnowledgeBase | None, wishes: Wishes, *, path: str | None, new: bool
) -> Recorded:
    return recorded_as(prepared.id, prepared.digest, path, prepared.record, base, new=new, private=wishes.private)


def recorded_as(
    record_id: str,
    digest: str,
    path: str | None,
    content: Record,
    base: KnowledgeBase | None,
    *,
    new: bool,
    private: bool,
) -> Recorded:
    """Return what became of one experiment, with its citation line."""
    citation = citation_line(
        authors=content.authors,
        title=content.title,
        record_id=record_id,
        digest=digest,
        created=content.created,
        # A private record has no page anywhere.
        base_url=base.settings.base_url if base and not private else None,
    )
    return Recorded(record_id, digest, path, content, new=new, private=private, citation=citation)
