"""What rendering is given: the records of a knowledge base, with what is known of each beside its content."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from envkb.knowledge.index.rows import Row
from envkb.model.record import Record
from envkb.model.settings import Settings
from envkb.publish.render.host_names import HostName, name_hosts


@dataclass(frozen=True, slots=True)
class Entry:
    """One record.

    Attributes:
        row: What the index tells of it.
        file: Its file; its bytes are what is published.
        pointing: Relation and id of each record that points to it, the oldest first.
        read: Gives its content; thousands of records are not held in memory at once.
    """

    row: Row
    file: Path
    pointing: Sequence[tuple[str, str]]
    read: Callable[[], Record]

    @property
    def standing(self) -> str:
        """`current` where the record counts, else why not; a retraction itself never counts."""
        return "retraction" if self.row.kind == "retraction" else self.row.state


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
    def by_id(self) -> Mapping[str, Entry]:
        """The entries by their ids."""
        return {entry.row.id: entry for entry in self.entries}

    @cached_property
    def hosts(self) -> Mapping[str, HostName]:
        """The names of the hosts by what they are known by."""
        return name_hosts(entry.row for entry in self.entries)

    def host_of(self, entry: Entry) -> HostName | None:
        """Return the name of a record's host; None where it has none."""
        return None if entry.row.host is None else self.hosts[entry.row.host]
