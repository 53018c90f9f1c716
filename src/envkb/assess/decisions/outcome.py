"""What is said of an assumption and of a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from envkb.assess.decisions.ratio_lines import RatioLine
from envkb.model.decision import Assumption, Waiver

AssumptionState = Literal["holds", "violated", "undetermined"]
DecisionState = Literal["holds", "violated", "waived", "undetermined", "unchecked"]
"""`waived`: what is violated, somebody has waived; `unchecked`: there are no assumptions."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found.

    Attributes:
        state: Whether the assumption holds.
        reason: Why, with the numbers, in one line.
        supporting: Ids of the records that speak for it.
        opposing: Ids of the records that speak against it.
        stale: Ids of the records that would count, were they not too old.
        lines: For a ratio, each comparison that counted or could not be told; else empty.
    """

    state: AssumptionState
    reason: str
    supporting: tuple[str, ...] = ()
    opposing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    lines: tuple[RatioLine, ...] = ()


@dataclass(frozen=True, slots=True)
class AssumptionOutcome:
    """An assumption on one day.

    Attributes:
        assumption: What is assumed.
        found: What its check found.
        waiver: The waiver that counts on that day, else the last one that ended; null where there is none.
        waived: Whether the waiver counts.
    """

    assumption: Assumption
    found: Found
    waiver: Waiver | None
    waived: bool

    @property
    def state(self) -> AssumptionState:
        """Whether it holds."""
        return self.found.state


def state_of(outcomes: Sequence[AssumptionOutcome]) -> DecisionState:
    """Return what the assumptions together say: the worst of them, where a waiver makes a violation bearable."""
    if not outcomes:
        return "unchecked"
    states: list[DecisionState] = [
        "waived" if outcome.state == "violated" and outcome.waived else outcome.state for outcome in outcomes
    ]
    return max(states, key=_WORSE.index)


_WORSE: Final[Sequence[DecisionState]] = ("unchecked", "holds", "undetermined", "waived", "violated")
