"""Carries out `kb run`: makes the plan, shows what it costs, runs it, prints what it showed."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from envkb.cli.console import say
from envkb.cli.meanwhile import Meanwhile
from envkb.cli.run_foresight import Ready, foresee
from envkb.cli.run_plan import Asked, check_asked, is_resumed, plan_of_asked
from envkb.cli.run_progress import clear_steps, watch_json, watch_steps
from envkb.errors import UsageError
from envkb.experiment.clock import present
from envkb.experiment.run.arms import equip, rehearse
from envkb.experiment.run.asking import seconds_of
from envkb.experiment.run.budget import Budget, parse_budget
from envkb.experiment.run.cells import combinations
from envkb.experiment.run.state import RunState, StateFolder, begin, unfinished
from envkb.experiment.run.terms import Terms
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.managers import Sources
from envkb.model.plan import Plan
from envkb.process import run

USUAL_TIMEOUT: Final = "1h"


def answer(asked: Asked) -> None:
    """Run, and print what it showed."""
    check_asked(asked)
    with stoppable():
        ready = _prepare(asked)
        try:
            if not (is_resumed(asked) or asked.dry_run):
                ready = foresee(asked, ready)
            from envkb.cli.run_ending import print_finished, print_foreseen  # noqa: PLC0415 - loaded meanwhile

            if asked.dry_run:
                print_foreseen(asked, ready)
                return
            from envkb.experiment.run.run import carry_out  # noqa: PLC0415 - likewise

            finished = carry_out(ready.state, ready.workshop, ready.terms)
        except KeyboardInterrupt:
            say_how_to_go_on(ready.state, ready.terms)
            raise
    print_finished(asked, finished, ready)


def _prepare(asked: Asked) -> Ready:
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
    # Managers are asked in other processes: this one does what it can before it has their answers.
    past = Meanwhile(lambda: _past(None if asked.dry_run or is_resumed(asked) else base, state.plan))
    known = Sources(base.settings.indexes, base.settings.channels) if base else None
    workshop = equip(state.plan, run, os.environ, known)
    if not asked.dry_run:
        rehearse(state.plan, workshop)
    return Ready(state, workshop, terms, past)


def _past(base: KnowledgeBase | None, plan: Plan) -> tuple[StoredRecord, ...]:
    from envkb.cli.run_past import look_back  # noqa: PLC0415 - nobody waits for it here

    return look_back(base, plan)


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
        say(f"kb: what was finished is kept: kb run --resume {state.run_id}")
