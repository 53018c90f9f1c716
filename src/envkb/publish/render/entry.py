"""What rendering is given: the records of a knowledge base, with what is known of each beside its content."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from envkb.cite.citation import CURRENT, Standing, Successor
from envkb.knowledge.chains import Edge, chain_members
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


@dataclass(frozen=True, slots=True)
class Vouched:
    """What lies beside a record and speaks for it.

    Attributes:
        logged: Day on which the log took it in, as a citation says it; null where it did not.
        stamped: When an authority saw it, likewise; null where none did.
        signed: What each author's signature says; empty where it is unsigned.
        witnessed: What each witness's signature says.
    """

    logged: str | None = None
    stamped: str | None = None
    signed: Sequence[str] = ()
    witnessed: Sequence[str] = ()


@dataclass(frozen=True)
class Collection:
    """Everything that the pages are made of.

    Attributes:
        settings: The settings of the knowledge base.
        entries: Its records, newest first.
        evaluated: The day on which what depends on a day is judged.
        vouched: Returns what speaks for a record.
    """

    settings: Settings
    entries: Sequence[Entry]
    evaluated: date
    vouched: Callable[[Row], Vouched] = lambda _: Vouched()

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        """The entries by their ids."""
        return {entry.row.id: entry for entry in self.entries}

    @cached_property
    def hosts(self) -> Mapping[str, HostName]:
        """The names of the hosts by what they are known by."""
        return name_hosts(entry.row for entry in self.entries)

    @cached_property
    def _chains(self) -> Mapping[str, set[str]]:
        return chain_members(
            Edge(source, relation, entry.row.id) for entry in self.entries for relation, source in entry.pointing
        )

    def standing_of(self, entry: Entry) -> Standing:
        """Return where a record stands in its chain, and which records a reader must know beside it."""
        state = entry.row.state
        if state == "current":
            return CURRENT
        members = [self.by_id[name] for name in self._chains[entry.row.id]]
        if state == "retracted":
            sources = {name for member in members for relation, name in member.pointing if relation == "retracts"}
            others = [self.by_id[name] for name in sources if self.by_id[name].row.state != "retracted"]
        else:
            others = [member for member in members if member.row.state != "superseded" and member is not entry]
        others.sort(key=lambda other: (other.row.created, other.row.id))
        return Standing(state, tuple(_successor(other) for other in others))

    def host_of(self, entry: Entry) -> HostName | None:
        """Return the name of a record's host; None where it has none."""
        return None if entry.row.host is None else self.hosts[entry.row.host]


def _successor(entry: Entry) -> Successor:
    links = entry.read().links
    reason = next((link.reason for link in links if link.relation in ("amends", "retracts") and link.reason), None)
    return Successor(entry.row.id, entry.row.digest, reason)
