"""What `kb run` says before it begins: what it will cost, and what would be installed."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

import typer

from envkb.cli.console import say
from envkb.cli.meanwhile import Meanwhile
from envkb.cli.run_plan import Asked
from envkb.cli.run_progress import in_words
from envkb.errors import KbError
from envkb.experiment.run.arms import Workshop
from envkb.experiment.run.cells import combinations
from envkb.experiment.run.foresee import Cost, Foreseen, Foresight, cost_of
from envkb.experiment.run.scratch import scratch_folder, scratch_home, sweep
from envkb.experiment.run.state import RunState
from envkb.experiment.run.terms import Terms
from envkb.knowledge.folder import StoredRecord
from envkb.process import run

if TYPE_CHECKING:
    from envkb.experiment.run.expected import Expected

_FORESIGHT_S: Final = 120.0
_GB: Final = 1e9

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ready:
    """A run that can begin.

    Attributes:
        state: What is to be done.
        workshop: Managers and Pythons that it needs.
        terms: How it is carried out.
        past: Records of earlier runs on this host.
    """

    state: RunState
    workshop: Workshop
    terms: Terms
    past: Meanwhile[tuple[StoredRecord, ...]]


def foresee(asked: Asked, ready: Ready) -> Ready:
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


def resolve_all(ready: Ready) -> list[Foreseen]:
    """Return what every manager of a plan would install."""
    found = [one for one in combinations(ready.state.plan) if one.request is not None]
    kinds = {(one.request, one.manager, one.python): one for one in found}
    return _with_foresight(ready, lambda foresight: [foresight.ask(one) for one in kinds.values()])


def counted(number: int, word: str) -> str:
    """Return a number of things in words: `1 round`, `6 rounds`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _show_cost(ready: Ready) -> Mapping[str, Foreseen]:
    """Show what a run costs, and return what that rests on."""
    plan = ready.state.plan
    found = combinations(plan)
    if not any(one.request for one in found):
        return {}
    cost = _with_foresight(ready, lambda foresight: cost_of(found, plan.rounds, foresight, scratch_home()))
    parts = (counted(len(found), "combination"), counted(plan.rounds, "round"), counted(cost.installs, "install"))
    say(f"{ready.state.run_id}: {', '.join(parts)}")
    say(f"    downloads {_gigabytes(cost.download_bytes)}, disk {_gigabytes(cost.disk_bytes)} of {_told(cost)}")
    past = ready.past.result()
    from envkb.experiment.run.expected import expected_time  # noqa: PLC0415 - loaded by now

    say(f"    time: {_in_words(expected_time(plan, found, past))}")
    if cost.disk_bytes is not None and cost.disk_bytes > cost.free_bytes:
        raise KbError(
            f"the run needs about {_gigabytes(cost.disk_bytes)} and the disk has {_gigabytes(cost.free_bytes)} left",
            hint="free space, or set XDG_CACHE_HOME to a larger disk; nothing was started",
        )
    return cost.foreseen


def _in_words(told: "Expected") -> str:
    if told.seconds is None:
        return f"not known: {told.reason}"
    return f"about {in_words(told.seconds)}, as {', '.join(told.records)} took"


def _told(cost: Cost) -> str:
    return f"{_gigabytes(cost.free_bytes)} free" + (f" ({cost.reason})" if cost.reason else "")


def _gigabytes(number: int | None) -> str:
    return "not known" if number is None else f"{number / _GB:.2f} GB"


def _with_foresight(ready: Ready, ask: Callable[[Foresight], T]) -> T:
    home = scratch_home()
    sweep(home)
    with scratch_folder(home, f"{ready.state.run_id}-foresight") as scratch:
        foresight = Foresight(
            scratch, ready.workshop, runner=run, environ=os.environ, timeout_s=min(_FORESIGHT_S, ready.terms.timeout_s)
        )
        return ask(foresight)
