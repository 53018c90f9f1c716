"""What the command line of `kb run` says, and the plan that it means."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from envkb.errors import UsageError
from envkb.experiment.run.asking import (
    benchmarks_of,
    bytecode_of,
    caches_of,
    changed,
    environments_of,
    plan_of,
    request_of,
    split_sources,
)
from envkb.experiment.run.plans import parse_plan, plan_of_record, with_changes
from envkb.experiment.run.project import Wanted, read_project, read_requirements
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.plan import Plan

_MAX_PLAN_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything the command line said; see the options of `kb run`."""

    wanted: tuple[str, ...]
    managers: tuple[str, ...]
    environments: tuple[str, ...]
    requirements: tuple[Path, ...]
    project: Path | None
    like: str | None
    changes: tuple[str, ...]
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
    dry_run: bool
    against: str | None
    budget: str | None
    keep: bool
    timeout: str | None
    tags: tuple[str, ...]
    private: bool
    yes: bool
    fail_on: str | None
    progress: str | None
    resume: bool
    root: Path | None
    as_json: bool


def check_asked(asked: Asked) -> None:
    """Check what no plan can say.

    Raises:
        UsageError: An option has a value that it cannot have, or stands where it means nothing.
    """
    for option, value, known in (
        ("--fail-on", asked.fail_on, ("failure", "slower")),
        ("--progress", asked.progress, ("json",)),
    ):
        if value is not None and value not in known:
            raise UsageError(f"{option} {value!r} is not known", hint=f"it is {' or '.join(known)}")
    if asked.against is not None and not asked.dry_run:
        raise UsageError("--against belongs to --dry-run", hint="to measure an environment, too, use --env")
    if asked.changes and asked.like is None:
        raise UsageError("--set belongs to --like", hint="write `kb run --like ID --set torch==2.15.0`")
    if asked.resume and (asked.managers or asked.environments or len(asked.wanted) > 1):
        raise UsageError("a run that goes on keeps its plan", hint="write `kb run --resume`, or its name behind it")


def is_resumed(asked: Asked) -> bool:
    """Return whether an interrupted run is to go on."""
    return asked.resume


def plan_of_asked(asked: Asked, base: KnowledgeBase | None) -> Plan:
    """Return the plan that the command line means.

    Raises:
        UsageError: It means none.
        InvalidDataError: A file that it names cannot be read.
    """
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
    start = _plan_like(asked, base) if asked.like is not None else _base_plan(asked)
    plan = changed(start, **options)
    only_command = bool(asked.command) and benchmarks is None
    return plan.model_copy(update={"benchmarks": ()}) if benchmarks == "none" or only_command else plan


def _plan_like(asked: Asked, base: KnowledgeBase | None) -> Plan:
    if asked.wanted or asked.requirements or asked.project:
        raise UsageError("--like brings its requirements along", hint="change them with --set torch==2.15.0")
    if base is None:
        raise UsageError("--like needs a knowledge base", hint="name it with --root, or make one with `kb init`")
    return with_changes(plan_of_record(base, asked.like or ""), asked.changes)


def _base_plan(asked: Asked) -> Plan:
    files = [text for text in asked.wanted if text.endswith(".toml")]
    if files:
        if len(asked.wanted) > 1 or asked.requirements or asked.project:
            raise UsageError("a plan says itself what is installed", hint="name the plan alone")
        return _read_plan(Path(files[0]))
    wanted = _wanted(asked)
    if not wanted.requirements:
        return Plan()
    indexes, index_addresses = split_sources((*asked.indexes, *wanted.indexes))
    channels, channel_addresses = split_sources((*asked.channels, *wanted.channels))
    request: dict[str, Any] = request_of(
        wanted.requirements,
        indexes=indexes,
        channels=channels,
        flags=asked.flags,
        torch_backend=asked.torch_backend,
    )
    request["constraints"] = wanted.constraints
    pythons = (wanted.python,) if wanted.python else ()
    return plan_of(requests=(request,), indexes=index_addresses, channels=channel_addresses, pythons=pythons)


def _wanted(asked: Asked) -> Wanted:
    parts = [read_requirements(path) for path in asked.requirements]
    parts += [read_project(asked.project)] if asked.project else []
    return Wanted(
        requirements=(*asked.wanted, *(text for part in parts for text in part.requirements)),
        constraints=tuple(text for part in parts for text in part.constraints),
        indexes=tuple(text for part in parts for text in part.indexes),
        channels=tuple(text for part in parts for text in part.channels),
        python=next((part.python for part in parts if part.python), None),
    )


def _read_plan(path: Path) -> Plan:
    if not path.is_file():
        raise UsageError(f"there is no plan {path}", hint="`kb schema plan` says what a plan holds")
    with path.open("rb") as file:
        return parse_plan(file.read(_MAX_PLAN_BYTES + 1), path.name)
