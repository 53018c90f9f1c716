"""Puts records that are not independent into clusters, the trials that a likelihood is computed from. Pure."""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Self

from envkb.assess.risk.events import asker
from envkb.knowledge.index.evidence import EvidenceRow
from envkb.knowledge.risk_evidence import Key, RiskEvidence
from envkb.model.risk import Event
from envkb.model.settings import Thresholds


class Trial(NamedTuple):
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
    def written(self) -> str:
        """The day on which it became known here."""
        return self.row.created[:10]


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


@dataclass(slots=True)
class Tally:
    """Adds up the trials of one cluster.

    Attributes:
        total: Sum of their factors.
        hits: Sum of the factors of those in which the event occurred.
        count: Their number.
        count_hits: Number of those in which the event occurred.
        factor: The greatest of their factors.
        newest: The last day that one tells of, as exact as it is known.
    """

    total: float = 0.0
    hits: float = 0.0
    count: int = 0
    count_hits: int = 0
    factor: float = 0.0
    newest: str = ""

    @classmethod
    def of(cls, trials: Sequence[Trial]) -> Self:
        """Return the sums of several trials, at least one."""
        factors = [trial[2] for trial in trials]
        hit = [trial[2] for trial in trials if trial[1]]
        newest = max([trial[0].observed or trial[0].created for trial in trials])
        return cls(sum(factors), sum(hit), len(factors), len(hit), max(factors), newest[:10])

    def add(self, trial: Trial) -> None:
        """Take one more trial into account."""
        self.total += trial.factor
        self.count += 1
        if trial.event:
            self.hits += trial.factor
            self.count_hits += 1
        self.factor = max(self.factor, trial.factor)
        self.newest = max(self.newest, trial.row.happened[:10])

    @property
    def share(self) -> float:
        """Share of the event; where nothing counts (a factor of 0), that of the plain records, with no weight."""
        return self.hits / self.total if self.total else self.count_hits / self.count

    def age_days(self, today: date) -> int:
        """Return the age of its newest trial."""
        return max(0, (today - day_of(self.newest)).days)

    def decay(self, today: date, thresholds: Thresholds) -> float:
        """Return what its age leaves of it on a day: one half after a half-life."""
        return math.pow(2.0, -self.age_days(today) / thresholds.half_life_days)


Trials = Mapping[Key, Sequence[Trial]]
"""Records that tell, by cluster, those of each in the order in which they were written."""


def trials_of(event: Event, evidence: RiskEvidence, thresholds: Thresholds) -> tuple[Trials, list[str]]:
    """Return the trials by cluster, and the ids of the records that are in scope but do not tell."""
    factors = {"captured": 1.0, "imported": thresholds.imported_factor, "stated": thresholds.stated_factor}
    ask, places = asker(event, evidence), evidence.places
    found: defaultdict[int, list[Trial]] = defaultdict(list)
    silent: list[str] = []
    for row in evidence.rows:
        answer = ask(row)
        if answer is None:
            silent.append(row.id)
        else:
            found[places[row.number]].append(Trial(row, answer, factors[row.origin]))
    return {evidence.keys[place]: trials for place, trials in found.items()}, silent


def weigh(trials: Trials, today: date, thresholds: Thresholds) -> list[Cluster]:
    """Return the clusters as of a day, the heaviest first; what was written later does not count yet."""
    clusters = []
    for key, members in trials.items():
        known = written_by(members, today)
        if known:
            clusters.append(_cluster(key, known, today, thresholds))
    return sorted(clusters, key=lambda each: (-each.weight, each.key))


def written_by(trials: Sequence[Trial], day: date) -> Sequence[Trial]:
    """Return the trials that were written until a day, that day among them."""
    last = day.isoformat()
    if trials[-1].written <= last:
        return trials
    return trials[: bisect_right(trials, last, key=lambda trial: trial.written)]


def _cluster(key: Key, trials: Sequence[Trial], today: date, thresholds: Thresholds) -> Cluster:
    tally = Tally.of(trials)
    decay = tally.decay(today, thresholds)
    return Cluster(
        key=key,
        host_label=trials[-1].row.host_label,
        trials=tuple(trials),
        share=tally.share,
        age_days=tally.age_days(today),
        decay=decay,
        factor=tally.factor,
        weight=decay * tally.factor,
    )


@lru_cache(maxsize=8192)
def day_of(text: str) -> date:
    """Return a day, the first one of a month or year that is all that is known."""
    year, month, day = ([*text.split("-"), "1", "1"])[:3]
    return date(int(year), int(month), int(day))
