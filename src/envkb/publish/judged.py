"""Reads what the records say of risks and decisions, for rendering."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from envkb.assess.risk.history import Point, history_of
from envkb.assess.risk.matrix import Matrix, assess_risks
from envkb.experiment.judging import Judgement, judge_decisions
from envkb.knowledge.index.index import open_index
from envkb.knowledge.query.fields import FIELDS
from envkb.knowledge.query.language import Comparison
from envkb.knowledge.risk_evidence import EvidenceReader
from envkb.knowledge.risks import read_risks

if TYPE_CHECKING:
    from envkb.knowledge.folder import KnowledgeBase

MOST_SIDES: Final = 12
"""Of so many hosts, and so many managers, the matrix is shown for each alone: those with the most evidence."""


@dataclass(frozen=True, slots=True)
class OneSide:
    """The matrix by the evidence of one host, or of one manager.

    Attributes:
        field: `host` or `manager`.
        value: Which one.
        matrix: The matrix.
    """

    field: str
    value: str
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything that is judged, on one day, by public records.

    Attributes:
        matrix: The risks.
        histories: How each came to be what it is, by slug.
        sides: The matrix by the evidence of one host or manager alone.
        decisions: The decisions.
    """

    matrix: Matrix
    histories: Mapping[str, tuple[Point, ...]]
    sides: tuple[OneSide, ...]
    decisions: Judgement


def read_judged(base: "KnowledgeBase", evaluated: date) -> Judged:
    """Return what public records say of every risk and decision on a day.

    Args:
        base: The knowledge base.
        evaluated: The day.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
        InvalidDataError: A record that is compared is no longer what its id says.
    """
    thresholds = base.settings.thresholds
    files = read_risks(base.root).files
    with open_index(base, public=True) as index:
        matrix = assess_risks(files, EvidenceReader(index), thresholds, today=evaluated)
        sides = []
        for field, value in _sides(matrix):
            within = Comparison(FIELDS[field], "=", value)
            restricted = assess_risks(files, EvidenceReader(index, within), thresholds, today=evaluated)
            sides.append(OneSide(field, value, restricted))
    return Judged(
        matrix=matrix,
        histories={each.file.slug: history_of(each, thresholds) for each in matrix.assessments},
        sides=tuple(sides),
        decisions=judge_decisions(base, on=evaluated),
    )


def _sides(matrix: Matrix) -> list[tuple[str, str]]:
    # Only where there are two: with one, its matrix is the whole.
    counted: dict[str, dict[str, set[str]]] = {"host": {}, "manager": {}}
    for assessment in matrix.assessments:
        for cluster in assessment.clusters:
            ids = {trial.row.id for trial in cluster.trials}
            counted["host"].setdefault(cluster.key.host, set()).update(ids)
            counted["manager"].setdefault(cluster.key.manager, set()).update(ids)
    found = []
    for field, sides in counted.items():
        known = {value: ids for value, ids in sides.items() if value != "unknown"}
        if len(sides) > 1:
            ordered = sorted(known, key=lambda value: (-len(known[value]), value))
            found += [(field, value) for value in ordered[:MOST_SIDES]]
    return found
