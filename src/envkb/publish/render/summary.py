"""The few values of a record that lists and indexes are made of, and that the index does not keep."""

import hashlib
import json
from dataclasses import dataclass

from envkb.model.edge_case import EdgeCase
from envkb.model.environment import Environment
from envkb.model.record import Attachment, Record
from envkb.publish.render.entry import Entry
from envkb.publish.render.facts import FactSheet
from envkb.publish.render.host_names import HostName
from envkb.publish.render.machine import Card, accelerator, processor, system, version_of


@dataclass(frozen=True, slots=True)
class Summary:
    """One record in a list.

    Attributes:
        entry: The record.
        host: The name of its host; None where it has none.
        torch: Version of torch; empty where it has none.
        edge_cases: Its edge cases.
        environment: A digest that is equal for equal environments; empty where it has none.
        measured: Number of measurements.
        attachments: Its attachments.
        cards: What the machine is.
    """

    entry: Entry
    host: HostName | None
    torch: str
    edge_cases: tuple[EdgeCase, ...]
    environment: str
    measured: int
    attachments: tuple[Attachment, ...]
    cards: tuple[Card, ...]

    @property
    def counts(self) -> bool:
        """Whether it counts in figures and evidence."""
        return self.entry.standing == "current"

    @property
    def python(self) -> str:
        """Version of the interpreter without its last part; empty where unknown."""
        return ".".join((self.entry.row.python or "").split(".")[:2])

    @property
    def facts(self) -> list[str]:
        """What tells this record from others in a list."""
        row = self.entry.row
        known = (
            self.host.text if self.host else "",
            ", ".join(dict.fromkeys(row.gpus)) or row.cpu,
            row.manager,
            f"Python {self.python}" if self.python else "",
            f"torch {self.torch}" if self.torch else "",
        )
        return [text for text in known if text]


def summarise(entry: Entry, record: Record, host: HostName | None) -> Summary:
    """Return the summary of a record."""
    sheet = FactSheet(record.facts)
    cards = (processor(sheet), accelerator(sheet), system(sheet))
    return Summary(
        entry=entry,
        host=host,
        torch=version_of(record.environment, "torch", "pytorch"),
        edge_cases=record.edge_cases,
        environment=_fingerprint(record.environment),
        measured=len(record.measurements),
        attachments=record.attachments,
        cards=tuple(card for card in cards if card.headline),
    )


def _fingerprint(environment: Environment | None) -> str:
    if environment is None:
        return ""
    rows = [(row.name, row.version, row.conda_build, row.content_sha256) for row in environment.distributions]
    content = [environment.prefix_kind, environment.python_version, rows]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
