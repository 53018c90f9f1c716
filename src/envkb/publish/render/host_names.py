"""What hosts are called, and the names of their pages."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from envkb.knowledge.index.rows import Row

_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class HostName:
    """The name of a host.

    Attributes:
        slug: Name of its page.
        text: What people call it: its label, else a short form of what it is known by.
    """

    slug: str
    text: str


def name_hosts(rows: Iterable[Row]) -> dict[str, HostName]:
    """Return the names of hosts by what they are known by.

    Args:
        rows: All records, in an order that does not change; the first label that a host has is its name.
    """
    labels: dict[str, str | None] = {}
    for row in rows:
        if row.host is not None:
            labels[row.host] = labels.get(row.host) or row.host_label
    names: dict[str, HostName] = {}
    taken: set[str] = set()
    for identity, label in sorted(labels.items()):
        slug = re.sub(r"[^a-z0-9]+", "-", (label or identity).lower()).strip("-")[:_MOST] or "host"
        if slug in taken:
            slug = f"{slug}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"
        taken.add(slug)
        names[identity] = HostName(slug, label or f"host {identity.removeprefix('facts-')[:8]}")
    return names
