"""Carries out `kb run`: makes the plan, shows what it costs, runs it, prints what it showed."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import get_terminal_size
from typing import Final, TypeVar

import typer

from envkb.capture.transports.local import Pending, start_collecting
from envkb.cli.console import emit, inert, say, show
from envkb.cli.run_plan import Asked, check_asked, is_resumed, plan_of_asked
from envkb.cli.run_printing import counted, foreseen_document, foreseen_lines, run_document
from envkb.cli.run_progress import clear_steps, watch_json, watch_steps
from envkb.errors import KbError, UsageError
from envkb.experiment.captured import read_captured
from envkb.experiment.clock import present
from envkb.experiment.run.answer import Answer, answer_of
from envkb.experiment.run.arms import Workshop, equip
from envkb.experiment.run.asking import seconds_of
from envkb.experiment.run.budget import Budget, parse_budget
from envkb.experiment.run.cells import combinations
from envkb.experiment.run.expected import Expected, earlier_runs, expected_time, of_host
from envkb.experiment.run.foresee import Cost, Foreseen, Foresight, cost_of
from envkb.experiment.run.run import Finished, Terms, begin, carry_out
from envkb.experiment.run.scratch import scratch_folder, scratch_home, sweep
from envkb.experiment.run.screen import lines_of
from envkb.experiment.run.state import RunState, StateFolder, unfinished
from envkb.knowledge.folder import KnowledgeBase
from envkb.managers import Sources
from envkb.model.host import Host
from envkb.process import run

USUAL_TIMEOUT: Final = "1h"
_FORESIGHT_S: Final = 120.0
_GB: Final = 1e9

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Ready:
    state: RunState
    workshop: Workshop
    terms: Terms


def answer(asked: Asked) -> None:
    """Run, and print what it showed."""
    check_asked(asked)
    ready = _prepare(asked)
    if asked.dry_run:
        _print_foreseen(asked, ready)
        return
    with stoppable():
        try:
            if not is_resumed(asked):
                ready = _foreseen(asked, ready)
            finished = carry_out(ready.state, ready.workshop, ready.terms)
        except KeyboardInterrupt:
            say_how_to_go_on(ready.state, ready.terms)
            raise
    _print(asked, finished, ready)


def _prepare(asked: Asked) -> _Ready:
    base = KnowledgeBase.open(asked.root) if asked.root else KnowledgeBase.find(Path.cwd())
    state = _as_asked(_resumed(asked, base) if is_resumed(asked) else _new(asked, base), asked)
    terms = Terms(
        base=base,
        folder=Path.cwd(),
        environ=os.environ,
        timeout_s=seconds_of(state.timeout or USUAL_TIMEOUT, "--timeout"),
        watch=watch_json if asked.progress == "json" else watch_steps,
        private=state.private,
        tags=state.tags,
        keep=state.keep,
        budget=Budget() if state.budget is None else parse_budget(state.budget),
    )
    known = Sources(base.settings.indexes, base.settings.channels) if base else None
    return _Ready(state, equip(state.plan, run, os.environ, known), terms)


def _new(asked: Asked, base: KnowledgeBase | None) -> RunState:
    plan = plan_of_asked(asked, base)
    combinations(plan)
    return begin(plan, present())


def _resumed(asked: Asked, base: KnowledgeBase | None) -> RunState:
    home = base.root if base else Path.cwd()
    waiting = unfinished(home)
    if not waiting:
        raise UsageError("no run is unfinished here", hint="begin one with `kb run REQUIREMENT --with MANAGER`")
    return StateFolder(home, asked.wanted[0] if asked.wanted else waiting[-1]).load()


def _as_asked(state: RunState, asked: Asked) -> RunState:
    """Return a run with what the command line says of how it is carried out; the rest is as it was said before."""
    said = {
        "budget": asked.budget,
        "timeout": asked.timeout,
        "private": asked.private,
        "tags": asked.tags,
        "keep": asked.keep,
    }
    return state.model_copy(update={name: value for name, value in said.items() if value not in (None, False, ())})


@contextmanager
def stoppable() -> Iterator[None]:
    """Let whatever asks the process to end be treated like Ctrl-C, so that it cleans up."""
    wanted = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.default_int_handler) for number in wanted}
    try:
        yield
    finally:
        clear_steps()
        for number, handler in before.items():
            signal.signal(number, handler)


def say_how_to_go_on(state: RunState, terms: Terms) -> None:
    """Say how a run that was stopped goes on, where it can."""
    clear_steps()
    if state.run_id in unfinished(terms.home):
        say(f"kb: stopped; what was finished is kept: kb run --resume {state.run_id}")


def _foreseen(asked: Asked, ready: _Ready) -> _Ready:
    """Show what a run costs, leave out what cannot fit into its budget, and ask whether it begins."""
    told = _show_cost(ready)
    plan, left_out = ready.terms.budget.fitted(
        ready.state.plan, {name: one.download_bytes for name, one in told.items()}
    )
    for line in left_out:
        say(f"    left out: {line}")
    installs = any(one.request for one in combinations(plan))
    if installs and not asked.yes and sys.stdin.isatty() and not typer.confirm("Begin?", default=True, err=True):
        raise typer.Abort
    state = ready.state.model_copy(update={"plan": plan, "left_out": left_out})
    return replace(ready, state=state, terms=replace(ready.terms, foreseen=told))


def _show_cost(ready: _Ready) -> Mapping[str, Foreseen]:
    """Show what a run costs, and return what that rests on."""
    plan = ready.state.plan
    found = combinations(plan)
    if not any(one.request for one in found):
        return {}
    base = ready.terms.base
    earlier = earlier_runs(base, plan) if base else ()
    # Whoever reads the machine waits, and so does whoever asks a manager: at the same time.
    reading = start_collecting() if earlier else None
    cost = _with_foresight(ready, lambda foresight: cost_of(found, plan.rounds, foresight, scratch_home()))
    parts = (counted(len(found), "combination"), counted(plan.rounds, "round"), counted(cost.installs, "install"))
    say(f"{ready.state.run_id}: {', '.join(parts)}")
    say(f"    downloads {_gigabytes(cost.download_bytes)}, disk {_gigabytes(cost.disk_bytes)} of {_told(cost)}")
    known = of_host(base, earlier, _host(reading)) if base and reading else ()
    say(f"    time: {_in_words(expected_time(plan, found, known))}")
    if cost.disk_bytes is not None and cost.disk_bytes > cost.free_bytes:
        raise KbError(
            f"the run needs about {_gigabytes(cost.disk_bytes)} and the disk has {_gigabytes(cost.free_bytes)} left",
            hint="free space, or set XDG_CACHE_HOME to a larger disk; nothing was started",
        )
    return cost.foreseen


def _in_words(told: Expected) -> str:
    if told.seconds is None:
        return f"not known: {told.reason}"
    return f"about {told.seconds:.0f} s, as {', '.join(told.records)} took"


def _host(reading: Pending) -> Host | None:
    snapshot = reading.result().snapshot
    return read_captured(snapshot, now=present(), host_snapshot=snapshot).host


def _told(cost: Cost) -> str:
    return f"{_gigabytes(cost.free_bytes)} free" + (f" ({cost.reason})" if cost.reason else "")


def _gigabytes(number: int | None) -> str:
    return "not known" if number is None else f"{number / _GB:.2f} GB"


def _with_foresight(ready: _Ready, ask: Callable[[Foresight], T]) -> T:
    home = scratch_home()
    sweep(home)
    with scratch_folder(home, f"{ready.state.run_id}-foresight") as scratch:
        foresight = Foresight(
            scratch, ready.workshop, runner=run, environ=os.environ, timeout_s=min(_FORESIGHT_S, ready.terms.timeout_s)
        )
        return ask(foresight)


def _print_foreseen(asked: Asked, ready: _Ready) -> None:
    with stoppable():
        found = [one for one in combinations(ready.state.plan) if one.request is not None]
        kinds = {(one.request, one.manager, one.python): one for one in found}
        told = _with_foresight(ready, lambda foresight: [foresight.ask(one) for one in kinds.values()])
        document = foreseen_document(told, asked.against)
    if asked.as_json:
        emit(document)
    else:
        for line in foreseen_lines(document):
            show(line)
    if asked.fail_on == "failure" and not all(row.resolves for row in document.requests):
        raise typer.Exit(KbError.exit_code)


def _print(asked: Asked, finished: Finished, ready: _Ready) -> None:
    if asked.like is not None:
        ids = " ".join(one.id for one in finished.recorded)
        say(f"kb: to compare them with the old one: kb compare {asked.like} {ids}")
    settings = ready.terms.base.settings if ready.terms.base else None
    told = answer_of(finished.state.run_id, finished.chapters, finished.recorded, finished.state.left_out, settings)
    if asked.as_json:
        emit(run_document(told))
    else:
        width = get_terminal_size().columns if sys.stdout.isatty() else None
        for line in lines_of(told, ready.workshop.sources, width):
            show(inert(line))
        for path in finished.kept:
            show(f"    kept: {path}")
    if _fails(asked, told):
        raise typer.Exit(KbError.exit_code)


def _fails(asked: Asked, told: Answer) -> bool:
    if asked.fail_on == "slower":
        contrasts = told.comparison.contrasts if told.comparison else ()
        return any(line.verdict == "slower" for contrast in contrasts for line in contrast.measurements)
    return asked.fail_on == "failure" and any(row.recorded.record.outcome != "success" for row in told.rows)
