"""What the command line of `kb run` says, and the plan that it means."""

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from envkb.cli.console import say
from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.run.arms import OWN_PYTHON
from envkb.experiment.run.asking import (
    benchmarks_of,
    bytecode_of,
    caches_of,
    changed,
    environments_of,
    flags_of,
    plan_of,
    request_of,
    split_sources,
)
from envkb.experiment.run.cells import absent_from
from envkb.experiment.run.plans import parse_plan, plan_of_record, with_changes
from envkb.experiment.run.settled import restored, settled, with_addresses, with_plain_names
from envkb.experiment.run.wanted import Wanted, read_bytes, together
from envkb.knowledge.folder import KnowledgeBase
from envkb.managers import Sources, manager_named
from envkb.managers.torch_backend import PYTORCH, check_backend
from envkb.model.plan import Plan, PlannedRequest

_OF_THE_PLAN: Final = (
    ("--with", "managers"),
    ("--env", "environments"),
    ("--requirements", "requirements"),
    ("--project", "project"),
    ("--like", "like"),
    ("--python", "pythons"),
    ("--index", "indexes"),
    ("--channel", "channels"),
    ("--flag", "flags"),
    ("--torch-backend", "torch_backend"),
    ("--rounds", "rounds"),
    ("--cache", "cache"),
    ("--bytecode", "bytecode"),
    ("--bench", "bench"),
    ("--", "command"),
    ("--dry-run", "dry_run"),
)
_OF_INSTALLS: Final = frozenset(
    ("--with", "--python", "--index", "--channel", "--flag", "--torch-backend", "--cache", "--bytecode", "--dry-run")
)
_UNSAID: Final = (None, (), False)


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
    command: tuple[str, ...] | None
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
    if asked.command is not None and not (asked.command and asked.command[0].strip()):
        raise UsageError("no command stands behind --", hint="write one: kb run --env ml -- python -c 'import numpy'")
    if asked.resume:
        _check_resumed(asked)


def _check_resumed(asked: Asked) -> None:
    said = next((option for option, name in _OF_THE_PLAN if getattr(asked, name) not in _UNSAID), None)
    if said is not None or len(asked.wanted) > 1:
        what = said or "more than its name"
        raise UsageError(
            f"a run that goes on keeps its plan: {what} changes it",
            hint="write `kb run --resume`, or its name behind it",
        )


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
    plan = _without_stale_exclusions(start, changed(start, **options))
    if benchmarks == "none" or (asked.command and benchmarks is None):
        plan = plan.model_copy(update={"benchmarks": ()})
    _check_meant(asked, plan)
    known = Sources(base.settings.indexes, base.settings.channels) if base else Sources()
    return settled(plan, Path.cwd(), known)


def _without_stale_exclusions(start: Plan, plan: Plan) -> Plan:
    # What the command line takes out of a plan cannot be excluded from it any more, and need not be.
    stale = [one for one in plan.exclude if any(absent_from(plan, one)) and not any(absent_from(start, one))]
    return plan.model_copy(update={"exclude": tuple(one for one in plan.exclude if one not in stale)})


def _check_meant(asked: Asked, plan: Plan) -> None:
    """Check that nothing was said in vain."""
    if plan.environments and not plan.requests:
        for option, name in _OF_THE_PLAN:
            if option in _OF_INSTALLS and getattr(asked, name) not in _UNSAID:
                raise UsageError(
                    f"{option} is about installs, and nothing is to be installed",
                    hint="name what: kb run numpy --with uv --env ml",
                )
    for row in flags_of(asked.flags):
        manager_named(row["manager"])
        if plan.requests and row["manager"] not in plan.managers:
            raise UsageError(f"--flag {row['manager']}=…: it takes no part", hint=f"add --with {row['manager']}")
    for request in plan.requests:
        if request.torch_backend is not None:
            check_backend(request.torch_backend)
        if request.platform is not None and not asked.dry_run:
            raise UsageError(
                f"the request {request.name} is for {request.platform}: nothing can be installed for it here",
                hint="add --dry-run, or leave its platform out",
            )


