"""What every format says of one record. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from envkb.cite.line import AUTHOR_NOT_STATED
from envkb.cite.plain import plain
from envkb.knowledge.chains import State
from envkb.knowledge.folder import StoredRecord
from envkb.model.record import Author
from envkb.model.settings import Settings

NOT_LOGGED: Final = "not logged"
"""Stands where the date of the log stands once the record is in it."""
NOT_STAMPED: Final = "not stamped"
"""Stands where the time of an authority stands once one has seen the record."""

_SAID: Final[Mapping[State, str]] = {
    "superseded": "superseded by",
    "retracted": "retracted by",
    "fork": "one of several amendments of the same record, beside",
}
_ORCID: Final = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
_IN_ADDRESS: Final = "%/:=&?~#+!$,;@[]"


@dataclass(frozen=True, slots=True)
class Name:
    """An author's name.

    Attributes:
        text: The name as it was declared.
        family: The family name where the declared name is written `Family, Given`; else null, for which part of a
            name is which cannot be told from outside.
        given: The given name; null likewise.
        orcid: ORCID of sixteen digits in four groups; null where not given.
        affiliation: Organisation; null where not given.
    """

    text: str
    family: str | None
    given: str | None
    orcid: str | None
    affiliation: str | None


@dataclass(frozen=True, slots=True)
class Successor:
    """A record that a reader must know beside the cited one.

    Attributes:
        id: Its id.
        digest: SHA-256 of its file.
        reason: Why; null where nobody said.
    """

    id: str
    digest: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a record stands in its chain.

    Attributes:
        state: Its state; only `current` needs no warning.
        successors: The heads that took its place, what retracted it, or the other heads of a fork.
    """

    state: State
    successors: tuple[Successor, ...]


CURRENT: Final = Standing("current", ())
"""The standing of a record that nothing amends or retracts."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One record as it is cited; every text is plain, see `plain`.

    Attributes:
        id: Its id, which is the citation key.
        digest: SHA-256 of its file.
        title: Its title.
        authors: Its authors, in order.
        created: When its author says that it was written: UTC, `Z`.
        logged: Date on which the log took it in; null where it is not logged.
        url: Its permanent address; null where it is not published.
        file: Its file, relative to the root of the knowledge base.
        publisher: Title of the knowledge base.
        stamped: When an authority saw it, and the root that vouches for it; null where none did.
        standing: Where it stands in its chain.
        quotes: What is quoted from it: measurements, a claim.
        noun: What it is.
    """

    id: str
    digest: str
    title: str
    authors: tuple[Name, ...]
    created: str
    logged: str | None
    url: str | None
    file: str
    publisher: str
    stamped: str | None = None
    standing: Standing = CURRENT
    quotes: tuple[str, ...] = ()
    noun: Literal["Record", "Decision"] = "Record"

    @property
    def date(self) -> str:
        """The day it was written, `YYYY-MM-DD`."""
        return self.created[:10]

    @property
    def named_authors(self) -> str:
        """The authors' names, or that they are not stated."""
        return "; ".join(author.text for author in self.authors) or AUTHOR_NOT_STATED

    @property
    def checksum(self) -> str:
        """The digest with the name of its algorithm."""
        return f"sha256:{self.digest}"

    @property
    def warning(self) -> str | None:
        """What a reader must know before relying on it; null where there is nothing."""
        if self.standing.state == "current":
            return None
        successors = "; ".join(_told(successor) for successor in self.standing.successors)
        return f"{_SAID[self.standing.state]} {successors}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """Warning and quotes: what a format without a field of their own puts into a note."""
        return (*((f"Warning: {self.warning}",) if self.warning else ()), *self.quotes)


def cite_record(
    stored: StoredRecord,
    settings: Settings,
    *,
    standing: Standing = CURRENT,
    quotes: Iterable[str] = (),
    logged: str | None = None,
    stamped: str | None = None,
) -> Citation:
    """Return the citation of a record.

    Args:
        stored: The record.
        settings: Settings of its knowledge base.
        standing: Where it stands in its chain.
        quotes: What is quoted from it.
        logged: Date on which the log took it in; None where it is not logged.
        stamped: When an authority saw it, and the root that vouches for it; None where none did.
    """
    published = settings.base_url is not None and not stored.private
    return Citation(
        id=stored.id,
        digest=stored.digest,
        title=plain(stored.record.title),
        authors=tuple(_name(author) for author in stored.record.authors if author.name.strip()),
        created=stored.record.created,
        logged=logged,
        url=record_address(settings.base_url or "", stored.id) if published else None,
        file=str(stored.path),
        publisher=plain(settings.title),
        stamped=plain(stamped) if stamped else None,
        standing=standing,
        quotes=tuple(plain(quote) for quote in quotes),
    )


def record_address(base_url: str, record_id: str) -> str:
    """Return the permanent address of a record's page, with what has a meaning in LaTeX or HTML percent-encoded."""
    return f"{quote(base_url, safe=_IN_ADDRESS).rstrip('/')}/kb/records/{record_id}/"


def _name(author: Author) -> Name:
    text = plain(author.name)
    family, _, given = (part.strip() for part in text.partition(","))
    apart = bool(family and given) and "," not in given
    return Name(
        text=text,
        family=family if apart else None,
        given=given if apart else None,
        orcid=author.orcid if author.orcid and _ORCID.fullmatch(author.orcid) else None,
        affiliation=plain(author.affiliation) if author.affiliation else None,
    )


def _told(successor: Successor) -> str:
    why = f" ({plain(successor.reason)})" if successor.reason else ""
    return f"{successor.id}, sha256:{successor.digest}{why}"
