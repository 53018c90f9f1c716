"""Carries out `kb run`: makes the plan, shows it, runs it, prints what it showed."""

import os
from dataclasses import dataclass
from pathlib import Path

from envkb.cli.console import say, show
from envkb.errors import UsageError
from envkb.experiment.clock import present
from envkb.experiment.run.arms import equip
from envkb.experiment.run.asking import (
    benchmarks_of,
    bytecode_of,
    caches_of,
    changed,
    environments_of,
    plan_of,
    request_of,
    seconds_of,
    split_sources,
)
from envkb.experiment.run.cells import combinations
from envkb.experiment.run.conduct import Progress
from envkb.experiment.run.plans import parse_plan
from envkb.experiment.run.run import Finished, Terms, begin, carry_out
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.plan import Plan
from envkb.process import run
from envkb.publish.summary import metric_line

_MAX_PLAN_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything the command line said; see the options of `kb run`."""

    wanted: tuple[str, ...]
    managers: tuple[str, ...]
    environments: tuple[str, ...]
    requirements: tuple[Path, ...]
    project: Path | None
    pythons: tuple[str, ...]
    indexes: tuple[str, ...]
    channels: tuple[str, ...]
    flags: tuple[str, ...]
    torch_backend: str | None
    rounds: int | None
    cache: str | None
    bytecode: str | None
    bench: tuple[str, ...]
    command: tuple[str, ...]
    timeout: str
    private: bool
    yes: bool
    root: Path | None
    as_json: bool


def answer(asked: Asked) -> None:
    """Run, and print what it showed."""
    timeout_s = seconds_of(asked.timeout, "--timeout")
    plan = _plan(asked)
    combinations(plan)
    base = KnowledgeBase.open(asked.root) if asked.root else KnowledgeBase.find(Path.cwd())
    terms = Terms(
        base=base, folder=Path.cwd(), environ=os.environ, timeout_s=timeout_s, watch=_watch, private=asked.private
    )
    workshop = equip(plan, run, os.environ)
    finished = carry_out(begin(plan, present()), workshop, terms)
    _print(asked, finished)


def _plan(asked: Asked) -> Plan:
    benchmarks = benchmarks_of(asked.bench)
    options = {
        "managers": asked.managers,
        "pythons": asked.pythons,
        "environments": environments_of(asked.environments),
        "rounds": asked.rounds,
        "caches": caches_of(asked.cache),
        "bytecode": bytecode_of(asked.bytecode),
        "benchmarks": None if benchmarks == "none" else benchmarks,
        "command": asked.command,
    }
    plan = changed(_base_plan(asked), **options)
    return plan.model_copy(update={"benchmarks": ()}) if benchmarks == "none" else plan


def _base_plan(asked: Asked) -> Plan:
    files = [text for text in asked.wanted if text.endswith(".toml")]
    if files:
        if len(asked.wanted) > 1:
            raise UsageError("a plan says itself what is installed", hint="name the plan alone")
        return _read_plan(Path(files[0]))
    if not asked.wanted:
        return Plan()
    indexes, index_addresses = split_sources(asked.indexes)
    channels, channel_addresses = split_sources(asked.channels)
    request = request_of(
        asked.wanted,
        indexes=indexes,
        channels=channels,
        flags=asked.flags,
        torch_backend=asked.torch_backend,
    )
    return plan_of(requests=(request,), indexes=index_addresses, channels=channel_addresses)


def _read_plan(path: Path) -> Plan:
    if not path.is_file():
        raise UsageError(f"there is no plan {path}", hint="`kb schema plan` says what a plan holds")
    with path.open("rb") as file:
        return parse_plan(file.read(_MAX_PLAN_BYTES + 1), path.name)


def _watch(progress: Progress) -> None:
    took = f"{progress.seconds:.2f} s" if progress.seconds is not None else progress.problem or "done"
    say(f"[{progress.done}/{progress.total}] {progress.what} {progress.key}  {took}")


def _print(asked: Asked, finished: Finished) -> None:
    del asked
    for recorded in finished.recorded:
        show(f"{recorded.id}  {recorded.record.outcome}  {recorded.record.title}")
        for measurement in recorded.record.measurements:
            show(f"    {metric_line(measurement)}")
        show(f"    {recorded.path}")
