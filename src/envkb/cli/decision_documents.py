"""The documents that `kb decision` prints with `--json`."""

from typing import Final, Literal

from pydantic import Field

from envkb.assess.decisions.outcome import AssumptionOutcome, AssumptionState, DecisionState
from envkb.assess.decisions.ratio_lines import RatioLine
from envkb.cli.base_documents import FileProblem
from envkb.experiment.judging import JudgedDecision, Judgement
from envkb.knowledge.check.problem import Problem
from envkb.knowledge.decisions.files import DecisionFile
from envkb.model.decision import Check, Cited, Day, Decision, Status, Waiver
from envkb.model.value import Value


class DecisionReference(Value):
    """How JSON speaks of a decision.

    Attributes:
        id: Its slug.
        number: Its number.
        path: Its file, relative to the root.
        title: Its title.
        status: Where it stands.
        date: When it was last decided on; null where not known.
    """

    id: str
    number: int
    path: str
    title: str
    status: Status
    date: Day | None


class JudgedAssumption(Value):
    """One assumption on the day.

    Attributes:
        id: Its name within the decision.
        statement: What is assumed.
        check: How it is evaluated; null where nobody has said.
        state: Whether it holds.
        reason: Why, with the numbers.
        supporting: Ids of the records that speak for it.
        opposing: Ids of the records that speak against it.
        stale: Ids of the records that are too old to count.
        ratios: For a ratio, each comparison.
        waiver: The waiver; null where there is none.
        waived: Whether the waiver counts on that day.
    """

    id: str
    statement: str
    check: Check | None
    state: AssumptionState
    reason: str
    supporting: tuple[str, ...]
    opposing: tuple[str, ...]
    stale: tuple[str, ...]
    ratios: tuple[RatioLine, ...]
    waiver: Waiver | None
    waived: bool


class CitedState(Cited):
    """A record that a decision cites, as it stands now.

    Attributes:
        state: Where it stands in its chain; null where it is not there, or not as it was cited.
    """

    state: str | None


class CheckedDecision(DecisionReference):
    """A decision on the day.

    Attributes:
        state: What its assumptions together say.
        violated: Whether it is in force although an assumption does not hold, and nobody waived that.
        assumptions: Its assumptions.
        evidence: The records that it cites.
    """

    state: DecisionState
    violated: bool
    assumptions: tuple[JudgedAssumption, ...]
    evidence: tuple[CitedState, ...]


class DecisionsDocument(Value):
    """Printed by `kb decision list`.

    Attributes:
        schema_: `envkb.decisions/1`.
        decisions: The decisions.
    """

    schema_: Literal["envkb.decisions/1"] = Field(alias="schema", default="envkb.decisions/1")
    decisions: tuple[DecisionReference, ...]


class DecisionsCheckedDocument(Value):
    """Printed by `kb decision check`.

    Attributes:
        schema_: `envkb.decisions-checked/1`.
        on: The day as of which everything was evaluated.
        records: How many records were looked at: public experiments that count.
        decisions: The decisions with their assumptions.
        problems: What is wrong with the files.
    """

    schema_: Literal["envkb.decisions-checked/1"] = Field(alias="schema", default="envkb.decisions-checked/1")
    on: Day
    records: int
    decisions: tuple[CheckedDecision, ...]
    problems: tuple[FileProblem, ...]


class DecisionShownDocument(CheckedDecision):
    """Printed by `kb decision show`.

    Attributes:
        schema_: `envkb.decision-shown/1`.
        on: The day as of which everything was evaluated.
        records: How many records were looked at.
        front_matter: What its front matter says.
        text: Its Markdown.
        report: The page for a lead, in Markdown; null without `--report`.
    """

    schema_: Literal["envkb.decision-shown/1"] = Field(alias="schema", default="envkb.decision-shown/1")
    on: Day
    records: int
    front_matter: Decision
    text: str
    report: str | None


