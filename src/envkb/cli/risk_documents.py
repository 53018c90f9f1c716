"""What `kb risk` prints under `--json`."""

from typing import Final, Literal

from pydantic import Field

from envkb.cli.base_documents import FileProblem
from envkb.model.risk import Risk, RiskLevel
from envkb.model.value import Value


class RiskReference(Value):
    """How JSON speaks of a risk.

    Attributes:
        id: Its slug.
        path: Its file, relative to the root.
        title: Its statement.
        status: Its level, or `insufficient evidence`.
        date: The day by which it is to be looked at again.
    """

    id: str
    path: str
    title: str
    status: str
    date: str


class Estimated(Value):
    """A probability with its 90 % interval.

    Attributes:
        probability: That the event occurs.
        low: Lower end of the interval.
        high: Upper end of the interval.
        confidence: That it works: 1 - probability.
        alpha: First number of the Beta distribution.
        beta: Second number.
        level: The level that it gives.
    """

    probability: float
    low: float
    high: float
    confidence: float
    alpha: float
    beta: float
    level: RiskLevel


class AssessedRisk(RiskReference):
    """A risk as of a day.

    Attributes:
        category: A word to group by.
        owner: Who looks after it.
        impact: 1 to 5.
        basis: `evidence` where it is computed, `judgement` where a person says it.
        probability: The probability, computed or said.
        band: The likelihood band, from 0.
        level: Its level.
        prior: What was believed before any evidence; null for a judgement.
        posterior: What is believed with it; null for a judgement.
        weight: As how many experiments all evidence counts.
        mostly_prior: Whether the prior weighs more.
        insufficient: Whether the interval is too wide to tell, or the judgement has run out.
        trend: How the probability moved within 90 days; null for a judgement.
        overdue: Whether its review is.
        records_for: Ids of the records in which the event occurred.
        records_against: Ids of the records in which it did not.
        records_silent: Ids of the records in scope that do not tell.
        rests_on_private: Whether a record that counted is private.
    """

    category: str
    owner: str
    impact: int
    basis: Literal["evidence", "judgement"]
    probability: float
    band: int
    level: RiskLevel
    prior: Estimated | None
    posterior: Estimated | None
    weight: float
    mostly_prior: bool
    insufficient: bool
    trend: Literal["rising", "falling", "steady"] | None
    overdue: bool
    records_for: tuple[str, ...]
    records_against: tuple[str, ...]
    records_silent: tuple[str, ...]
    rests_on_private: bool


class RisksDocument(Value):
    """Printed by `kb risk list`.

    Attributes:
        schema_: `envkb.risks/1`.
        evaluated: The day as of which they are assessed.
        private: Whether private records count.
        records: Number of records that counted.
        risks: The risks, the worst first.
        problems: Files that cannot be read.
    """

    schema_: Literal["envkb.risks/1"] = Field(alias="schema", default="envkb.risks/1")
    evaluated: str
    private: bool
    records: int
    risks: tuple[AssessedRisk, ...]
    problems: tuple[FileProblem, ...]


class MatrixCell(Value):
    """One cell of the matrix.

    Attributes:
        band: Likelihood band, from 0.
        impact: 1 to 5.
        level: Its level.
        risks: Ids of the risks in it, the worst first.
    """

    band: int
    impact: int
    level: RiskLevel
    risks: tuple[str, ...]


class Band(Value):
    """One likelihood band.

    Attributes:
        low: Where it begins.
        high: Where the next one begins.
    """

    low: float
    high: float


class MatrixDocument(Value):
    """Printed by `kb risk matrix`.

    Attributes:
        schema_: `envkb.risk-matrix/1`.
        evaluated: The day as of which they are assessed.
        private: Whether private records count.
        records: Number of records that counted.
        bands: The likelihood bands, the least likely first.
        cells: The cells, by band and impact.
        risks: The risks, the worst first.
        problems: Files that cannot be read.
    """

    schema_: Literal["envkb.risk-matrix/1"] = Field(alias="schema", default="envkb.risk-matrix/1")
    evaluated: str
    private: bool
    records: int
    bands: tuple[Band, ...]
    cells: tuple[MatrixCell, ...]
    risks: tuple[AssessedRisk, ...]
    problems: tuple[FileProblem, ...]


class RiskCluster(Value):
    """One trial: records that are not independent.

    Attributes:
        host: What the host is known by.
        host_label: Its label; null where it has none.
        manager: The manager.
        stack: Name and series of each package that makes stacks.
        share: Share of its records in which the event occurred, weighed by their factors.
        age_days: Age of its newest record.
        decay: What its age leaves of it.
        factor: Of what its best record counts.
        weight: As how many experiments it counts.
        records_for: Ids of its records in which the event occurred.
        records_against: Ids of those in which it did not.
    """

    host: str
    host_label: str | None
    manager: str
    stack: tuple[tuple[str, str], ...]
    share: float
    age_days: int
    decay: float
    factor: float
    weight: float
    records_for: tuple[str, ...]
    records_against: tuple[str, ...]


class RiskPoint(Value):
    """A risk on one day.

    Attributes:
        date: The day; null for what was believed before any evidence.
        estimated: Its probability.
        records: Ids of the records of that day.
        moved_from: The level before, where it changed.
        cause: `records` or `age`; null where the level did not change.
    """

    date: str | None
    estimated: Estimated
    records: tuple[str, ...]
    moved_from: RiskLevel | None
    cause: Literal["records", "age"] | None


class ShownRisk(AssessedRisk):
    """One risk with everything that it was computed from.

    Attributes:
        risk: Its front matter.
        text: Its Markdown.
        clusters: What it was computed from, the heaviest first.
        history: The risk on every day that brought evidence.
    """

    risk: Risk
    text: str
    clusters: tuple[RiskCluster, ...]
    history: tuple[RiskPoint, ...]


class ShownRiskDocument(Value):
    """Printed by `kb risk show`.

    Attributes:
        schema_: `envkb.risk-shown/1`.
        evaluated: The day as of which it is assessed.
        private: Whether private records count.
        risks: The risk.
    """

    schema_: Literal["envkb.risk-shown/1"] = Field(alias="schema", default="envkb.risk-shown/1")
    evaluated: str
    private: bool
    risks: tuple[ShownRisk, ...]


class CheckedRisksDocument(Value):
    """Printed by `kb risk check`.

    Attributes:
        schema_: `envkb.risk-checked/1`.
        evaluated: The day as of which they are checked.
        risks: The risks that can be read.
        problems: What is wrong.
    """

    schema_: Literal["envkb.risk-checked/1"] = Field(alias="schema", default="envkb.risk-checked/1")
    evaluated: str
    risks: tuple[RiskReference, ...]
    problems: tuple[FileProblem, ...]


class NewRiskDocument(Value):
    """Printed by `kb risk new`.

    Attributes:
        schema_: `envkb.risk-new/1`.
        risks: The new risk; its status is `prior`.
    """

    schema_: Literal["envkb.risk-new/1"] = Field(alias="schema", default="envkb.risk-new/1")
    risks: tuple[RiskReference, ...]


PRINTED: Final = (RisksDocument, MatrixDocument, ShownRiskDocument, CheckedRisksDocument, NewRiskDocument)
"""Every document that these commands print."""
