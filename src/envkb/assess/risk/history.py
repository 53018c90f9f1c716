"""How a risk came to be what it is: its likelihood on every day on which a record was written. Pure.

It is the history of what counts today: a record that was amended or retracted since is not in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from envkb.assess.risk.assessment import Assessment
from envkb.assess.risk.clusters import Key, Trial, weigh
from envkb.assess.risk.likelihood import Likelihood, level_of, posterior
from envkb.model.risk import Prior, RiskLevel
from envkb.model.settings import Thresholds

AGE: Final = "age"
RECORDS: Final = "records"


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
    cause: str | None

    @property
    def sentence(self) -> str | None:
        """Return what moved the level, in words; null where it did not move."""
        if self.moved_from is None or self.day is None:
            return None
        because = f"because of {', '.join(self.records)}" if self.cause == RECORDS else "as its evidence aged"
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
    impact, trials = assessment.risk.impact, assessment.trials
    written = _by_day(trials, assessment.today)
    points = [Point(None, assessment.prior, assessment.prior_level, (), None, None)]
    for day in sorted({*written, assessment.today}):
        likelihood = posterior(prior, weigh(trials, day, thresholds))
        level = level_of(likelihood.probability, impact, thresholds)
        ids, before = written.get(day, ()), points[-1].level
        aged = _without(prior, trials, day, thresholds) if level != before and ids else None
        cause = None
        if level != before:
            cause = RECORDS if aged is not None and level_of(aged, impact, thresholds) != level else AGE
        points.append(Point(day, likelihood, level, ids, before if level != before else None, cause))
    return tuple(points)


def _by_day(trials: Mapping[Key, Sequence[Trial]], today: date) -> Mapping[date, tuple[str, ...]]:
    found: dict[date, list[str]] = {}
    for members in trials.values():
        for trial in members:
            if trial.written <= today:
                found.setdefault(trial.written, []).append(trial.row.id)
    return {day: tuple(sorted(ids)) for day, ids in found.items()}


def _without(prior: Prior, trials: Mapping[Key, Sequence[Trial]], day: date, thresholds: Thresholds) -> float:
    """Return the probability of a day as it would be without the records written on it."""
    earlier = {key: [trial for trial in members if trial.written < day] for key, members in trials.items()}
    return posterior(prior, weigh(earlier, day, thresholds)).probability
