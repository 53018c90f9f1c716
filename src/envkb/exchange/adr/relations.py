"""How imported decisions stand to each other: who supersedes whom, once the names in their texts are resolved."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from envkb.exchange.adr.naming import number_of
from envkb.exchange.adr.reading import ForeignAdr
from envkb.exchange.adr.statuses import Status

_NUMBER: Final = re.compile(r"[^\d]*?(?P<digits>\d+)\b.*")
_DECIDED: Final = ("accepted", "deprecated", "superseded")


@dataclass(frozen=True, slots=True)
class Member:
    """One record of a folder that is imported.

    Attributes:
        slug: Its slug in the knowledge base.
        source: Its file, relative to the folder.
        adr: What it says of itself.
    """

    slug: str
    source: PurePosixPath
    adr: ForeignAdr


@dataclass(slots=True)
class Standing:
    """Where a decision stands among the others.

    Attributes:
        status: Its status in the knowledge base.
        supersedes: Slugs of the decisions that it replaces.
        superseded_by: Slugs of those that replace it.
        relates_to: Slugs of those that it changes in part, or would replace once it is accepted.
        notes: What a person should know of it, each one line.
    """

    status: Status
    supersedes: list[str] = field(default_factory=list)
    superseded_by: list[str] = field(default_factory=list)
    relates_to: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Edge:
    old: str
    new: str
    partial: bool
    said_by_old: bool


def relate(members: Sequence[Member]) -> dict[str, Standing]:
    """Return where each record stands, by slug; both sides of a link say the same.

    A record that says it is superseded is. One that only a record which nobody accepted claims to supersede is not.
    """
    standing = {member.slug: _first(member) for member in members}
    following: dict[str, set[str]] = {}
    for edge in _edges(members, standing):
        successor_is_decided = edge.said_by_old or standing[edge.new].status in _DECIDED
        if edge.partial or not successor_is_decided:
            _join(standing, edge.old, edge.new)
        elif edge.old in _reachable(edge.new, following):
            standing[edge.old].notes.append(f"it and {edge.new} supersede each other: taken as related")
            _join(standing, edge.old, edge.new)
        else:
            following.setdefault(edge.old, set()).add(edge.new)
            _add(standing[edge.old].superseded_by, edge.new)
            _add(standing[edge.new].supersedes, edge.old)
    for stands in standing.values():
        if stands.superseded_by:
            stands.status = "superseded"
        replaced = {*stands.supersedes, *stands.superseded_by}
        stands.relates_to = [slug for slug in stands.relates_to if slug not in replaced]
    return standing


def _first(member: Member) -> Standing:
    adr = member.adr
    if any(link.direction == "superseded_by" and not link.partial for link in adr.links):
        return Standing("superseded")
    notes = []
    if adr.status is None:
        said = " ".join((adr.status_text or "").split())
        notes.append(
            f"no status that is known ({said[:60]!r}): taken as a draft" if said else "no status: taken as a draft"
        )
    return Standing(adr.status or "draft", notes=notes)


def _edges(members: Sequence[Member], standing: Mapping[str, Standing]) -> Iterator[_Edge]:
    for member in members:
        for link in member.adr.links:
            other = _resolve(link.target, member, members)
            if other is None:
                words = link.direction.replace("_", " ")
                standing[member.slug].notes.append(f"{words} {link.target!r}, which is none of these files")
            elif other.slug == member.slug:
                continue
            elif link.direction == "supersedes":
                yield _Edge(other.slug, member.slug, link.partial, said_by_old=False)
            else:
                yield _Edge(member.slug, other.slug, link.partial, said_by_old=True)


def _resolve(target: str, member: Member, members: Sequence[Member]) -> Member | None:
    path = PurePosixPath(unquote(target))
    stem = path.stem if path.suffix in (".md", ".markdown", ".mdx") else path.name
    named = [other for other in members if stem in (other.source.stem, other.source.name)]
    if not named and re.search(r"\d", stem):
        # Some tools put the name of the repository before that of the file.
        named = [other for other in members if re.search(rf"(?<![^\W_]){re.escape(stem)}$", other.source.stem)]
    if not named and stem == path.name and (number := _NUMBER.fullmatch(path.name)):
        named = [other for other in members if number_of(other.source) == int(number["digits"])]
    beside = [other for other in named if other.source.parent == member.source.parent]
    found = beside or named
    return found[0] if len(found) == 1 else None


def _reachable(start: str, following: Mapping[str, set[str]]) -> set[str]:
    found = {start}
    waiting = [start]
    while waiting:
        new = following.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _join(standing: Mapping[str, Standing], one: str, other: str) -> None:
    _add(standing[one].relates_to, other)
    _add(standing[other].relates_to, one)


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)
