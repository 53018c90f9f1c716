"""Writes one record for each combination of a run."""

import platform
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from envkb.bench.measure import BenchResult
from envkb.bench.schedule import ABBA
from envkb.capture.probes.environment import found_lock
from envkb.capture.snapshot import Snapshot
from envkb.document.codec import decode_record
from envkb.document.identity import digest_of
from envkb.document.redaction import Gate, MachineValues
from envkb.errors import UsageError
from envkb.experiment.addresses import known_addresses
from envkb.experiment.captured import read_captured
from envkb.experiment.cleaning import Loose, Prepared, prepare
from envkb.experiment.compose import Captured, Circumstances, compose, with_default_label
from envkb.experiment.record import Recorded, gate_for, recorded_as, snapshot_file
from envkb.experiment.run.cells import Combination
from envkb.experiment.run.circumstances import share_circumstances
from envkb.experiment.run.conduct import Keep
from envkb.experiment.run.inspect import load
from envkb.experiment.run.measurements import measurements_of
from envkb.experiment.run.plans import plan_text
from envkb.experiment.run.sections import (
    edge_cases_of,
    install_facts,
    install_section,
    outcome_of,
    telling,
    title_of,
)
from envkb.experiment.run.state import Inspection, RunState
from envkb.experiment.run.summary import summary_of
from envkb.experiment.run.trial import Trial
from envkb.experiment.stated import Stated
from envkb.knowledge.bundle import SUFFIX, open_bundle, write_bundle
from envkb.knowledge.folder import KnowledgeBase, SaltCollisionError
from envkb.managers import Sources, Tool
from envkb.model.edge_case import EdgeCase
from envkb.model.environment import Lock
from envkb.model.fact import Status
from envkb.model.measurement import Run
from envkb.model.record import Attachment, Observed, Record
from envkb.model.value import Origin

_SALT_TRIES: Final = 8
_LOG: Final = "install.log"
_PLAN: Final = "plan.json"
_RAW: Final = "benchmarks.json"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Everything that one record of a run is made of.

    Attributes:
        combination: The combination.
        trials: Its rounds; empty for an existing environment.
        inspection: What the environment was like; None where it never came to be.
        tool: The manager; None for an existing environment.
        bench: What its benchmarks showed; None where none were run in it.
        extra: Edge cases from elsewhere.
    """

    combination: Combination
    trials: tuple[Trial, ...]
    inspection: Inspection | None
    tool: Tool | None
    bench: BenchResult | None = None
    extra: tuple[EdgeCase, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and how the records of a run are written.

    Attributes:
        base: The knowledge base; None writes one bundle.
        folder: Where a bundle goes.
        private: Whether they go to the private place.
        now: The present, in UTC.
        machine: Values of this machine, for the gate.
        host: The text of a snapshot that the host is read from.
        sources: Addresses of indexes and channels, of which records keep the names.
        tags: Labels of all records.
        host_label: Name for the host.
    """

    base: KnowledgeBase | None
    folder: Path
    private: bool
    now: datetime
    machine: MachineValues
    host: str
    sources: Sources = field(default_factory=Sources)
    tags: tuple[str, ...] = ()
    host_label: str | None = None


def write_records(state: RunState, chapters: Sequence[Chapter], desk: Desk, keep: Keep) -> tuple[Recorded, ...]:
    """Write the record of every chapter.

    Outside a knowledge base all go into one bundle that bears the run's name.

    Args:
        state: The run.
        chapters: What the records are made of.
        desk: Where and how.
        keep: Takes the state before every record, so that none is written twice.

    Raises:
        InvalidDataError: Something cannot be cleaned.
        KbError: They cannot be written; those before stay.
    """
    arms = tuple(dict.fromkeys(chapter.combination.arm for chapter in chapters))
    if desk.base is None:
        return _write_bundle(state, chapters, arms, desk, keep)
    written = []
    for chapter in chapters:
        one = _stored(state, chapter, desk.base) or _store(state, chapter, arms, desk, desk.base, keep)
        state = state.having(stored=((chapter.combination.key, one.id),))
        written.append(one)
    return tuple(written)


