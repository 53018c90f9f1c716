"""What a knowledge base says of itself in `kb/kb.toml`."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, Field

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


class Thresholds(Value):
    """Numbers that judgements depend on.

    Attributes:
        clock_ahead_minutes: How far in the future a record's `created` may lie before `kb check` calls it wrong.
    """

    clock_ahead_minutes: Annotated[int, Field(ge=0)] = 5


class Settings(Value):
    """The settings of one knowledge base.

    Attributes:
        id: Short name, used in addresses and file names; never changes.
        title: Name for people.
        base_url: Address of the published site; without it, citations say "unpublished".
        authors: Authors of new records, unless a command names others.
        hosts: Label of each host, by its key. Two keys with one label are one host: a machine that was set up anew.
        edge_cases: Edge-case classes beyond those of kb itself, each with its meaning.
        thresholds: Numbers that judgements depend on.
    """

    id: Slug
    title: OneLine
    base_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")] | None = None
    # TOML gives lists, which a strict tuple would refuse; what is in them stays strict.
    authors: Annotated[tuple[AuthorEntry, ...], Field(strict=False)] = ()
    hosts: Mapping[HostKey, HostLabel] = Field(default_factory=dict)
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
