"""What the records say of a risk today, with everything that it was computed from. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from envkb.assess.risk.clusters import Cluster, Tally, Trial, Trials, trials_of, weigh, written_by
from envkb.assess.risk.likelihood import Intervals, Likelihood, beta_of, level_of, posterior
from envkb.knowledge.risk_evidence import RiskEvidence
from envkb.knowledge.risks import RiskFile
from envkb.model.risk import Prior, Risk, RiskLevel
from envkb.model.settings import Thresholds

TREND_DAYS: Final = 90
"""A trend compares today with so many days ago."""
_STEADY: Final = 0.05

Trend = Literal["rising", "falling", "steady"]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A risk as of one day.

    Attributes:
        file: The risk.
        today: The day.
        likelihood: The probability of its event with its interval; null where a person judges it.
        prior: The same before any evidence; null where a person judges it.
        probability: The probability, computed or said.
        level: Its level by probability and impact.
        prior_level: Its level before any evidence; null where a person judges it.
        mostly_prior: Whether the prior weighs more than all evidence.
        insufficient: Whether the interval is too wide to tell; where a person judges it, whether that has run out.
        trend: How the probability moved within 90 days; null where a person judges it.
        clusters: What the likelihood was computed from, the heaviest first.
        silent: Ids of the records in scope that do not tell whether the event occurred.
        trials: All records that tell, by cluster, those written after the day among them.
    """

    file: RiskFile
    today: date
    likelihood: Likelihood | None
    prior: Likelihood | None
    probability: float
    level: RiskLevel
    prior_level: RiskLevel | None
    mostly_prior: bool
    insufficient: bool
    trend: Trend | None
    clusters: tuple[Cluster, ...]
    silent: tuple[str, ...]
    trials: Trials

    @property
    def risk(self) -> Risk:
        """What its file says."""
        return self.file.risk

    @property
    def judged(self) -> bool:
        """Whether a person judges it, so that it is drawn hollow."""
        return self.likelihood is None

    @property
    def status(self) -> str:
        """Its level, or `insufficient evidence` where that cannot be told."""
        return "insufficient evidence" if self.insufficient else self.level

    @property
    def weight(self) -> float:
        """As how many experiments all evidence counts."""
        return sum(cluster.weight for cluster in self.clusters)

    @property
    def record_count(self) -> int:
        """Number of records that counted."""
        return sum(len(cluster.trials) for cluster in self.clusters)

    @property
    def records(self) -> tuple[Trial, ...]:
        """Every record that counted, by id."""
        found = (trial for cluster in self.clusters for trial in cluster.trials)
        return tuple(sorted(found, key=lambda trial: trial.row.id))

    @property
    def records_for(self) -> tuple[str, ...]:
        """Ids of the records in which the event occurred."""
        return tuple(trial.row.id for trial in self.records if trial.event)

    @property
    def records_against(self) -> tuple[str, ...]:
        """Ids of the records in which it did not."""
        return tuple(trial.row.id for trial in self.records if not trial.event)

    @property
    def overdue(self) -> bool:
        """Whether the day by which it is to be looked at again has passed."""
        return self.today > self.risk.review

    @property
    def rests_on_private(self) -> bool:
        """Whether a record that counted is private."""
        return any(trial.row.private for cluster in self.clusters for trial in cluster.trials)


def assess_risk(
    file: RiskFile,
    evidence: RiskEvidence,
    thresholds: Thresholds,
    *,
    today: date,
    intervals: Intervals | None = None,
) -> Assessment:
    """Return what the records say of a risk.

    Args:
        file: The risk.
        evidence: What the records say that can tell of it.
        thresholds: The knowledge base's own numbers.
        today: The day as of which it is assessed.
        intervals: Knows those that were computed before.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    risk = file.risk
    if risk.event is None or risk.prior is None:
        return _judged(file, thresholds, today)
    trials, silent = trials_of(risk.event, evidence, thresholds)
    clusters = tuple(weigh(trials, today, thresholds))
    likelihood, prior = posterior(risk.prior, clusters, intervals), posterior(risk.prior, intervals=intervals)
    return Assessment(
        file=file,
        today=today,
        likelihood=likelihood,
        prior=prior,
        probability=likelihood.probability,
        level=level_of(likelihood.probability, risk.impact, thresholds),
        prior_level=level_of(prior.probability, risk.impact, thresholds),
        mostly_prior=risk.prior.weight > sum(cluster.weight for cluster in clusters),
        insufficient=likelihood.width > thresholds.widest_interval,
        trend=_trend(likelihood.probability, risk.prior, trials, today, thresholds),
        clusters=clusters,
        silent=tuple(silent),
        trials=trials,
    )


def _judged(file: RiskFile, thresholds: Thresholds, today: date) -> Assessment:
    judgement = file.risk.judgement
    assert judgement is not None  # noqa: S101 - the model sees to it
    return Assessment(
        file=file,
        today=today,
        likelihood=None,
        prior=None,
        probability=judgement.probability,
        level=level_of(judgement.probability, file.risk.impact, thresholds),
        prior_level=None,
        mostly_prior=False,
        insufficient=today > judgement.until,
        trend=None,
        clusters=(),
        silent=(),
        trials={},
    )


def _trend(now: float, prior: Prior, trials: Trials, today: date, thresholds: Thresholds) -> Trend:
    before = today - timedelta(days=TREND_DAYS)
    tallies = [Tally.of(known) for members in trials.values() if (known := written_by(members, before))]
    alpha, beta = beta_of(prior, ((each.decay(before, thresholds) * each.factor, each.share) for each in tallies))
    earlier = alpha / (alpha + beta)
    if abs(now - earlier) < _STEADY:
        return "steady"
    return "rising" if now > earlier else "falling"
