"""How a risk came to be what it is: its likelihood on every day on which a record was written. Pure.

It is the history of what counts today: a record that was amended or retracted since is not in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from envkb.assess.risk.assessment import Assessment
from envkb.assess.risk.clusters import Tally, Trial, day_of, written_by
from envkb.assess.risk.likelihood import Likelihood, beta_of, level_of
from envkb.knowledge.risk_evidence import Key
from envkb.model.risk import Prior, RiskLevel
from envkb.model.settings import Thresholds


@dataclass(frozen=True, slots=True)
class Point:
    """A risk on one day.

    Attributes:
        day: The day; null for what was believed before any evidence.
        likelihood: Its probability with its interval.
        level: Its level.
        records: Ids of the records written that day that tell of it.
        moved_from: The level before, where it changed.
        cause: `records` where those of that day changed the level, `age` where it changed without them; null where it
            did not change.
    """

    day: date | None
    likelihood: Likelihood
    level: RiskLevel
    records: tuple[str, ...]
    moved_from: RiskLevel | None
    cause: Literal["records", "age"] | None

    @property
    def sentence(self) -> str | None:
        """Return what moved the level, in words; null where it did not move."""
        if self.moved_from is None or self.day is None:
            return None
        because = f"because of {', '.join(self.records)}" if self.cause == "records" else "as its evidence aged"
        return f"On {self.day} it moved from {self.moved_from} to {self.level} {because}."


def history_of(assessment: Assessment, thresholds: Thresholds) -> tuple[Point, ...]:
    """Return a risk on every day that brought evidence, from the prior to the day of its assessment.

    Args:
        assessment: The risk as of today; one that a person judges has no history.
        thresholds: The knowledge base's own numbers.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    prior = assessment.risk.prior
    if prior is None or assessment.prior is None or assessment.prior_level is None:
        return ()
    impact = assessment.risk.impact
    written = _by_day(assessment)
    tallies: dict[Key, Tally] = {}
    points = [Point(None, assessment.prior, assessment.prior_level, (), None, None)]
    for day in sorted({*written, assessment.today}):
        aged = level_of(_mean(*_beta(prior, tallies, day, thresholds)), impact, thresholds)
        for key, trial in written.get(day, ()):
            tallies.setdefault(key, Tally()).add(trial)
        likelihood = Likelihood.of(*_beta(prior, tallies, day, thresholds))
        level, before = level_of(likelihood.probability, impact, thresholds), points[-1].level
        ids = tuple(sorted(trial.row.id for _, trial in written.get(day, ())))
        moved = level != before
        cause: Literal["records", "age"] | None = ("records" if aged != level else "age") if moved else None
        points.append(Point(day, likelihood, level, ids, before if moved else None, cause))
    return tuple(points)


def _by_day(assessment: Assessment) -> Mapping[date, Sequence[tuple[Key, Trial]]]:
    found: dict[date, list[tuple[Key, Trial]]] = {}
    for key, members in assessment.trials.items():
        for trial in written_by(members, assessment.today):
            found.setdefault(day_of(trial.written), []).append((key, trial))
    return found


def _beta(prior: Prior, tallies: Mapping[Key, Tally], day: date, thresholds: Thresholds) -> tuple[float, float]:
    held = tallies.values()
    return beta_of(prior, ((tally.decay(day, thresholds) * tally.factor, tally.share) for tally in held))


def _mean(alpha: float, beta: float) -> float:
    return alpha / (alpha + beta)
