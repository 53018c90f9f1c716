"""One page about a decision, in Markdown, for somebody who leads and reads nothing else. Pure."""

from collections.abc import Iterator
from typing import Final

from envkb.assess.decisions.outcome import AssumptionOutcome, DecisionState
from envkb.cite.markdown import escape_markdown
from envkb.document.decision_text import options_of, section_of
from envkb.experiment.judging import JudgedDecision, Judgement

_SAID: Final[dict[DecisionState, str]] = {
    "holds": "Everything that it assumes holds.",
    "violated": "**Something that it assumes does not hold.**",
    "waived": "Something that it assumes does not hold, and is waived for a while.",
    "undetermined": "Whether all that it assumes holds cannot be told from the records.",
    "unchecked": "It names no assumptions that could be checked.",
}


def report_of(judged: JudgedDecision, judgement: Judgement) -> str:
    """Return the page: outcome first, then why, then what it rests on with every record that counted.

    Args:
        judged: The decision.
        judgement: The evaluation that it is part of.
    """
    return "\n".join(_lines(judged, judgement)) + "\n"


def _lines(judged: JudgedDecision, judgement: Judgement) -> Iterator[str]:
    file, decision = judged.file, judged.file.decision
    when = f" on {decision.date}" if decision.date else ""
    who = f" by {', '.join(decision.deciders)}" if decision.deciders else ""
    yield from (f"# {file.title}", "", f"Decision {file.handle}, `{file.slug}`: **{decision.status}**{when}{who}.", "")
    if decision.superseded_by:
        yield from (f"**Superseded by {', '.join(f'`{slug}`' for slug in decision.superseded_by)}.**", "")
    yield f"{_SAID[judged.state]} Evaluated on {judgement.on} from {judgement.records} records."
    body = file.page.body
    # A heading such as `Context and decision drivers` is no outcome.
    outcome = section_of(body, "outcome") or section_of(body, "decision")
    for heading, text in (
        ("Outcome", outcome),
        ("Context", section_of(body, "context|problem")),
        ("Options", "\n".join(f"* {option}" for option in options_of(body)) or None),
    ):
        if text:
            yield from ("", f"## {heading}", "", text)
    if judged.outcomes:
        yield from ("", "## What it assumes", "")
        for each in judged.outcomes:
            yield from _assumption(each)
    if decision.evidence:
        yield from ("", "## What it was decided on", "")
        for cited in decision.evidence:
            found = judged.evidence.get(cited.id)
            state = found.state if found and found.digest == cited.digest else "not as it was cited"
            yield f"* {cited.id}, sha256:{cited.digest}{'' if state == 'current' else f' (**{state}**)'}"
    if decision.review:
        yield from ("", f"To be looked at again by {decision.review}.")


def _assumption(outcome: AssumptionOutcome) -> Iterator[str]:
    found, waiver = outcome.found, outcome.waiver
    yield f"* **{found.state}**: {outcome.assumption.statement}"
    yield f"    * {escape_markdown(found.reason)}"
    for word, ids in (("for", found.supporting), ("against", found.opposing), ("too old", found.stale)):
        if ids:
            yield f"    * {word}: {', '.join(ids)}"
    if waiver is not None:
        yield f"    * waived by {waiver.name} {'until' if outcome.waived else 'until it ended on'} {waiver.until}: " + (
            waiver.reason
        )
