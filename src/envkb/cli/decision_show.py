"""`kb decision show`."""

from typing import Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say, show
from envkb.cli.decision_check import OnDay, assumption_lines, read_day


def run(
    name: Annotated[str, typer.Argument(metavar="SLUG", help="Slug, number or file name of the decision.")],
    *,
    report: Annotated[bool, typer.Option("--report", help="One page for a lead, in Markdown.")] = False,
    day: OnDay = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Show a decision, and whether what it assumes still holds.

    Example: kb decision show uv-for-cuda --report > uv-for-cuda.md
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.experiment.judging import judge_decisions  # noqa: PLC0415 - start-up
    from envkb.publish.decision_report import report_of  # noqa: PLC0415 - start-up

    judgement = judge_decisions(open_base(root), on=read_day(day), only=(name,))
    (judged,) = judgement.decisions
    text = report_of(judged, judgement) if report else None
    if as_json:
        from envkb.cli.decision_documents import shown  # noqa: PLC0415 - only for JSON

        emit(shown(judged, judgement, text))
        return
    if text is not None:
        show(inert(text.rstrip("\n")))
        return
    decision, path = judged.file.decision, str(judged.file.path)
    who = f" by {', '.join(decision.deciders)}" if decision.deciders else ""
    when = f" on {decision.date}" if decision.date else ""
    show(inert(f"{judged.file.handle} {judged.file.slug}: {decision.status}{when}{who}; assumptions: {judged.state}"))
    for outcome in judged.outcomes:
        for line in assumption_lines(outcome):
            show(inert(f"    {line}"))
    show(inert(judged.file.page.body.rstrip("\n")))
    for problem in judgement.problems:
        if problem.path == path:
            say(inert(f"kb: {problem.level}: {problem.message}"))
    say(f"evaluated on {judgement.on} from {judgement.records} records")
