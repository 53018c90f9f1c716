"""What hosts are called, and the names of their pages."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from envkb.model.record import Record
from envkb.model.settings import Settings
from envkb.model.vocabulary import is_identity

_OF_THE_ENVIRONMENT: Final = frozenset({"cuda", "environment", "jax", "python", "tensorflow", "torch"})
"""Families of facts that tell of the environment, not of the machine."""


@dataclass(frozen=True, slots=True)
class HostName:
    """The name of a host.

    Attributes:
        slug: Name of its page.
        text: What people call it: its label, else a short form of what it is known by.
    """

    slug: str
    text: str


def name_hosts(records: Mapping[str, Record], settings: Settings) -> dict[str, HostName]:
    """Return the name of each record's host by the record's id; a record that is about no host has none.

    Args:
        records: Records by their ids, in an order that does not change.
        settings: Labels of hosts.
    """
    identities = {name: identity for name, record in records.items() if (identity := _identity(record, settings))}
    labels: dict[str, str] = {}
    for name, identity in identities.items():
        if label := _label(records[name], settings):
            labels.setdefault(identity, label)
    slugs = _slugs(dict.fromkeys(identities.values()), labels)
    return {
        name: HostName(slugs[identity], labels.get(identity) or f"host {identity[:8]}")
        for name, identity in identities.items()
    }


def _identity(record: Record, settings: Settings) -> str:
    # A host is its key, else its label, else a hash of what does not change of it.
    if record.host is None:
        return ""
    known = settings.host_identity(record.host.key, record.host.label)
    if known:
        return known
    facts = [
        (fact.subject, fact.name, fact.status.value, fact.value)
        for fact in record.facts
        if fact.subject.split("/", maxsplit=1)[0] not in _OF_THE_ENVIRONMENT and is_identity(fact.subject, fact.name)
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:20] if facts else ""


def _label(record: Record, settings: Settings) -> str:
    if record.host is None:
        return ""
    return (settings.hosts.get(record.host.key) if record.host.key else None) or record.host.label or ""


def _slugs(identities: Iterable[str], labels: Mapping[str, str]) -> dict[str, str]:
    slugs: dict[str, str] = {}
    for identity in identities:
        slug = re.sub(r"[^a-z0-9]+", "-", labels.get(identity, identity).lower()).strip("-")[:60] or "host"
        if slug in slugs.values():
            slug = f"{slug}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"
        slugs[identity] = slug
    return slugs
