"""`kb decision check`."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say, show
from envkb.cli.sweeping import unswept
from envkb.errors import InvalidDataError, UsageError, VerificationError

if TYPE_CHECKING:
    from envkb.assess.decisions.outcome import AssumptionOutcome
    from envkb.experiment.judging import JudgedDecision, Judgement

OnDay = Annotated[
    str | None, typer.Option("--on-day", metavar="DATE", help="As of this day, not today.", show_default=False)
]


def run(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="SLUG", help="Slugs or numbers; all decisions without one.")
    ] = None,
    *,
    day: OnDay = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Check every assumption against the records, and the files themselves; exit with 4 where one is violated.

    Example: kb decision check
    """
    from envkb.cli.base import open_base, tell_unreadable  # noqa: PLC0415 - start-up
    from envkb.experiment.judging import judge_decisions  # noqa: PLC0415 - start-up

    with unswept():
        judgement = judge_decisions(open_base(root), on=read_day(day), only=names or ())
    if as_json:
        from envkb.cli.decision_documents import DecisionsCheckedDocument, checked, told  # noqa: PLC0415 - only for JSON

        emit(
            DecisionsCheckedDocument(
                on=judgement.on.isoformat(),
                records=judgement.records,
                decisions=tuple(map(checked, judgement.decisions)),
                problems=tuple(map(told, judgement.problems)),
            )
        )
    else:
        _print(judgement)
    tell_unreadable(judgement.unreadable)
    if any(each.violated for each in judgement.decisions):
        raise typer.Exit(VerificationError.exit_code)
    if any(problem.level == "error" for problem in judgement.problems):
        raise typer.Exit(InvalidDataError.exit_code)


def read_day(text: str | None) -> date:
    """Return the day that was asked for; today where none was.

    Raises:
        UsageError: There is no such day.
    """
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up

    if text is None:
        return present().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day", hint="write it like 2026-11-22") from error


def _print(judgement: "Judgement") -> None:
    for problem in judgement.problems:
        place = f", {problem.place}" if problem.place else ""
        show(inert(f"{problem.level}: {problem.path}{place}: {problem.message}"))
        if problem.hint:
            show(inert(f"    {problem.hint}"))
    for judged in judgement.decisions:
        if judged.outcomes:
            _print_decision(judged)
    counted = len(judgement.decisions)
    violated = sum(each.violated for each in judgement.decisions)
    errors = sum(problem.level == "error" for problem in judgement.problems)
    told = f"{counted} decisions, {violated} violated, {errors} errors, {len(judgement.problems) - errors} warnings"
    say(f"{told}; evaluated on {judgement.on} from {judgement.records} records")


def _print_decision(judged: "JudgedDecision") -> None:
    show(inert(f"{judged.file.handle} {judged.file.slug} ({judged.file.decision.status}): {judged.state}"))
    for outcome in judged.outcomes:
        for line in assumption_lines(outcome):
            show(inert(f"    {line}"))


def assumption_lines(outcome: "AssumptionOutcome") -> list[str]:
    """Return what is said of an assumption, line by line."""
    found, waiver = outcome.found, outcome.waiver
    lines = [f"{found.state}: {outcome.assumption.statement}", f"    {found.reason}"]
    for word, ids in (("for", found.supporting), ("against", found.opposing), ("too old", found.stale)):
        if ids:
            lines.append(
                f"    {word}: {', '.join(ids[:_MOST])}{f' and {len(ids) - _MOST} more' if ids[_MOST:] else ''}"
            )
    if waiver is not None:
        until = " until" if outcome.waived else ", which ended on"
        lines.append(f"    waived by {waiver.name}{until} {waiver.until}: {waiver.reason}")
    return lines


_MOST = 3  # ids on a line; `--json` has them all
