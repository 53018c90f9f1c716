"""Carries out `kb record`: asks, records, keeps drafts, prints."""

import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typer

from envkb.capture.collected import Collected
from envkb.capture.snapshot import Snapshot
from envkb.capture.summary import machine_lines
from envkb.capture.transports.local import Pending, collect_local
from envkb.cli.console import say
from envkb.cli.recorded import Asked, print_elsewhere, print_recorded
from envkb.errors import KbError, UsageError
from envkb.experiment.captured import read_captured
from envkb.experiment.clock import present
from envkb.experiment.compose import default_title
from envkb.experiment.record import Recorded, Wishes, record
from envkb.experiment.recording import (
    Elsewhere,
    keep_draft,
    read_document,
    read_files,
    read_host_snapshot,
    read_note,
    record_elsewhere,
    with_torch_import,
)
from envkb.experiment.stated import Stated, split_edge_case
from envkb.experiment.stated_document import StatedDocument, StatedEdgeCase, interpret
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.edge_case import EDGE_CASE_CLASSES
from envkb.publish.summary import conflict_lines, text_lines

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def collect_document(
    path: Path | None, options: Mapping[str, Any], *, notes: Sequence[Path], edges: Sequence[str]
) -> StatedDocument:
    """Join the file of `--from` with the options; options win, lists grow.

    Raises:
        UsageError: A file that is not there, or an edge case that cannot be read.
        InvalidDataError: A file that cannot be read.
    """
    # The command line's parser gave the options their types; a validator for them would take 4 ms to build.
    said = StatedDocument.model_construct(
        **options,
        notes=tuple(read_note(note) for note in notes),
        edges=tuple(StatedEdgeCase.model_validate({"symptom": "", **split_edge_case(edge)}) for edge in edges),
    )
    return read_document(path).joined(said) if path else said


class _Recorder:
    """Holds what is said so far, so that it can be kept when something interrupts."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.document = asked.document
        self.base = KnowledgeBase.open(asked.root) if asked.root else KnowledgeBase.find(Path.cwd())
        self.now = present()

    def keep(self, document: StatedDocument) -> None:
        self.document = document

    def stated(self) -> Stated:
        return interpret(
            self.document,
            now=self.now,
            zone=self.now.astimezone().tzinfo or self.now.tzinfo,  # type: ignore[arg-type] # a time of `present` has one
            classes=self.classes(),
            files=read_files(self.document.attach),
        )

    def classes(self) -> tuple[str, ...]:
        own = tuple(self.base.settings.edge_cases) if self.base else ()
        return (*EDGE_CASE_CLASSES, *own)

    def host(self, collected: Collected) -> Snapshot | None:
        if self.asked.host_facts == "none":
            return None
        return read_host_snapshot(Path(self.asked.host_facts)) if self.asked.host_facts else collected.snapshot

    def record(self, collected: Collected, *, local: Collected | None = None) -> Recorded:
        if "torch" in self.asked.imports:
            collected = with_torch_import(collected)
        wishes = Wishes(
            private=self.asked.private,
            if_new=self.asked.if_new,
            dry_run=self.asked.dry_run,
            host=self.host(collected),
            target=self.asked.target,
        )
        return record(
            collected,
            self.stated(),
            wishes,
            base=self.base,
            folder=Path.cwd(),
            now=self.now,
            local=local.machine_values if local else None,
        )


def answer(asked: Asked, pending: Pending | None) -> None:
    """Record, and print what became of it.

    Args:
        asked: What the command line said.
        pending: The collection of this machine under way; None where other machines are read.
    """
    _refuse_what_cannot_be(asked)
    recorder = _Recorder(asked)
    if asked.interactive:
        # A terminal that is closed, or a machine that shuts down, must not lose what was typed either.
        for number in _ENDING:
            signal.signal(number, signal.default_int_handler)
    try:
        recorder.stated()  # what was said wrongly is told before anything takes time
        if pending is None:
            print_elsewhere(asked, _elsewhere(recorder))
            return
        collected = pending.result()
        if asked.interactive:
            _ask(recorder, collected)
        recorded = recorder.record(collected)
    except typer.Exit:
        raise
    except (KeyboardInterrupt, Exception) as error:
        _keep_draft(recorder, error)
        raise
    print_recorded(asked, recorded)


def _refuse_what_cannot_be(asked: Asked) -> None:
    unknown = set(asked.imports) - {"torch"}
    if unknown:
        raise UsageError(f"--import {unknown.pop()!r} is not known", hint="`--import torch` is")
    if asked.on and asked.imports:
        raise UsageError("--import works on this machine alone", hint="run `kb record --import torch` there")
    if asked.on and asked.host_facts:
        raise UsageError("--host-facts and --on say two things about the host", hint="use one of them")


def _elsewhere(recorder: _Recorder) -> list[Elsewhere]:
    asked = recorder.asked
    if len(asked.on) > 1 and recorder.document.host_label:
        raise UsageError("--host-label names one host, and several are read", hint="record them one by one")
    local = collect_local(asked.target)  # this machine's values must not slip into that machine's record either
    return record_elsewhere(asked.on, asked.target, lambda there: recorder.record(there, local=local))


def _ask(recorder: _Recorder, collected: Collected) -> None:
    from envkb.cli.questions import ask  # noqa: PLC0415 - only on a terminal

    captured = read_captured(collected.snapshot, now=recorder.now, host_snapshot=recorder.host(collected))
    for line in (*machine_lines(captured.facts, captured.environment), *conflict_lines(captured.facts)):
        say(f"  {line}")
    label = recorder.document.host_label
    ask(recorder.document, default_title(captured, label), recorder.classes(), recorder.keep)
    if recorder.asked.dry_run:
        return
    preview = recorder.asked._replace(dry_run=True)
    shown = _Recorder(preview)
    shown.keep(recorder.document)
    say()
    for line in text_lines(shown.record(collected).record, with_facts=False):
        say(f"  {line}")
    say()
    if not typer.confirm("Write this record?", default=True, err=True):
        raise typer.Abort


def _keep_draft(recorder: _Recorder, error: BaseException) -> None:
    # A usage error in options is in the shell's history; what was typed into prompts or a full disk would be lost.
    typed = recorder.document != StatedDocument()
    if not typed or (isinstance(error, UsageError) and not recorder.asked.interactive):
        return
    root = recorder.base.root if recorder.base else Path.cwd()
    # Whoever presses Ctrl-C twice wants to leave, and to find again what was typed; a closed terminal tells it twice.
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _ENDING}
    try:
        path = keep_draft(recorder.document, collect_local().machine_values, root)
    except KbError as failure:
        say(f"kb: what you typed could not be kept: {failure.message}")
    else:
        say(f"kb: what you typed is kept in {path}")
        say(f"    go on with: kb record --from {path}")
    finally:
        if isinstance(error, KbError):  # else the program ends here, and nothing may disturb that
            for number, handler in before.items():
                signal.signal(number, handler)