def _write_bundle(
    state: RunState, chapters: Sequence[Chapter], arms: tuple[str, ...], desk: Desk, keep: Keep
) -> tuple[Recorded, ...]:
    path = desk.folder / f"{state.run_id}{SUFFIX}"
    keys = [chapter.combination.key for chapter in chapters]
    named = dict(state.stored)
    if path.is_file() and named.keys() == set(keys):
        # Written before the run was interrupted.
        with open_bundle(path) as bundle:
            files = {named[key]: bundle.record(named[key]) for key in keys}
    else:
        prepared = [_prepare(state, chapter, arms, desk) for chapter in chapters]
        files = {one.id: one.data for one in prepared}
        keep(state.having(stored=tuple(zip(keys, files, strict=True))))
        write_bundle(path, files, {digest: data for one in prepared for digest, data in one.attachments.items()})
    return tuple(
        recorded_as(name, digest_of(data), str(path), decode_record(data), None, new=True, private=desk.private)
        for name, data in files.items()
    )


def _stored(state: RunState, chapter: Chapter, base: KnowledgeBase) -> Recorded | None:
    """Return the record that was written before the run was interrupted."""
    named = dict(state.stored).get(chapter.combination.key)
    if named is None:
        return None
    try:
        found = base.read(named)
    except UsageError:
        return None  # it was about to be written
    return recorded_as(found.id, found.digest, str(found.path), found.record, base, new=False, private=found.private)


def _store(
    state: RunState, chapter: Chapter, arms: tuple[str, ...], desk: Desk, base: KnowledgeBase, keep: Keep
) -> Recorded:
    for _ in range(_SALT_TRIES):
        one = _prepare(state, chapter, arms, desk)
        # Named before it is there: whoever goes on after a kill finds it and writes no second one.
        keep(state.having(stored=((chapter.combination.key, one.id),)))
        try:
            stored = base.add(one.data, one.attachments, private=desk.private)
        except SaltCollisionError:
            continue
        return recorded_as(one.id, one.digest, str(stored.path), one.record, base, new=True, private=desk.private)
    raise SaltCollisionError("eight salts in a row gave an id that is taken", hint="run `kb check`")


def _prepare(state: RunState, chapter: Chapter, arms: tuple[str, ...], desk: Desk) -> Prepared:
    snapshot = load(chapter.inspection.snapshot if chapter.inspection else desk.host)
    captured = _captured(chapter, snapshot, desk.now)
    target = snapshot.json("kb:target") if chapter.inspection else None
    prefix = target.get("prefix") if isinstance(target, dict) else None
    gate = gate_for(
        desk.machine,
        prefix=prefix if isinstance(prefix, str) and prefix.count("/") > 1 else None,
        known_addresses=known_addresses(captured.environment, desk.sources.indexes, desk.sources.channels),
    )
    authors = tuple(author.declared() for author in desk.base.settings.authors) if desk.base else ()
    circumstances = Circumstances(desk.now, secrets.token_hex(16), platform.python_version(), authors)
    stated = _with_label(_stated(state, chapter, desk), captured, desk)

    def make(attachments: Sequence[Attachment]) -> Record:
        digests: dict[str, str] = {row.role: row.sha256 for row in attachments}
        record = compose(captured, _completed(stated, chapter, digests), circumstances, attachments)
        environment = record.environment
        if environment is not None and chapter.trials:
            environment = environment.model_copy(update={"lock": _lock(chapter, digests)})
        measurements, shared = share_circumstances(record.measurements)
        run = Run(
            origin=Origin.CAPTURED,
            id=state.run_id,
            plan_sha256=digests["plan"],
            cell=chapter.combination.cell(),
            arms=arms,
            rounds=state.plan.rounds,
            schedule=ABBA,
            seed=None,
            conditions=shared,
        )
        own = {"run": run, "measurements": measurements, "environment": environment, "links": state.links}
        return record.model_copy(update=own)

    return prepare(gate, _files(state, chapter, snapshot, gate), make)


