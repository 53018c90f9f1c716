"""What counts: heads of amendment chains, retractions, forks, and privacy that spreads along links. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["current", "superseded", "retracted", "fork"]
"""Where a record stands in its chain; only what is `current` counts."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One link between two records that both exist, the digest of the target being right.

    Attributes:
        source: Id of the record that holds the link.
        relation: What it does to the target.
        target: Id of the other record.
    """

    source: str
    relation: str
    target: str


def chain_states(edges: Iterable[Edge]) -> dict[str, State]:
    """Return the state of every record that is amended, amends or is retracted; all others are `current`.

    A retraction of any record of a chain retracts the whole chain; a retraction that is itself retracted has no
    effect. Two records that amend one leave two heads, a fork, which ends when one record amends both heads.
    """
    edges = list(edges)
    chains = chain_members(edges)
    amended = {edge.target for edge in edges if edge.relation == "amends"}
    retracted = _retracted(edges, chains)
    states: dict[str, State] = {}
    for members in {id(chain): chain for chain in chains.values()}.values():
        heads = members - amended
        for member in members:
            if member in retracted:
                states[member] = "retracted"
            elif member in amended:
                states[member] = "superseded"
            else:
                states[member] = "current" if len(heads) == 1 else "fork"
    return states


def chain_members(edges: Iterable[Edge]) -> dict[str, set[str]]:
    """Return, for every record that is amended, amends or is retracted, all members of its chain."""
    chains: dict[str, set[str]] = {}
    for edge in edges:
        if edge.relation not in ("amends", "retracts"):
            continue
        target = chains.setdefault(edge.target, {edge.target})
        if edge.relation == "amends":
            source = chains.setdefault(edge.source, {edge.source})
            if source is not target:
                target |= source
                chains.update(dict.fromkeys(source, target))
    return chains


def _retracted(edges: list[Edge], chains: Mapping[str, set[str]]) -> set[str]:
    retractions: dict[str, list[str]] = {}
    for edge in edges:
        if edge.relation == "retracts":
            for member in chains[edge.target]:
                retractions.setdefault(member, []).append(edge.source)
    retracted: set[str] = set()
    # Links name digests, so they cannot form a circle; should a forged one do, the count of rounds ends it.
    for _ in range(len(retractions) + 1):
        found = {name for name, sources in retractions.items() if any(source not in retracted for source in sources)}
        if found == retracted:
            break
        retracted = found
    return retracted


def spread_privacy(edges: Iterable[Edge], private: Iterable[str]) -> set[str]:
    """Return the records that are private: those given, and whatever links to one of them, directly or not."""
    linking: dict[str, list[str]] = {}
    for edge in edges:
        linking.setdefault(edge.target, []).append(edge.source)
    found: set[str] = set()
    waiting = list(private)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += linking.get(name, [])
    return found
