"""Puts records that are not independent into clusters, the trials that a likelihood is computed from. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from envkb.assess.risk.events import occurred
from envkb.knowledge.index.evidence import EvidenceRow
from envkb.knowledge.risk_evidence import RiskEvidence
from envkb.model.risk import Event
from envkb.model.settings import Thresholds

UNKNOWN: Final = "unknown"
ABSENT: Final = "absent"

_SERIES: Final = re.compile(r"(?:[0-9]+!)?([0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True, slots=True)
class Trial:
    """One record that tells whether the event occurred.

    Attributes:
        row: The record.
        event: Whether the event occurred.
        factor: How much it counts within its cluster: 1 where captured, less where imported or stated.
    """

    row: EvidenceRow
    event: bool
    factor: float

    @property
    def written(self) -> date:
        """The day on which it became known here."""
        return date.fromisoformat(self.row.created[:10])


@dataclass(frozen=True, slots=True)
class Key:
    """What makes a cluster: its records differ in nothing that would make them independent.

    Attributes:
        host: What the host is known by; `unknown` where nothing is known of it.
        manager: The manager; `unknown` where nobody knows.
        stack: Name and series (`2.13`) of each package that makes stacks; `absent` where it is not installed.
    """

    host: str
    manager: str
    stack: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """One trial: the records of one host, manager and stack.

    Attributes:
        key: What they have in common.
        host_label: The host's label; null where it has none.
        trials: Its records, the oldest first.
        share: Mean of its records' events, each weighed by its factor.
        age_days: Age of its newest record.
        decay: What its age leaves of it: one half after a half-life.
        factor: Of what its best record counts: 1 where one was captured.
        weight: As how many experiments it counts: decay times factor.
    """

    key: Key
    host_label: str | None
    trials: tuple[Trial, ...]
    share: float
    age_days: int
    decay: float
    factor: float
    weight: float


def trials_of(event: Event, evidence: RiskEvidence, thresholds: Thresholds) -> tuple[dict[Key, list[Trial]], list[str]]:
    """Return the trials by cluster, and the ids of the records that are in scope but do not tell."""
    factors = {"captured": 1.0, "imported": thresholds.imported_factor, "stated": thresholds.stated_factor}
    found: dict[Key, list[Trial]] = {}
    silent: list[str] = []
    for row in evidence.rows:
        answer = occurred(event, row, evidence)
        if answer is None:
            silent.append(row.id)
        else:
            found.setdefault(_key(row, evidence.versions), []).append(Trial(row, answer, factors[row.origin]))
    return found, silent


def _key(row: EvidenceRow, versions: Mapping[str, Mapping[str, str]]) -> Key:
    stack = tuple((package, _series(by_record.get(row.id))) for package, by_record in versions.items())
    return Key(row.host or UNKNOWN, row.manager or UNKNOWN, stack)


def _series(version: str | None) -> str:
    if version is None:
        return ABSENT
    match = _SERIES.match(version)
    return match[1] if match else version or UNKNOWN


def weigh(trials: Mapping[Key, Sequence[Trial]], today: date, thresholds: Thresholds) -> Iterator[Cluster]:
    """Give the clusters as of a day, the heaviest first; what was written later does not count yet."""
    clusters = []
    for key, members in trials.items():
        known = tuple(trial for trial in members if trial.written <= today)
        if known:
            clusters.append(_cluster(key, known, today, thresholds))
    clusters.sort(key=lambda cluster: (-cluster.weight, cluster.key.host, cluster.key.manager, cluster.key.stack))
    yield from clusters


def _cluster(key: Key, trials: tuple[Trial, ...], today: date, thresholds: Thresholds) -> Cluster:
    total = sum(trial.factor for trial in trials)
    # Where nothing counts at all (a factor of 0), the share is that of the plain records, and its weight is 0.
    shares = [(trial.factor if total else 1.0, trial.event) for trial in trials]
    age = max(0, min((today - day_of(trial.row.happened)).days for trial in trials))
    decay, factor = 2.0 ** (-age / thresholds.half_life_days), max(trial.factor for trial in trials)
    return Cluster(
        key=key,
        host_label=trials[-1].row.host_label,
        trials=trials,
        share=sum(weight for weight, event in shares if event) / sum(weight for weight, _ in shares),
        age_days=age,
        decay=decay,
        factor=factor,
        weight=decay * factor,
    )


def day_of(moment: str) -> date:
    """Return the day of a moment, the first one of a month or year that is all that is known."""
    year, month, day = ([*moment[:10].split("-"), "1", "1"])[:3]
    return date(int(year), int(month), int(day))
