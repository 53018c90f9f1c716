"""What one more experiment would tell of a risk, before it is made: expectations over both of its outcomes.

With the present Beta(a, b), the event occurs with p = a / (a + b). A cluster that was not tried would add a whole
experiment to the one side or the other; one that grew old would be as new, its share changed by one record.
"""

from typing import NamedTuple

from envkb.assess.risk.assessment import Assessment
from envkb.assess.risk.clusters import Cluster
from envkb.assess.risk.likelihood import Likelihood, level_of
from envkb.model.risk import RiskLevel
from envkb.model.settings import Thresholds


class Outlook(NamedTuple):
    """What is expected of one more experiment.

    Attributes:
        width: Width of the interval now.
        expected: Its width afterwards, both outcomes weighed by how likely they are.
        level: The level now; null where the evidence does not tell.
        levels: How likely each level is afterwards; null for one that could still not be told.
    """

    width: float
    expected: float
    level: RiskLevel | None
    levels: dict[RiskLevel | None, float]

    @property
    def narrowing(self) -> float:
        """How much narrower the interval is expected to be; never less than 0."""
        return max(0.0, self.width - self.expected)

    @property
    def change(self) -> float:
        """How likely it is that the level is another afterwards."""
        return 1.0 - self.levels.get(self.level, 0.0)


def look_ahead(assessment: Assessment, cluster: Cluster | None, thresholds: Thresholds) -> Outlook:
    """Return what one more captured experiment of today is expected to tell of a risk.

    Args:
        assessment: The risk as of today; one that is computed from records.
        cluster: The cluster that it would belong to; null for one that was not tried.
        thresholds: The knowledge base's own numbers.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    now = assessment.likelihood
    assert now is not None  # noqa: S101 - callers leave out what a person judges
    evidence = assessment.weight + (1.0 if cluster is None else 1.0 - cluster.weight)
    levels: dict[RiskLevel | None, float] = {}
    expected = 0.0
    for event, chance in ((1.0, now.probability), (0.0, 1 - now.probability)):
        after = Likelihood.of(*_after(now, cluster, event))
        expected += chance * after.width
        level = _level(assessment, after, evidence, thresholds)
        levels[level] = levels.get(level, 0.0) + chance
    return Outlook(now.width, expected, _level(assessment, now, assessment.weight, thresholds), levels)


def _after(now: Likelihood, cluster: Cluster | None, event: float) -> tuple[float, float]:
    if cluster is None:
        return now.alpha + event, now.beta + 1 - event
    counted = sum(trial.factor for trial in cluster.trials)
    share = (cluster.share * counted + event) / (counted + 1)
    alpha = now.alpha - cluster.weight * cluster.share + share
    beta = now.beta - cluster.weight * (1 - cluster.share) + 1 - share
    return alpha, beta


def _level(assessment: Assessment, at: Likelihood, evidence: float, thresholds: Thresholds) -> RiskLevel | None:
    prior = assessment.risk.prior
    if at.width > thresholds.widest_interval or (prior is not None and prior.weight > evidence):
        return None
    return level_of(at.probability, assessment.risk.impact, thresholds)
