"""What the front matter of a risk says: what could go wrong, where that would show, and what is believed beforehand."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from envkb.model.edge_case import Phase, Severity
from envkb.model.record import OneLine
from envkb.model.settings import Slug
from envkb.model.value import Value

SCHEMA: Final = "envkb.risk/1"

RiskLevel = Literal["low", "medium", "high"]
Operator = Literal["<", "<=", ">", ">="]
Response = Literal["avoid", "reduce", "accept", "transfer"]


def _check_mean(mean: float) -> float:
    if not 0 < mean < 1:
        raise ValueError("no evidence could ever change a prior of 0 or 1: choose between them, 0.05 say")
    return mean


Probability = Annotated[float, Field(ge=0, le=1)]
PriorMean = Annotated[float, AfterValidator(_check_mean)]


class MeasurementEvent(Value):
    """A measurement past a threshold.

    Attributes:
        benchmark: The benchmark: `suite/name`, or `name` for a metric that a person stated.
        quantity: What was measured of it.
        parameters: Parameters that the benchmark must have had; others may have any value.
        statistic: What of the samples is compared.
        op: How it is compared: the event is that `statistic op value` holds.
        value: The threshold.
        unit: Its unit, as the measurement states it; null for a plain number.
    """

    benchmark: OneLine
    quantity: OneLine = "duration"
    parameters: Mapping[str, str | int | float | bool | None] = Field(default_factory=dict)
    statistic: Literal["median", "min", "max"] = "median"
    op: Operator
    value: float
    unit: OneLine | None


class RatioEvent(Value):
    """A quantity of one benchmark past a multiple of what another side of the same run showed.

    Attributes:
        benchmark: The benchmark: `suite/name`.
        quantity: What was measured of it.
        parameters: Parameters that the benchmark must have had; others may have any value.
        baseline: Query for the records that it is compared with: those of the same run, host, request and cache.
        op: How it is compared: the event is that `median / median of the baseline op value` holds.
        value: The threshold.
    """

    benchmark: OneLine
    quantity: OneLine = "duration"
    parameters: Mapping[str, str | int | float | bool | None] = Field(default_factory=dict)
    baseline: Annotated[str, Field(min_length=1)]
    op: Operator
    value: Annotated[float, Field(gt=0)]


class Event(Value):
    """What counts as the risk having come true in a record: any one of what is given.

    Attributes:
        edges: Classes of edge cases, `any` for every one; also as a problem that a rule found.
        min_severity: How much such an edge case must hurt at least; without it, any counts.
        findings: Ids of rules that found a problem.
        failed: Phases in which the experiment failed; `any` for every failure.
        outcomes: Outcomes that count.
        measurement: A measurement past a threshold.
        ratio: A measurement past a multiple of another side's.
        where: Query for the records in which it occurred: `fact torch/cuda_available = false`. One that does not answer
            it denies the event, so the scope must leave out what does not tell.
    """

    edges: Literal["any"] | Annotated[tuple[Slug, ...], Field(min_length=1)] | None = None
    min_severity: Severity | None = None
    findings: Annotated[tuple[OneLine, ...], Field(min_length=1)] | None = None
    failed: Literal["any"] | Annotated[tuple[Phase, ...], Field(min_length=1)] | None = None
    outcomes: Annotated[tuple[Literal["failure", "partial"], ...], Field(min_length=1)] | None = None
    measurement: MeasurementEvent | None = None
    ratio: RatioEvent | None = None
    where: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _say_something(self) -> Self:
        told = (self.edges, self.findings, self.failed, self.outcomes, self.measurement, self.ratio, self.where)
        if all(part is None for part in told):
            raise ValueError("name what counts: edges, findings, failed, outcomes, measurement, ratio or where")
        if self.min_severity and self.edges is None:
            raise ValueError("min_severity goes with edges")
        return self


class Prior(Value):
    """What is believed before any evidence, and how firmly.

    Attributes:
        mean: Probability that the event occurs, between 0 and 1.
        weight: As how many experiments it counts.
        source: Where it comes from.
    """

    mean: PriorMean
    weight: Annotated[float, Field(gt=0, le=1000)]
    source: OneLine


class Judgement(Value):
    """What a person says of a risk that no measurement can show.

    Attributes:
        author: Who says so.
        reason: Why.
        until: The last day on which it is taken as said.
        probability: How likely it is.
    """

    author: OneLine
    reason: Annotated[str, Field(min_length=1)]
    until: date
    probability: Probability


class Risk(Value):
    """The front matter of a risk.

    Attributes:
        schema_: `envkb.risk/1`; may be left out.
        statement: What could go wrong, in one sentence.
        category: A word to group by.
        owner: Who looks after it.
        review: The day by which it is to be looked at again.
        impact: How bad it would be: 1 (hardly noticed) to 5 (everything stops).
        impact_reason: Why so.
        basis: `evidence`: the likelihood is computed from records; `judgement`: a person says it.
        scope: Query for the records that can tell; for `evidence`.
        packages: Packages whose series (2.13 of 2.13.0) make stacks that tell apart, beside those that the scope names.
        event: What counts as the risk having come true; for `evidence`.
        prior: What is believed beforehand; for `evidence`.
        judgement: What a person says; for `judgement`.
        response: What is done about it.
        mitigation: How.
        triggers: What would make it worth another look.
        tags: Words to find it by.
    """

    schema_: Literal["envkb.risk/1"] = Field(alias="schema", default=SCHEMA)
    statement: OneLine
    category: OneLine
    owner: OneLine
    review: date
    impact: Annotated[int, Field(ge=1, le=5)]
    impact_reason: Annotated[str, Field(min_length=1)]
    basis: Literal["evidence", "judgement"] = "evidence"
    scope: Annotated[str, Field(min_length=1)] | None = None
    packages: tuple[OneLine, ...] = ()
    event: Event | None = None
    prior: Prior | None = None
    judgement: Judgement | None = None
    response: Response
    mitigation: str | None = None
    triggers: tuple[OneLine, ...] = ()
    tags: tuple[OneLine, ...] = ()

    @model_validator(mode="after")
    def _rest_on_one_basis(self) -> Self:
        computed = {"scope": self.scope, "event": self.event, "prior": self.prior}
        if self.basis == "judgement":
            wrong = next((name for name, value in computed.items() if value is not None), None)
            if wrong:
                raise ValueError(f"basis: judgement has no {wrong}: what is computed and what is said are never mixed")
            if self.judgement is None:
                raise ValueError("basis: judgement needs judgement: author, reason, until and probability")
            return self
        missing = next((name for name, value in computed.items() if value is None), None)
        if missing:
            raise ValueError(f"{missing} is missing: a likelihood is computed from scope, event and prior")
        if self.judgement is not None:
            raise ValueError("judgement goes with basis: judgement")
        return self
