"""`kb next`."""

import shlex
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from envkb.cli import filters
from envkb.cli.console import AsJson, Root, emit, inert, say, show
from envkb.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envkb.assess.next.ranking import Suggestion
    from envkb.assess.next.stale import Stale

_SHOWN: Final = 10
_ANYTHING: Final = "numpy"
"""What is installed where a question names no package: a small one tells as much as any."""


def run(
    *,
    package: Annotated[
        str | None, typer.Option(metavar="NAME==VERSION", help="What to run again for a release, by decision at stake.")
    ] = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="What has grown old: evidence, drivers, reviews that are due.")
    ] = False,
    host: filters.Host = None,
    manager: filters.Manager = None,
    limit: filters.Limit = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Say which experiment would change a decision, or narrow a risk, most for its cost.

    Example: kb next --host pi5 --limit 3
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up
    from envkb.experiment.next import Wanted, overdue, suggest  # noqa: PLC0415 - start-up

    if package and stale:
        raise UsageError("--package asks for new experiments, --stale for old ones", hint="leave one of them out")
    base = open_base(root)
    on = present().date()
    wanted = Wanted(tuple(host or ()), tuple(manager or ()), _exact(package) if package else None)
    most = limit or _SHOWN
    if stale:
        _answer_stale([(each, _again(each)) for each in overdue(base, wanted, on=on)], on, most, as_json=as_json)
    else:
        found = [(each, _command(each, plan)) for each, plan in suggest(base, wanted, on=on)]
        _answer(found, on, most, as_json=as_json)


def _exact(text: str) -> tuple[str, str]:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - start-up
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - likewise

    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        requirement = None
    pins = [*requirement.specifier] if requirement else []
    if requirement is None or len(pins) != 1 or pins[0].operator != "==" or "*" in text:
        raise UsageError(f"{text!r} is not one version of one package", hint="write it like torch==2.15.0")
    return canonicalize_name(requirement.name), pins[0].version


def _command(each: "Suggestion", plan: str | None) -> str:
    from envkb.bench.suites import SUITES  # noqa: PLC0415 - start-up

    stack = [f"{name}=={version}" if version[:1].isdigit() else f"{name}{version}" for name, version in each.cell.stack]
    what = stack or (["--like", plan] if plan else [_ANYTHING])
    managers = [word for name in (each.cell.manager, *each.beside) for word in ("--with", name)]
    suites = [word for name in each.suites if name in SUITES for word in ("--bench", name)]
    return shlex.join(["kb", "run", *what, *managers, *suites])


def _again(each: "Stale") -> str:
    if each.record:
        return f"kb reproduce {each.record}"
    return f"kb {'decision' if each.is_decision else 'risk'} show {each.subject}"


def _answer(found: "Sequence[tuple[Suggestion, str]]", on: date, most: int, *, as_json: bool) -> None:
    shown = found[:most]
    if as_json:
        from envkb.cli.next_documents import NextDocument, told_suggestion  # noqa: PLC0415 - only for JSON

        suggestions = tuple(told_suggestion(each, command, _reason(each)) for each, command in shown)
        emit(NextDocument(evaluated=on.isoformat(), total=len(found), suggestions=suggestions, stale=()))
        return
    for number, (each, command) in enumerate(shown, 1):
        show(inert(f"{number:2}. {command}"))
        show(inert(f"    on    {_place(each)}"))
        show(inert(f"    tells {_reason(each)}"))
        show(inert(f"    cost  {_cost(each)}"))
    if not found:
        say("nothing to try: no risk or assumption is known that another experiment would tell of")
    _tell_rest(len(found) - len(shown), on)


def _answer_stale(due: "Sequence[tuple[Stale, str]]", on: date, most: int, *, as_json: bool) -> None:
    shown = due[:most]
    if as_json:
        from envkb.cli.next_documents import NextDocument, told_stale  # noqa: PLC0415 - only for JSON

        emit(NextDocument(evaluated=on.isoformat(), total=len(due), suggestions=(), stale=told_stale(shown)))
        return
    for number, (each, command) in enumerate(shown, 1):
        where = " ".join(filter(None, (each.manager and f"by {each.manager}", each.host and f"on {each.host}")))
        show(inert(f"{number:2}. {each.kind}: {each.subject}{f' ({where})' if where else ''}: {each.reason}"))
        show(inert(f"    {command}"))
    if not due:
        say("nothing has grown old")
    _tell_rest(len(due) - len(shown), on)


def _tell_rest(left: int, on: date) -> None:
    if left:
        say(f"{left} more: --limit shows them")
    say(f"evaluated on {on}")


def _place(each: "Suggestion") -> str:
    host = each.cell.host
    return (host.label or host.name) if host else f"a host that answers {each.needs}; none is known so far"


def _cost(each: "Suggestion") -> str:
    if each.cost is None:
        return "unknown: nothing like it was recorded"
    minutes, seconds = divmod(round(each.cost.seconds), 60)
    return f"{minutes} min {seconds} s: {each.cost.reason}"


def _reason(each: "Suggestion") -> str:
    parts = [f"{one.decision}/{one.assumption}: {one.reason}" for one in each.stakes]
    parts += [
        f"{one.question}: interval {one.width:.2f} wide, about {one.narrowing:.2f} less"
        for one in each.told
        if one.width is not None
    ]
    return "; ".join(parts)
