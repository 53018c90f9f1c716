"""Evidence that has grown old, and days that have passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from envkb.assess.next.cells import HostSeen
from envkb.assess.next.gain import look_ahead
from envkb.assess.next.questions import Judged
from envkb.assess.risk.assessment import Assessment
from envkb.assess.risk.clusters import Cluster
from envkb.model.decision import ReviewCheck
from envkb.model.settings import Thresholds

HALF_LIVES: Final = 2.0
"""From so many half-lives on, evidence is called aged: a quarter of it is left."""

Kind = Literal["driver", "aged", "review"]
_ORDER: Final[Sequence[Kind]] = ("driver", "aged", "review")


@dataclass(frozen=True, slots=True)
class Stale:
    """Something that is due.

    Attributes:
        kind: `driver`: the host has another driver than the evidence; `aged`: evidence that is old; `review`: a day
            that has passed.
        subject: The risk, or decision, that it is about.
        is_decision: Whether that is a decision.
        reason: Why, in one line.
        record: The record to repeat; null for a review.
        host: The host that it was on; null for a review, or where that is unknown.
        manager: The manager; null likewise.
        narrowing: How much narrower the interval of a risk is expected to be once it was repeated; 0 where none is.
    """

    kind: Kind
    subject: str
    is_decision: bool
    reason: str
    record: str | None = None
    host: str | None = None
    manager: str | None = None
    narrowing: float = 0.0


def find_stale(
    assessments: Sequence[Assessment],
    judged: Sequence[Judged],
    hosts: Sequence[HostSeen],
    drivers: Mapping[str, str | None],
    thresholds: Thresholds,
    *,
    today: date,
) -> list[Stale]:
    """Return what is due, changed drivers first, then by what repeating it is expected to tell.

    Args:
        assessments: The risks as of today.
        judged: The decisions with what is found of their assumptions.
        hosts: The hosts that records tell of.
        drivers: Version of the NVIDIA driver by record id; null where unknown.
        thresholds: The knowledge base's own numbers.
        today: The day.
    """
    by_name = {host.name: host for host in hosts}
    found: list[Stale] = []
    for assessment in assessments:
        slug = assessment.file.slug
        if assessment.overdue:
            found.append(Stale("review", slug, is_decision=False, reason=f"to be reviewed by {assessment.risk.review}"))
        for cluster in assessment.clusters:
            host = by_name.get(cluster.key.host)
            found += _of_cluster(assessment, cluster, host, drivers, thresholds)
    for file, outcomes in judged:
        if file.decision.status not in ("accepted", "proposed"):
            continue
        review = file.decision.review
        if review and review < today.isoformat():
            found.append(Stale("review", file.slug, is_decision=True, reason=f"to be reviewed by {review}"))
        for outcome in outcomes:
            name, check = outcome.assumption.id, outcome.assumption.check
            if isinstance(check, ReviewCheck) and outcome.state == "violated":
                reason = f"{name} was taken as given until {check.date}"
                found.append(Stale("review", file.slug, is_decision=True, reason=reason))
            if outcome.found.stale:
                reason = f"{len(outcome.found.stale)} records are past the days that {name} takes as fresh"
                found.append(Stale("aged", file.slug, is_decision=True, reason=reason, record=outcome.found.stale[-1]))
    return sorted(found, key=lambda each: (_ORDER.index(each.kind), -each.narrowing, each.subject, each.reason))


def _of_cluster(
    assessment: Assessment,
    cluster: Cluster,
    host: HostSeen | None,
    drivers: Mapping[str, str | None],
    thresholds: Thresholds,
) -> list[Stale]:
    newest = cluster.trials[-1].row
    then = drivers.get(newest.id)
    age = cluster.age_days / thresholds.half_life_days
    if host and host.driver and then and host.driver != then:
        kind: Kind = "driver"
        reason = f"the host has driver {host.driver} now, the evidence is of {then}"
    elif age >= HALF_LIVES:
        kind = "aged"
        reason = f"{cluster.age_days} days old, {age:.1f} half-lives: counts {cluster.weight:.2f}"
    else:
        return []
    narrowing = look_ahead(assessment, cluster, thresholds).narrowing
    name = cluster.host_label or cluster.key.host
    slug = assessment.file.slug
    return [Stale(kind, slug, False, reason, newest.id, name, cluster.key.manager, narrowing)]  # noqa: FBT003 - of a risk
