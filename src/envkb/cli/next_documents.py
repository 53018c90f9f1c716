"""The document that `kb next` prints with `--json`."""

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import Field

from envkb.assess.next.ranking import Suggestion
from envkb.assess.next.stale import Stale
from envkb.model.decision import Day
from envkb.model.value import Value


class NarrowedRisk(Value):
    """What an experiment would tell of one question.

    Attributes:
        question: Slug of a risk, or of a decision and its assumption: `uv-for-cuda/uv-works`.
        narrowing: How much narrower the interval of a risk is expected to be; 0 for what has none.
        width: Width of that interval now; null for what has none.
    """

    question: str
    narrowing: float
    width: float | None


class AssumptionAtStake(Value):
    """An assumption that the experiment could settle or overturn.

    Attributes:
        decision: Slug of the decision.
        assumption: Id of the assumption.
        chance: How likely it is; 1 for what is undetermined.
        reason: Why.
    """

    decision: str
    assumption: str
    chance: float
    reason: str


class WantedPackage(Value):
    """A package of the stack to try.

    Attributes:
        name: Its name.
        version: Its version, or a specifier where no version is known; empty for any.
    """

    name: str
    version: str


class SuggestedExperiment(Value):
    """An experiment that was not made yet.

    Attributes:
        host: Label or key of the host it has to be made on; null where no host that is known fits.
        needs: Where no known host fits: the query that the host has to answer; else null.
        manager: The manager; `command` names those to run beside it.
        stack: The packages.
        command: The command, ready to be run on that host.
        reason: Why, in one line.
        narrowing: How much narrower all intervals together are expected to be.
        tells: What it would tell of which question.
        at_stake: Assumptions of decisions that it could settle or overturn.
        cost_s: Seconds that its installs take; null where nothing like it was recorded.
        cost_reason: What the cost is known from, or that it is unknown.
        worth: What it is ranked by: expected narrowing and assumptions at stake, for each minute.
    """

    host: str | None
    needs: str | None
    manager: str
    stack: tuple[WantedPackage, ...]
    command: str
    reason: str
    narrowing: float
    tells: tuple[NarrowedRisk, ...]
    at_stake: tuple[AssumptionAtStake, ...]
    cost_s: float | None
    cost_reason: str
    worth: float


class DueThing(Value):
    """Something that has grown old.

    Attributes:
        kind: `driver`, `aged` or `review`.
        risk: Slug of the risk; null where it is about a decision.
        decision: Slug of the decision; null where it is about a risk.
        reason: Why, in one line.
        record: The record to repeat; null for a review.
        host: The host it was made on; null where that does not apply.
        manager: The manager; null likewise.
        narrowing: How much narrower the interval is expected to be once it was repeated.
        command: What to do.
    """

    kind: Literal["driver", "aged", "review"]
    risk: str | None
    decision: str | None
    reason: str
    record: str | None
    host: str | None
    manager: str | None
    narrowing: float
    command: str


class NextDocument(Value):
    """Printed by `kb next`.

    Attributes:
        schema_: `envkb.next/1`.
        evaluated: The day as of which everything was computed.
        total: How many there are, those left out by `--limit` counted.
        suggestions: Experiments, the most worth first; empty with `--stale`.
        stale: What is due; empty without `--stale`.
    """

    schema_: Literal["envkb.next/1"] = Field(alias="schema", default="envkb.next/1")
    evaluated: Day
    total: int
    suggestions: tuple[SuggestedExperiment, ...]
    stale: tuple[DueThing, ...]


PRINTED: Final = (NextDocument,)
"""What the command prints."""


def told_suggestion(each: Suggestion, command: str, reason: str) -> SuggestedExperiment:
    """Return a suggestion as JSON tells it."""
    host = each.cell.host
    return SuggestedExperiment(
        host=(host.label or host.name) if host else None,
        needs=each.needs,
        manager=each.cell.manager,
        stack=tuple(WantedPackage(name=name, version=version) for name, version in each.cell.stack),
        command=command,
        reason=reason,
        narrowing=each.narrowing,
        tells=tuple(NarrowedRisk(question=one.question, narrowing=one.narrowing, width=one.width) for one in each.told),
        at_stake=tuple(
            AssumptionAtStake(
                decision=stake.decision, assumption=stake.assumption, chance=stake.chance, reason=stake.reason
            )
            for stake in each.stakes
        ),
        cost_s=each.cost.seconds if each.cost else None,
        cost_reason=each.cost.reason if each.cost else "unknown: nothing like it was recorded",
        worth=each.worth,
    )


def told_stale(due: Sequence[tuple[Stale, str]]) -> tuple[DueThing, ...]:
    """Return what is due, each with its command, as JSON tells it."""
    return tuple(
        DueThing(
            kind=each.kind,
            risk=None if each.is_decision else each.subject,
            decision=each.subject if each.is_decision else None,
            reason=each.reason,
            record=each.record,
            host=each.host,
            manager=each.manager,
            narrowing=each.narrowing,
            command=command,
        )
        for each, command in due
    )
