"""Carries out `kb reproduce`."""

import os
from dataclasses import dataclass
from pathlib import Path

import typer

from envkb.assess.sentences import line_name, ratio_text
from envkb.bench.suites import parse_suite
from envkb.cli.base import open_base
from envkb.cli.console import emit, inert, show
from envkb.cli.run_documents import ReproducedDocument
from envkb.cli.run_progress import watch_steps
from envkb.cli.running import USUAL_TIMEOUT, say_how_to_go_on, stoppable
from envkb.errors import VerificationError
from envkb.experiment.clock import present
from envkb.experiment.record import Recorded
from envkb.experiment.run.arms import equip
from envkb.experiment.run.asking import benchmarks_of, changed, flags_of, named_address, seconds_of
from envkb.experiment.run.reproduce import Original, original_of
from envkb.experiment.run.reproduction import Reproduction, judge, runs_of
from envkb.experiment.run.run import carry_out
from envkb.experiment.run.state import RunState, begin
from envkb.experiment.run.terms import Terms
from envkb.managers import Sources
from envkb.model.plan import Plan
from envkb.model.settings import Settings
from envkb.process import run


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything the command line said; see the options of `kb reproduce`."""

    record: str
    manager: str | None
    from_installed: bool
    flags: tuple[str, ...]
    rounds: int | None
    bench: tuple[str, ...]
    indexes: tuple[str, ...]
    channels: tuple[str, ...]
    timeout: str | None
    private: bool
    root: Path | None
    as_json: bool


def answer(wanted: Wanted) -> None:
    """Reproduce a record, and print how it went."""
    base = open_base(wanted.root)
    sources = _sources(wanted, base.settings)
    original = original_of(
        base,
        wanted.record,
        manager=wanted.manager,
        from_installed=wanted.from_installed,
        rounds=wanted.rounds,
        sources=sources,
    )
    plan = _changed(original.plan, wanted)
    state = _state(original, plan, wanted)
    terms = Terms(
        base=base,
        folder=Path.cwd(),
        environ=os.environ,
        timeout_s=seconds_of(wanted.timeout or USUAL_TIMEOUT, "--timeout"),
        watch=watch_steps,
        private=state.private,
    )
    with stoppable():
        workshop = equip(plan, run, os.environ, sources)
        try:
            finished = carry_out(state, workshop, terms)
        except KeyboardInterrupt:
            say_how_to_go_on(state, terms)
            raise
    (recorded,) = finished.recorded
    told = judge(original.stored.record, recorded.record, runs_of(base, original.stored, recorded))
    _print(wanted, original, recorded, told)
    if told.verdict == "not reproduced":
        raise typer.Exit(VerificationError.exit_code)


def _sources(wanted: Wanted, settings: Settings) -> Sources:
    indexes, channels = (dict(map(named_address, given)) for given in (wanted.indexes, wanted.channels))
    return Sources(indexes={**settings.indexes, **indexes}, channels={**settings.channels, **channels})


def _changed(plan: Plan, wanted: Wanted) -> Plan:
    benchmarks = benchmarks_of(wanted.bench)
    if benchmarks is not None:
        plan = plan.model_copy(update={"benchmarks": () if benchmarks == "none" else benchmarks})
    if not wanted.flags:
        return plan
    (request,) = plan.requests
    return changed(plan, requests=({**request.model_dump(), "flags": flags_of(wanted.flags)},))


def _state(original: Original, plan: Plan, wanted: Wanted) -> RunState:
    lock = original.lock
    # The record brings its own files along; what --bench names lies here.
    brought = {own.name for own in original.files}
    named = [text for text in plan.benchmarks if (file := parse_suite(text).file) and file.name in brought]
    here = plan.model_copy(update={"benchmarks": tuple(text for text in plan.benchmarks if text not in named)})
    state = begin(here, present())
    return state.model_copy(
        update={
            "plan": plan,
            "files": (*state.files, *original.files),
            "lock": lock.text if lock else None,
            "lock_format": lock.format if lock else None,
            "links": (original.link(),),
            "timeout": wanted.timeout,
            # A public record cannot name a private one.
            "private": wanted.private or original.stored.private,
        }
    )


def _print(wanted: Wanted, original: Original, recorded: Recorded, told: Reproduction) -> None:
    if wanted.as_json:
        emit(
            ReproducedDocument(
                id=recorded.id,
                digest=recorded.digest,
                path=recorded.path or "",
                title=recorded.record.title,
                created=recorded.record.created,
                reproduces=original.stored.id,
                verdict=told.verdict,
                environment=told.environment,
                speed=told.speed,
                reasons=told.reasons,
                comparison=told.comparison,
            )
        )
        return
    whether = " whether it is reproduced" if told.verdict == "cannot tell" else ""
    show(f"{original.stored.id}: {told.verdict}{whether}")
    show(f"    environment: {told.environment}; speed: {told.speed or 'nothing was measured then and now'}")
    for reason in told.reasons:
        show(f"    {inert(reason)}")
    for contrast in told.comparison.contrasts if told.comparison else ():
        lines = [line for line in contrast.measurements if line.quantity == "duration"]
        width = max((len(line_name(line, contrast)) for line in lines), default=0)
        show("    times as long as then:" if lines else "    no time was measured both then and now")
        for line in lines:
            show(f"        {line_name(line, contrast):<{width}}  {ratio_text(line)}  {line.verdict}")
    show(f"    {recorded.id}  {recorded.path}")