def _plan_like(asked: Asked, base: KnowledgeBase | None) -> Plan:
    if asked.wanted or asked.requirements or asked.project:
        raise UsageError("--like brings its requirements along", hint="change them with --set torch==2.15.0")
    if base is None:
        raise UsageError("--like needs a knowledge base", hint="name it with --root, or make one with `kb init`")
    found = base.read(asked.like or "")
    if found.private and not asked.private:
        raise UsageError(f"{found.id} is private, and what rests on it is, too", hint="add --private")
    plan = with_plain_names(with_changes(plan_of_record(base, found.id), asked.changes))
    return restored(_as_said(plan, asked), Path.home())


def _as_said(plan: Plan, asked: Asked) -> Plan:
    """Return a plan with what the command line says of its requests."""
    said = {row["manager"]: row for row in flags_of(asked.flags)}
    plan = changed(plan, requests=tuple(_request_as_said(one, said, asked.torch_backend) for one in plan.requests))
    return with_addresses(plan, asked.indexes, asked.channels)


def _request_as_said(request: PlannedRequest, flags: dict[str, Any], torch_backend: str | None) -> dict[str, Any]:
    told = request.model_dump()
    rows = {row["manager"]: row for row in told["flags"]} | flags
    return {**told, "flags": tuple(rows.values()), "torch_backend": torch_backend or request.torch_backend}


def _base_plan(asked: Asked) -> Plan:
    files = [text for text in asked.wanted if text.endswith(".toml")]
    if files:
        if len(asked.wanted) > 1 or asked.requirements or asked.project:
            raise UsageError("a plan says itself what is installed", hint="name the plan alone")
        return _as_said(_read_plan(Path(files[0])), asked)
    wanted = _wanted(asked)
    if not wanted.requirements:
        return Plan()
    if wanted.torch_builds is not None and asked.torch_backend is None:
        build = wanted.torch_builds[0] if len(wanted.torch_builds) == 1 else "auto"
        raise UsageError(
            "the project takes torch from an index of its own, which is another for every manager",
            hint=f"say which build it is: --torch-backend {build}",
        )
    indexes, index_addresses = split_sources((*asked.indexes, *wanted.indexes))
    channels, channel_addresses = split_sources((*asked.channels, *wanted.channels))
    if asked.torch_backend is not None:
        # It is the folder of the backends' own indexes, of which the backend chooses one.
        indexes = tuple(name for name in indexes if name != PYTORCH)
    request: dict[str, Any] = request_of(
        wanted.requirements,
        indexes=indexes,
        channels=channels,
        flags=asked.flags,
        torch_backend=asked.torch_backend,
    )
    request["constraints"] = wanted.constraints
    pythons = (wanted.python,) if wanted.python else ()
    _check_pythons(asked, pythons, wanted.pythons_allowed)
    return plan_of(requests=(request,), indexes=index_addresses, channels=channel_addresses, pythons=pythons)


def _wanted(asked: Asked) -> Wanted:
    if not asked.requirements and asked.project is None:
        return Wanted(asked.wanted)
    from envkb.experiment.run.project import read_project  # noqa: PLC0415 - few runs read such files
    from envkb.experiment.run.requirement_files import read_requirements  # noqa: PLC0415 - likewise

    parts = [read_requirements(path) for path in asked.requirements]
    parts += [read_project(asked.project)] if asked.project is not None else []
    for note in (note for part in parts for note in part.notes):
        say(f"kb: {note}")
    return together(asked.wanted, parts)


def _check_pythons(asked: Asked, pythons: tuple[str, ...], allowed: str | None) -> None:
    if allowed is None:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - start-up

    try:
        fitting = SpecifierSet(allowed, prereleases=True)
    except InvalidSpecifier as error:
        raise InvalidDataError(f"the project's versions of Python cannot be read: {allowed}") from error
    own = () if set(asked.managers) <= OWN_PYTHON else (platform.python_version(),)
    for version in asked.pythons or pythons or own:
        # `3.12` stands for any 3.12.
        if not any(fitting.contains(text) for text in (version, f"{version}.0", f"{version}.99")):
            raise UsageError(
                f"Python {version} does not fit: the project wants {allowed}", hint="name one with --python"
            )


def _read_plan(path: Path) -> Plan:
    if not path.is_file():
        raise UsageError(f"there is no plan {path}", hint="`kb schema plan` says what a plan holds")
    return parse_plan(read_bytes(path), path.name)
