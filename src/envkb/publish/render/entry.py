"""What rendering is given: the records of a knowledge base, with what is known of each beside its content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from envkb.model.record import Link, Record
from envkb.model.settings import Settings
from envkb.publish.render.host_names import HostName, name_hosts

State = Literal["current", "superseded", "retracted", "fork"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as the knowledge base keeps it.

    Attributes:
        id: Its id.
        digest: SHA-256 of its file in hex.
        file: Its file; its bytes are what is published.
        path: The file relative to the root of the knowledge base, for people.
        record: Its content.
        state: Whether it is the head of its chain.
        private: Whether it lies in the private place.
    """

    id: str
    digest: str
    file: Path
    path: str
    record: Record
    state: State
    private: bool = False


@dataclass(frozen=True)
class Collection:
    """Everything that the pages are made of.

    Attributes:
        settings: The settings of the knowledge base.
        entries: Its records, newest first.
        evaluated: The day on which what depends on a day is judged.
    """

    settings: Settings
    entries: Sequence[Entry]
    evaluated: date

    @cached_property
    def host_names(self) -> Mapping[str, HostName]:
        """The names of the records' hosts, by the records' ids."""
        return name_hosts({entry.id: entry.record for entry in self.entries}, self.settings)

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        """The entries by their ids."""
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def pointing_at(self) -> Mapping[str, Sequence[tuple[Entry, Link]]]:
        """The entries that point to a record, by that record's id, oldest first."""
        found: dict[str, list[tuple[Entry, Link]]] = {}
        for entry in reversed(self.entries):
            for link in entry.record.links:
                found.setdefault(link.id, []).append((entry, link))
        return found


def newest_first(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries by the time they were written, the newest first; the digest settles what is left."""
    return sorted(entries, key=lambda entry: (entry.record.created, entry.digest), reverse=True)