def _captured(chapter: Chapter, snapshot: Snapshot, now: datetime) -> Captured:
    if chapter.inspection is not None:
        captured = read_captured(snapshot, now=now, host_snapshot=snapshot)
    else:
        # The environment never came to be; the one that kb runs in is none of this record's business.
        clock = {name: source for name, source in snapshot.sources.items() if name == "kb:clock"}
        bare = read_captured(Snapshot(clock), now=now, host_snapshot=snapshot)
        host = bare.host.model_copy(update={"origin": Origin.CAPTURED}) if bare.host else None
        captured = Captured(host, bare.facts, None)
    if not chapter.trials:
        return captured
    size = chapter.inspection.size if chapter.inspection else None
    facts = (*captured.facts, *install_facts(chapter.combination, _subjects(chapter), size))
    return Captured(
        captured.host, tuple(sorted(facts, key=lambda fact: (fact.subject, fact.name))), captured.environment
    )


def _subjects(chapter: Chapter) -> tuple[Trial, ...]:
    return tuple(trial for trial in chapter.trials if trial.role == "subject") or chapter.trials


def _stated(state: RunState, chapter: Chapter, desk: Desk) -> Stated:
    bench = chapter.bench
    edges = (*edge_cases_of(chapter.trials), *(bench.found.edge_cases if bench else ()))
    end = desk.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Stated(
        title=title_of(chapter.combination, chapter.tool),
        summary=summary_of(_subjects(chapter), bench.found.measurements if bench else ()),
        outcome=outcome_of(chapter.trials) if chapter.trials else ("success" if chapter.inspection else "failure"),
        tags=(*desk.tags, "run"),
        observed=Observed(start=state.began, end=end, precision="second"),
        measurements=measurements_of(chapter.combination, chapter.trials),
        edge_cases=(*edges, *chapter.extra),
        host_label=desk.host_label,
    )


def _with_label(stated: Stated, captured: Captured, desk: Desk) -> Stated:
    if desk.base is None or captured.host is None or captured.host.key is None:
        return stated
    return with_default_label(stated, desk.base.settings.hosts.get(captured.host.key))


def _completed(stated: Stated, chapter: Chapter, digests: Mapping[str, str]) -> Stated:
    """Return the statements with what names attachments, whose digests are known only after cleaning."""
    if chapter.bench is not None:
        raw = digests.get("raw")
        shown = tuple(one.model_copy(update={"raw_sha256": raw}) for one in chapter.bench.found.measurements)
        stated = stated._replace(measurements=(*stated.measurements, *shown))
    if chapter.trials and chapter.tool:
        section = install_section(chapter.combination, _subjects(chapter), chapter.tool, digests.get("log"))
        stated = stated._replace(install=section)
    return stated


def _lock(chapter: Chapter, digests: Mapping[str, str]) -> Lock:
    seen = chapter.inspection
    if seen is None or seen.lock_text is None or "lock" not in digests:
        manager = chapter.combination.manager or "the manager"
        return Lock(status=Status.ABSENT, reason=f"{manager} wrote no lock", format=None, sha256=None)
    return Lock(status=Status.OK, reason=None, format=seen.lock_format, sha256=digests["lock"])


def _files(state: RunState, chapter: Chapter, snapshot: Snapshot, gate: Gate) -> list[Loose]:
    files = [snapshot_file(snapshot, gate), Loose(_PLAN, "plan", "application/json", plan_text(state.plan))]
    if chapter.trials:
        log = telling(_subjects(chapter)).log.encode("utf-8", "replace")
        files.append(Loose(_LOG, "log", "text/plain", log))
    seen = chapter.inspection
    if seen is not None and seen.lock_text is not None:
        files.append(Loose(seen.lock_name or "lock", "lock", "text/plain", seen.lock_text.encode()))
    elif seen is not None and not chapter.trials and (found := found_lock(snapshot)) is not None:
        files.append(Loose(found.name, "lock", "text/plain", found.text.encode()))
    if chapter.bench is not None:
        files += [Loose(own.name, "file", "text/x-python", own.text.encode()) for own in state.files]
        files.append(Loose(_RAW, "raw", "application/json", chapter.bench.raw))
    return files