class DecisionsChangedDocument(Value):
    """Printed by the commands that write decisions.

    Attributes:
        schema_: `envkb.decisions-changed/1`.
        decisions: The decisions that were written, as they are now.
        rewritten: Further files in which a link was changed.
    """

    schema_: Literal["envkb.decisions-changed/1"] = Field(alias="schema", default="envkb.decisions-changed/1")
    decisions: tuple[DecisionReference, ...]
    rewritten: tuple[str, ...]


class DecisionLink(Value):
    """One link of the graph.

    Attributes:
        source: Slug of the decision that names the other.
        relation: How they stand to each other; `supersedes` is told from the newer one alone.
        target: Slug of the other, which may be missing.
    """

    source: str
    relation: Literal["supersedes", "relates_to"]
    target: str


class DecisionGraphDocument(Value):
    """Printed by `kb decision graph`.

    Attributes:
        schema_: `envkb.decision-graph/1`.
        decisions: The decisions.
        links: The links between them.
    """

    schema_: Literal["envkb.decision-graph/1"] = Field(alias="schema", default="envkb.decision-graph/1")
    decisions: tuple[DecisionReference, ...]
    links: tuple[DecisionLink, ...]


class DecisionsCitedDocument(Value):
    """Printed by `kb cite decision`.

    Attributes:
        schema_: `envkb.decisions-cited/1`.
        format: Name of the format.
        text: The citations, written in it.
        on: The day whose state they tell.
        decisions: The decisions, in the order in which they were named.
    """

    schema_: Literal["envkb.decisions-cited/1"] = Field(alias="schema", default="envkb.decisions-cited/1")
    format: str
    text: str
    on: Day
    decisions: tuple[CheckedDecision, ...]


PRINTED: Final = (
    DecisionsDocument,
    DecisionsCheckedDocument,
    DecisionShownDocument,
    DecisionsChangedDocument,
    DecisionGraphDocument,
    DecisionsCitedDocument,
)
"""What the commands print."""


def refer(file: DecisionFile) -> DecisionReference:
    """Return how JSON speaks of a decision."""
    return DecisionReference(
        id=file.slug,
        number=file.number,
        path=str(file.path),
        title=file.title,
        status=file.decision.status,
        date=file.decision.date,
    )


def checked(judged: JudgedDecision) -> CheckedDecision:
    """Return what JSON tells of a decision that was judged."""
    decision = judged.file.decision
    return CheckedDecision(
        **dict(refer(judged.file)),
        state=judged.state,
        violated=judged.violated,
        assumptions=tuple(map(_assumption, judged.outcomes)),
        evidence=tuple(_cited(judged, each) for each in decision.evidence),
    )


def _assumption(outcome: AssumptionOutcome) -> JudgedAssumption:
    found = outcome.found
    return JudgedAssumption(
        id=outcome.assumption.id,
        statement=outcome.assumption.statement,
        check=outcome.assumption.check,
        state=found.state,
        reason=found.reason,
        supporting=found.supporting,
        opposing=found.opposing,
        stale=found.stale,
        ratios=found.lines,
        waiver=outcome.waiver,
        waived=outcome.waived,
    )


def _cited(judged: JudgedDecision, cited: Cited) -> CitedState:
    found = judged.evidence.get(cited.id)
    known = found is not None and found.digest == cited.digest and not found.private
    return CitedState(id=cited.id, digest=cited.digest, state=found.state if found and known else None)


def shown(judged: JudgedDecision, judgement: Judgement, report: str | None) -> DecisionShownDocument:
    """Return what JSON tells of one decision."""
    return DecisionShownDocument(
        **dict(checked(judged)),
        on=judgement.on.isoformat(),
        records=judgement.records,
        front_matter=judged.file.decision,
        text=judged.file.page.body,
        report=report,
    )


def told(problem: Problem) -> FileProblem:
    """Return a problem as JSON tells it."""
    return FileProblem(
        level=problem.level, path=problem.path, place=problem.place, message=problem.message, hint=problem.hint
    )
