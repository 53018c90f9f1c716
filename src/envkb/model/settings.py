"""What a knowledge base says of itself in `kb/kb.toml`."""

from collections.abc import Mapping
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator

from envkb.model.record import Author, OneLine
from envkb.model.value import Value


def _check_orcid(orcid: str) -> str:
    # ISO 7064 MOD 11-2: a typing error would name another person.
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if orcid[-1] != ("X" if check == 10 else str(check)):  # noqa: PLR2004 - the standard writes ten as X
        raise ValueError("the ORCID has a typing error: its last character does not fit")
    return orcid


HOST_LABEL: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
"""What a host label looks like: it becomes the name of a page."""

Orcid = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$"), AfterValidator(_check_orcid)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
HostKey = Annotated[str, Field(pattern=r"^[0-9a-f]{20}$")]
SourceName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$")]
SourceAddress = Annotated[str, Field(pattern=r"^[a-z][a-z+]*://\S+$")]
HostLabel = Annotated[str, Field(pattern=f"^{HOST_LABEL}$")]


class AuthorEntry(Value):
    """An author, declared once for all records to come.

    Attributes:
        name: As it is to be cited.
        email: Address.
        orcid: Sixteen digits in four groups, without the address before them.
        affiliation: Organisation.
    """

    name: OneLine
    email: str | None = None
    orcid: Orcid | None = None
    affiliation: str | None = None

    def declared(self) -> Author:
        """Return the author as a record holds it."""
        return Author(name=self.name, email=self.email, orcid=self.orcid, affiliation=self.affiliation)


def _check_bounds(bounds: tuple[float, ...]) -> tuple[float, ...]:
    if list(bounds) != sorted(set(bounds)) or not all(0 < bound < 1 for bound in bounds):
        raise ValueError("the bounds ascend, between 0 and 1")
    return bounds


def _check_row(row: str) -> str:
    words = row.split()
    if len(words) != _IMPACTS or not set(words) <= {"low", "medium", "high"}:
        raise ValueError("a row is five words, one for each impact from 1 to 5: low, medium or high")
    return row


_IMPACTS: Final = 5
Factor = Annotated[float, Field(ge=0, le=1)]


class Thresholds(Value):
    """Numbers that judgements depend on.

    Attributes:
        clock_ahead_minutes: How far in the future a record's `created` may lie before `kb check` calls it wrong.
        half_life_days: After so many days, evidence for or against a risk counts half.
        imported_factor: How much a record counts, beside a captured one, that another tool's output tells of.
        stated_factor: How much a record counts, beside a captured one, that a person tells of.
        widest_interval: Where the interval of a risk's probability is wider, the evidence is insufficient.
        likelihood_bounds: Where a likelihood band ends and the next begins.
        risk_grid: The level of each risk: a row for each likelihood band from the least likely, in it five words, one
            for each impact from 1 to 5.
    """

    clock_ahead_minutes: Annotated[int, Field(ge=0)] = 5
    half_life_days: Annotated[float, Field(gt=0)] = 365.0
    imported_factor: Factor = 0.5
    stated_factor: Factor = 0.25
    widest_interval: Annotated[float, Field(gt=0, le=1)] = 0.5
    likelihood_bounds: Annotated[
        tuple[float, ...], Field(strict=False, min_length=1), AfterValidator(_check_bounds)
    ] = (*(0.05, 0.2, 0.5, 0.8),)
    risk_grid: Annotated[tuple[Annotated[str, AfterValidator(_check_row)], ...], Field(strict=False)] = (
        "low low low low medium",
        "low low low medium medium",
        "low low medium medium high",
        "low medium medium high high",
        "low medium high high high",
    )

    @model_validator(mode="after")
    def _cover_every_band(self) -> Self:
        if len(self.risk_grid) != len(self.likelihood_bounds) + 1:
            raise ValueError("risk_grid has one row more than there are likelihood_bounds")
        return self


class Settings(Value):
    """The settings of one knowledge base.

    Attributes:
        id: Short name, used in addresses and file names; never changes.
        title: Name for people.
        base_url: Address of the published site; without it, citations say "unpublished".
        license: What others may do with the records: an SPDX name such as `CC-BY-4.0`, or an address.
        authors: Authors of new records, unless a command names others.
        hosts: Label of each host, by its key. Two keys with one label are one host: a machine that was set up anew.
        indexes: Addresses of package indexes by name, for runs; records keep the names. `pytorch` is the folder of
            torch's own indexes, one a backend.
        channels: Addresses of conda channels by name, likewise.
        edge_cases: Edge-case classes beyond those of kb itself, each with its meaning.
        thresholds: Numbers that judgements depend on.
    """

    id: Slug
    title: OneLine
    base_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")] | None = None
    license: Annotated[str, Field(pattern=r"^(https?://[^\s<>\"]+|[A-Za-z0-9][A-Za-z0-9.+-]*)$")] | None = None
    # TOML gives lists, which a strict tuple would refuse; what is in them stays strict.
    authors: Annotated[tuple[AuthorEntry, ...], Field(strict=False)] = ()
    hosts: Mapping[HostKey, HostLabel] = Field(default_factory=dict)
    indexes: Mapping[SourceName, SourceAddress] = Field(default_factory=dict)
    channels: Mapping[SourceName, SourceAddress] = Field(default_factory=dict)
    edge_cases: Mapping[Slug, OneLine] = Field(default_factory=dict)
    thresholds: Thresholds = Field(default_factory=Thresholds)

    def host_identity(self, key: str | None, label: str | None) -> str | None:
        """Return what a host is known by: its key, else its label; null where it has neither.

        Keys that are joined by one label give the first of them, and so does that label alone.
        """
        known = self.hosts.get(key) if key else None
        for other, name in self.hosts.items():
            if name == (known or (label if key is None else None)):
                return other
        return key or label
