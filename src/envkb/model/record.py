"""The immutable document that holds everything one experiment showed."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from envkb.model.edge_case import EdgeCase
from envkb.model.environment import Environment
from envkb.model.fact import Fact
from envkb.model.finding import Finding
from envkb.model.host import Host
from envkb.model.install import Install
from envkb.model.measurement import Measurement, Run
from envkb.model.value import Value

SCHEMA: Final = "envkb.record/1"
OUTCOMES: Final = ("success", "partial", "failure")

Precision = Literal["second", "minute", "day", "month", "year"]
SPELLINGS: Final[dict[Precision, str]] = {
    "year": "%Y",
    "month": "%Y-%m",
    "day": "%Y-%m-%d",
    "minute": "%Y-%m-%dT%H:%MZ",
    "second": "%Y-%m-%dT%H:%M:%SZ",
}
"""How a moment is written, by the smallest unit that is meant."""

_BEFORE_ALL_CLOCKS: Final = "1970"
"""Where a clock begins that has no battery."""


def _check_moment(moment: str) -> str:
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        raise ValueError("there is no moment of that name") from None
    if moment < _BEFORE_ALL_CLOCKS:
        raise ValueError("no clock shows a year before 1970")
    return moment


Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
RecordId = Annotated[str, Field(pattern=r"^KB-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{6}$")]
Moment = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    AfterValidator(_check_moment),
]
LONGEST_LINE: Final = 500
ONE_LINE: Final = r"^[^\n\r]*[^\s][^\n\r]*$"
OneLine = Annotated[str, Field(pattern=ONE_LINE, max_length=LONGEST_LINE)]


def _ascend(keys: Sequence[Any]) -> bool:
    return all(left < right for left, right in pairwise(keys))


class Author(Value):
    """A declared author; declared names are kept when everything else is cleaned.

    Attributes:
        name: As it is to be cited.
        email: Address; null where not given.
        orcid: Sixteen-digit ORCID; null where not given.
        affiliation: Organisation; null where not given.
    """

    name: str
    email: str | None
    orcid: str | None
    affiliation: str | None


class Software(Value):
    """The program that wrote the record.

    Attributes:
        name: `envkb`.
        version: Its version.
        python: Version of the Python it ran under.
    """

    name: str
    version: str
    python: str


class Observed(Value):
    """When it happened, which may be long before the record was made.

    Attributes:
        start: ISO 8601, as precise as `precision` says, UTC with `Z` where it has a time.
        end: Likewise; null where it is a point in time or not known.
        precision: The smallest unit that is meant.
    """

    start: str
    end: str | None
    precision: Precision

    @model_validator(mode="after")
    def _be_as_precise_as_it_says(self) -> Self:
        for text in (self.start, *((self.end,) if self.end is not None else ())):
            try:
                moment = datetime.strptime(text, SPELLINGS[self.precision])  # noqa: DTZ007 - the form says the zone
            except ValueError:
                raise ValueError(f"{text!r} is no {self.precision} of the calendar") from None
            if moment.strftime(SPELLINGS[self.precision]) != text:
                raise ValueError(f"{text!r} is not how a {self.precision} is written")
        return self


class Note(Value):
    """Text of a person, in Markdown.

    Attributes:
        title: Its heading or file name; null where it has none.
        text: The text.
    """

    title: str | None
    text: str


class Attachment(Value):
    """A file kept beside the record, named by its digest.

    Attributes:
        sha256: Digest of the stored bytes.
        name: Its name for people.
        role: What it is.
        media_type: Its media type.
        size_bytes: Length of the stored bytes.
        full_bytes: Length before the middle was cut out; null where nothing was cut.
    """

    sha256: Digest
    name: str
    role: Literal["snapshot", "lock", "log", "raw", "plan", "file"]
    media_type: str
    size_bytes: int
    full_bytes: int | None


class Redaction(Value):
    """How often something of one kind was replaced.

    Attributes:
        kind: `user`, `host`, `home`, `ip`, `token` …
        count: Number of places.
    """

    kind: str
    count: int


class Link(Value):
    """A pointer to another record.

    Attributes:
        relation: What this record does to that one.
        id: The other record's id.
        digest: SHA-256 of the other record's file.
        reason: Why; null where it needs none.
    """

    relation: Literal["amends", "retracts", "reproduces", "based_on"]
    id: RecordId
    digest: Digest
    reason: str | None


class Claim(Value):
    """Content that was computed from the records named in the links.

    Attributes:
        method: Name of the method.
        version: Its version.
        seed: Seed of its random numbers; null where it uses none.
        parameters: What it was given.
        result: What it gave.
    """

    method: str
    version: str
    seed: int | None
    parameters: JsonValue
    result: JsonValue


class Record(Value):
    """One record; see the record-format page of the documentation.

    Every key is always present: null where nothing is known or it does not apply, `[]` for an empty list.

    Attributes:
        schema_: `envkb.record/1`, written `schema`.
        kind: What sort of record it is.
        created: When it was written: UTC, whole seconds, `Z`.
        observed: When it happened; null where nobody said.
        salt: 128 random bits in hex, so that the digest of a record kept private cannot be guessed.
        title: One line.
        summary: A few sentences; null where there are none.
        outcome: How the experiment ended; null where nobody said.
        tags: Sorted, each once.
        authors: Declared authors, in order.
        software: What wrote it.
        host: The machine; null where it is about none.
        facts: Sorted by subject and name.
        environment: The Python prefix; null where it is about none.
        install: How the environment came to be; null where nobody said.
        run: The run it belongs to; null outside a run.
        measurements: Numbers.
        edge_cases: What went wrong.
        findings: Verdicts of rules.
        claim: For kind `claim`, what was computed.
        notes: Texts of people.
        attachments: Files kept beside it, sorted by digest.
        redactions: What was replaced before writing, sorted by kind.
        links: Other records it points to.
    """

    schema_: Literal["envkb.record/1"] = Field(alias="schema")
    kind: Literal["experiment", "claim", "retraction"]
    created: Moment
    observed: Observed | None
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    title: OneLine
    summary: str | None
    outcome: Literal["success", "partial", "failure"] | None
    tags: tuple[str, ...]
    authors: tuple[Author, ...]
    software: Software
    host: Host | None
    facts: tuple[Fact, ...]
    environment: Environment | None
    install: Install | None
    run: Run | None
    measurements: tuple[Measurement, ...]
    edge_cases: tuple[EdgeCase, ...]
    findings: tuple[Finding, ...]
    claim: Claim | None
    notes: tuple[Note, ...]
    attachments: tuple[Attachment, ...]
    redactions: tuple[Redaction, ...]
    links: tuple[Link, ...]

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        # What no type can say: order that makes the bytes unique, and what each kind must carry.
        if not _ascend([(fact.subject, fact.name) for fact in self.facts]):
            raise ValueError("facts are not sorted by subject and name, or one is given twice")
        if not _ascend(self.tags):
            raise ValueError("tags are not sorted, or one is given twice")
        if not _ascend([attachment.sha256 for attachment in self.attachments]):
            raise ValueError("attachments are not sorted by digest, or one is given twice")
        if not _ascend([redaction.kind for redaction in self.redactions]):
            raise ValueError("redactions are not sorted by kind, or one is given twice")
        if len({measurement.id for measurement in self.measurements}) != len(self.measurements):
            raise ValueError("two measurements have one id")
        if (self.kind == "claim") != (self.claim is not None):
            raise ValueError("a claim has content under `claim`, and nothing else has")
        if self.kind == "retraction" and not any(link.relation == "retracts" for link in self.links):
            raise ValueError("a retraction names what it retracts")
        return self
