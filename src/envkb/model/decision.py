"""What the front matter of a decision says: its status, what it rests on, and how that is checked again."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from envkb.model.record import Digest, OneLine, RecordId
from envkb.model.value import Value

SCHEMA: Final = "envkb.decision/1"
LINKS: Final = ("supersedes", "superseded_by", "relates_to")
"""Keys that name other decisions; each has its counterpart there."""
MUTABLE: Final = ("status", *LINKS, "waivers", "accepted_sha256")
"""Keys that may change once a decision is accepted; everything else of the file is under `accepted_sha256`."""

Status = Literal["draft", "proposed", "accepted", "rejected", "deprecated", "superseded"]
LONGEST_SLUG: Final = 120


def _check_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day") from None
    return text


Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_check_day)]
"""A day, `YYYY-MM-DD`."""
DecisionSlug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=LONGEST_SLUG)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Share = Annotated[float, Field(ge=0, le=1)]
Scalar = str | int | float | bool | None


class RatioCheck(Value):
    """A quantity of one benchmark, candidate divided by baseline; the medians of both are compared.

    Attributes:
        kind: `ratio`.
        benchmark: The benchmark: `suite/name`, or `name` for a metric that a person stated.
        quantity: What was measured of it.
        parameters: Parameters that the benchmark must have had; others may have any value.
        baseline: Query for the records of the baseline.
        candidate: Query for the records of the candidate.
        within: Holds where the ratio is surely between 1 / (1 + within) and 1 + within.
        at_most: Holds where the ratio is surely no more than this.
        at_least: Holds where the ratio is surely no less than this.
        allow: Differences between the sides that are no obstacle, as `kb compare --allow` takes them.
    """

    kind: Literal["ratio"]
    benchmark: OneLine
    quantity: OneLine = "duration"
    parameters: Mapping[str, Scalar] = Field(default_factory=dict)
    baseline: OneLine
    candidate: OneLine
    within: Annotated[float, Field(gt=0)] | None = None
    at_most: Annotated[float, Field(gt=0)] | None = None
    at_least: Annotated[float, Field(gt=0)] | None = None
    allow: tuple[OneLine, ...] = ()

    @model_validator(mode="after")
    def _have_one_bound(self) -> Self:
        if sum(bound is not None for bound in (self.within, self.at_most, self.at_least)) != 1:
            raise ValueError("give exactly one of within, at_most and at_least")
        return self


class SuccessesCheck(Value):
    """The share of successes among experiments whose outcome is known.

    Attributes:
        kind: `successes`.
        where: Query for the records.
        at_least: The share, from 0 to 1.
        records: How many records with a known outcome it takes to tell.
    """

    kind: Literal["successes"]
    where: OneLine
    at_least: Share
    records: Annotated[int, Field(ge=1)] = 1


class RiskCheck(Value):
    """The level of a risk, as computed from the records.

    Attributes:
        kind: `risk`.
        risk: Slug of the risk.
        at_most: The highest level that is accepted.
    """

    kind: Literal["risk"]
    risk: Name
    at_most: Literal["low", "medium", "high"]


class EdgeCheck(Value):
    """Whether edge cases of one class occur.

    Attributes:
        kind: `edge`.
        class_: The class, written `class`.
        where: Query for the records.
        expect: Whether it is assumed to be there or not; `present` holds where one record has it.
        records: How many records it takes to tell that it is absent.
    """

    kind: Literal["edge"]
    class_: Name = Field(alias="class")
    where: OneLine
    expect: Literal["present", "absent"]
    records: Annotated[int, Field(ge=1)] = 1


class VersionCheck(Value):
    """The versions of a package in all environments that have it.

    Attributes:
        kind: `version`.
        package: The package.
        versions: The versions assumed, as a specifier of PEP 440: `>=2.13,<3`.
        where: Query for the records.
    """

    kind: Literal["version"]
    package: OneLine
    versions: OneLine
    where: OneLine


class ReviewCheck(Value):
    """A day until which the assumption is taken as given.

    Attributes:
        kind: `review_by`.
        date: The last day on which it holds.
    """

    kind: Literal["review_by"]
    date: Day


Check = Annotated[
    RatioCheck | SuccessesCheck | RiskCheck | EdgeCheck | VersionCheck | ReviewCheck, Field(discriminator="kind")
]
"""What is evaluated to tell whether an assumption holds."""


class Assumption(Value):
    """Something that must stay true for a decision to stay right.

    Attributes:
        id: Its name within the decision; waivers name it.
        statement: What is assumed, in one line.
        check: How it is evaluated; null where nobody has said, which is reported.
        fresh_days: Records whose experiment is more days ago count no longer; null for no such limit.
        fresh_until: From the next day on, only experiments after this day count; null for no such limit.
    """

    id: Name
    statement: OneLine
    check: Check | None = None
    fresh_days: Annotated[int, Field(ge=1)] | None = None
    fresh_until: Day | None = None


class Waiver(Value):
    """Somebody's word that a decision stands for a while although an assumption does not hold.

    Attributes:
        assumption: Id of the assumption.
        name: Who waives it.
        reason: Why.
        until: The last day on which it counts.
    """

    assumption: Name
    name: OneLine
    reason: OneLine
    until: Day


class Cited(Value):
    """A record that a decision rests on.

    Attributes:
        id: Its id.
        digest: SHA-256 of its file.
    """

    id: RecordId
    digest: Digest


class Imported(Value):
    """What a decision that came from elsewhere said of itself there; its text stands below, byte for byte.

    Attributes:
        source: Its file there, relative to the folder that was imported.
        sha256: SHA-256 of the bytes of that file.
        status: Its status in its own words; null where it stated none.
        date: Its date in its own words; null where it stated none.
        supersedes: The decisions that it says it replaces, in its own words.
        superseded_by: The decisions that it says replace it, in its own words.
        front_matter: Its own front matter, with the marks around it and a byte-order mark; empty where it had none.
    """

    source: OneLine
    sha256: Digest
    status: str | None = None
    date: str | None = None
    supersedes: tuple[str, ...] = ()
    superseded_by: tuple[str, ...] = ()
    front_matter: str = ""


class Decision(Value):
    """The front matter of a decision; the text below it is Markdown, and its first level-one heading the title.

    Attributes:
        status: Where it stands.
        title: Its title where the text has no heading of its own for it; null for the first level-one heading.
        date: When it was last decided on; null where not known.
        deciders: Who decided.
        consulted: Whose opinion was asked for.
        informed: Who is kept up to date.
        tags: Words to find it by.
        supersedes: Slugs of the decisions that it replaces.
        superseded_by: Slugs of the decisions that replace it.
        relates_to: Slugs of other decisions; each names this one, too.
        review: The day by which it is to be looked at again; null for none.
        evidence: Records that it was decided on.
        assumptions: What must stay true.
        waivers: Assumptions that may fail for a while.
        imported: What it said of itself where it was imported from; null for one that was written here.
        accepted_sha256: SHA-256 of the file's bytes as accepted, without the lines of `status`, links, `waivers` and
            of this key; null before it is accepted.
    """

    status: Status
    title: OneLine | None = None
    date: Day | None = None
    deciders: tuple[OneLine, ...] = ()
    consulted: tuple[OneLine, ...] = ()
    informed: tuple[OneLine, ...] = ()
    tags: tuple[OneLine, ...] = ()
    supersedes: tuple[DecisionSlug, ...] = ()
    superseded_by: tuple[DecisionSlug, ...] = ()
    relates_to: tuple[DecisionSlug, ...] = ()
    review: Day | None = None
    evidence: tuple[Cited, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    imported: Imported | None = None
    accepted_sha256: Digest | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        names = [assumption.id for assumption in self.assumptions]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two assumptions have the id {name}")
        for waiver in self.waivers:
            if waiver.assumption not in names:
                raise ValueError(f"a waiver names the assumption {waiver.assumption}, which there is not")
        return self
