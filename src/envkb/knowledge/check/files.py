"""Checks one record or one attachment by itself; done by many processes at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.document.canonical import MAX_BYTES
from envkb.document.codec import decode_record
from envkb.document.identity import digest_of, record_id
from envkb.document.redaction.leaks import find_leaks
from envkb.document.redaction.spans import Kind
from envkb.errors import KbError
from envkb.knowledge.check.problem import RESTORE, Level, Problem
from envkb.knowledge.files import read_file
from envkb.knowledge.layout import MAX_ATTACHMENT_BYTES, PRIVATE
from envkb.model.edge_case import EDGE_CASE_CLASSES
from envkb.model.record import Record

_ID: Final = re.compile(r"KB-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{6}")
_GRAVE: Final = frozenset({Kind.SECRET, Kind.TOKEN, Kind.CREDENTIAL})
_POOR_SALT: Final = 6


@dataclass(frozen=True, slots=True)
class Rules:
    """What the knowledge base says about its records.

    Attributes:
        classes: Edge-case classes of its own.
        latest: The latest moment that `created` may name without being called wrong.
    """

    classes: frozenset[str]
    latest: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What the comparison of all records needs of each.

    Attributes:
        id: Its id.
        digest: Its digest.
        path: Its file.
        private: Whether it lies in the private place.
        kind: What sort of record it is.
        salt: Its salt.
        attachments: Digest, length and name of each attachment.
        links: Relation, id and digest of each link.
        mentions: Every id that stands anywhere in it, its own aside.
    """

    id: str
    digest: str
    path: str
    private: bool
    kind: str
    salt: str
    attachments: tuple[tuple[str, int, str], ...]
    links: tuple[tuple[str, str, str], ...]
    mentions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one file.

    Attributes:
        problems: What is wrong with it.
        sight: What the other checks need; null where it is no record.
    """

    problems: tuple[Problem, ...]
    sight: Sight | None


def check_record(root: Path, rules: Rules, path: str) -> Checked:
    """Check one record's file."""
    try:
        data = read_file(root, PurePosixPath(path), MAX_BYTES)
        record = decode_record(data)
    except KbError as error:
        return Checked((Problem.of(path, error),), None)
    digest = digest_of(data)
    name = record_id(digest, int(record.created[:4]))
    text = data.decode()
    sight = Sight(
        id=name,
        digest=digest,
        path=path,
        private=is_private(path),
        kind=record.kind,
        salt=record.salt,
        attachments=tuple((each.sha256, each.size_bytes, each.name) for each in record.attachments),
        links=tuple((link.relation, link.id, link.digest) for link in record.links),
        mentions=find_ids(text) - {name},
    )
    declared = [author.email for author in record.authors if author.email]
    problems = [*_name_problems(path, name), *_content_problems(path, record, rules), *_leaks(path, text, declared)]
    return Checked(tuple(problems), sight)


def check_attachment(root: Path, path: str) -> tuple[int | None, tuple[Problem, ...]]:
    """Check one attachment's file; return its length too, null where it cannot be read."""
    place = PurePosixPath(path)
    try:
        data = read_file(root, place, MAX_ATTACHMENT_BYTES)
    except KbError as error:
        return None, (Problem.of(path, error),)
    if digest_of(data) != place.name:
        return len(data), (Problem("error", path, None, "the content was changed: its digest is another", RESTORE),)
    if place.parent.name != place.name[:2]:
        hint = f"move it to {place.parents[1] / place.name[:2] / place.name}"
        return len(data), (Problem("error", path, None, "lies in the folder of other digests", hint),)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return len(data), ()
    return len(data), tuple(_leaks(path, text, []))


def is_private(path: str) -> bool:
    """Return whether a path lies in the private place."""
    return PurePosixPath(path).is_relative_to(PRIVATE)


def find_ids(text: str) -> frozenset[str]:
    """Return everything in a text that looks like an id."""
    return frozenset(_ID.findall(text))


def _name_problems(path: str, name: str) -> Iterator[Problem]:
    place = PurePosixPath(path)
    if place.stem != name:
        message = f"the content has the id {name}: the file was renamed, or changed with all its digests"
        hint = f"{RESTORE}; if it was only renamed, name it {name}.json"
        yield Problem("error", path, None, message, hint)
    elif place.parent.name != name[3:7]:
        hint = f"move it to {place.parents[1] / name[3:7] / place.name}"
        yield Problem("error", path, None, "lies in the folder of another year", hint)


def _content_problems(path: str, record: Record, rules: Rules) -> Iterator[Problem]:
    if record.created > rules.latest:
        hint = "set the clock of the machine; amend the record to say when it was"
        yield Problem("warning", path, "created", f"{record.created} lies in the future", hint)
    if len(set(record.salt)) < _POOR_SALT:
        hint = "retract it and record again; the salt is what hides a private record's content"
        yield Problem("error", path, "salt", "was not drawn at random", hint)
    for number, edge in enumerate(record.edge_cases):
        if edge.class_ not in EDGE_CASE_CLASSES and edge.class_ not in rules.classes:
            hint = f'add `{edge.class_} = "what it means"` under [edge_cases] in kb.toml'
            message = f"the edge-case class {edge.class_!r} is unknown"
            yield Problem("warning", path, f"edge_cases/{number}/class", message, hint)
    named = {attachment.sha256 for attachment in record.attachments}
    for place, sha256 in _referred(record):
        if sha256 not in named:
            yield Problem("error", path, place, "names an attachment that is not listed", RESTORE)


def _referred(record: Record) -> Iterator[tuple[str, str]]:
    if record.environment and record.environment.lock.sha256:
        yield "environment/lock/sha256", record.environment.lock.sha256
    if record.install and record.install.log_sha256:
        yield "install/log_sha256", record.install.log_sha256
    if record.run:
        yield "run/plan_sha256", record.run.plan_sha256
    for number, measurement in enumerate(record.measurements):
        if measurement.raw_sha256:
            yield f"measurements/{number}/raw_sha256", measurement.raw_sha256


def _leaks(path: str, text: str, declared: list[str]) -> Iterator[Problem]:
    found = find_leaks(text)
    lines = text.split("\n") if found else []
    for leak in found:
        if leak.kind is Kind.EMAIL and any(email in lines[leak.line - 1] for email in declared):
            continue
        hint = "make what leaked worthless (revoke it), remove the file also from git's history, and record again"
        level: Level = "error" if leak.kind in _GRAVE else "warning"
        place = f"line {leak.line}, column {leak.column}"
        yield Problem(level, path, place, f"looks like a leak ({leak.kind})", hint)
