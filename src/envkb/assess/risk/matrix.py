"""All risks of a knowledge base on one board: likelihood by impact. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from envkb.assess.risk.assessment import Assessment, assess_risk
from envkb.assess.risk.likelihood import Intervals, band_of, level_of
from envkb.knowledge.risk_evidence import EvidenceReader
from envkb.knowledge.risks import RiskFile
from envkb.model.risk import RiskLevel
from envkb.model.settings import Thresholds

IMPACTS: Final = (1, 2, 3, 4, 5)
_ORDER: Final = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class Matrix:
    """The risks of a knowledge base as of one day.

    Attributes:
        assessments: Every risk, the worst first.
        thresholds: The numbers that bands and levels come from.
        today: The day.
    """

    assessments: tuple[Assessment, ...]
    thresholds: Thresholds
    today: date

    @property
    def bands(self) -> tuple[tuple[float, float], ...]:
        """Lower and upper end of each likelihood band, the least likely first."""
        bounds = self.thresholds.likelihood_bounds
        return tuple(zip((0.0, *bounds), (*bounds, 1.0), strict=True))

    def level(self, band: int, impact: int) -> RiskLevel:
        """Return the level of a cell."""
        return level_of(self.bands[band][0], impact, self.thresholds)

    def cell(self, band: int, impact: int) -> tuple[Assessment, ...]:
        """Return the risks of a cell, the worst first."""
        return tuple(
            each
            for each in self.assessments
            if each.risk.impact == impact and band_of(each.probability, self.thresholds) == band
        )

    @property
    def records(self) -> int:
        """Number of records that counted for or against any risk."""
        clusters = (cluster for each in self.assessments for cluster in each.clusters)
        return len(set().union(*([trial.row.id for trial in cluster.trials] for cluster in clusters)))


def assess_risks(
    files: Sequence[RiskFile],
    reader: EvidenceReader,
    thresholds: Thresholds,
    *,
    today: date,
    intervals: Intervals | None = None,
) -> Matrix:
    """Return all risks as of a day.

    Args:
        files: The risks.
        reader: Reads the evidence; it decides whether private records are seen, and what restricts all of them.
        thresholds: The knowledge base's own numbers.
        today: The day.
        intervals: Knows those that were computed before.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    known = intervals or Intervals()
    found = [assess_risk(file, reader.of(file), thresholds, today=today, intervals=known) for file in files]
    found.sort(key=lambda each: (_ORDER[each.level], -each.risk.impact, -each.probability, each.file.slug))
    return Matrix(tuple(found), thresholds, today)
