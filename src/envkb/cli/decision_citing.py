"""`kb cite decision`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from envkb.cite.citation import Citation
from envkb.cite.decisions import FORMATS_OF_DECISIONS, cite_decision
from envkb.cite.formats import FORMATS
from envkb.cli.citing import open_beside
from envkb.cli.decision_documents import DecisionsCitedDocument, checked
from envkb.errors import UsageError
from envkb.experiment.judging import JudgedDecision, Judgement, judge_decisions

if TYPE_CHECKING:
    from datetime import date

    from envkb.knowledge.folder import KnowledgeBase
    from envkb.proof.beside import Beside


def cite_decisions(
    base: "KnowledgeBase", names: Sequence[str], format_name: str, *, on: "date"
) -> DecisionsCitedDocument:
    """Return the citations of decisions, each with its state on a day.

    Args:
        base: The knowledge base.
        names: Slugs, numbers or file names.
        format_name: Name of the format.
        on: The day.

    Raises:
        UsageError: An unknown format or decision, or none is named.
        ToolMissingError: The format, or what a decision assumes, needs an extra.
    """
    if format_name not in FORMATS_OF_DECISIONS:
        known = ", ".join(FORMATS_OF_DECISIONS)
        raise UsageError(f"a decision cannot be cited as {format_name!r}", hint=f"formats: {known}")
    if not names:
        raise UsageError("no decision is named", hint="kb cite decision SLUG; `kb decision list` shows them")
    judgement = judge_decisions(base, on=on, only=names)
    beside = open_beside(base)
    citations = [_cited(judged, judgement, base, beside) for judged in judgement.decisions]
    return DecisionsCitedDocument(
        format=format_name,
        text=FORMATS[format_name](citations),
        on=on.isoformat(),
        decisions=tuple(map(checked, judgement.decisions)),
    )


def _cited(judged: JudgedDecision, judgement: Judgement, base: "KnowledgeBase", beside: "Beside | None") -> Citation:
    # The digest of the file changes with its status; the log holds that of the text that was accepted.
    accepted = judged.file.decision.accepted_sha256
    times = beside.times_of(accepted, judged.file.decision.date or "") if beside and accepted else None
    return cite_decision(
        judged.file,
        base.settings,
        state=[_state(judged, judgement)],
        on=judgement.on,
        logged=times.logged_said if times else None,
        stamped=times.stamped_said if times else None,
    )


def _state(judged: JudgedDecision, judgement: Judgement) -> str:
    evaluated = f"on {judgement.on}, from {judgement.records} records"
    if not judged.outcomes:
        return f"no assumptions, {evaluated}"
    states = [outcome.state for outcome in judged.outcomes]
    counted = (f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    return f"assumptions: {', '.join(counted)}, {evaluated}"
