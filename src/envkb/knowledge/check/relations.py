"""Checks what records say of each other and of their attachments. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from envkb.knowledge.chains import Edge, chain_members, chain_states
from envkb.knowledge.check.files import Sight, is_private
from envkb.knowledge.check.problem import Level, Problem
from envkb.knowledge.layout import attachment_path, proofs_path

_BINDING: Final = frozenset({"amends", "retracts"})


def relation_problems(
    sights: Sequence[Sight], attachments: Mapping[str, int | None], *, unsure: bool = False
) -> Iterator[Problem]:
    """Give what is wrong between records, and between records and attachments.

    Args:
        sights: The records.
        attachments: Length of each attachment's file by path; null where it could not be read.
        unsure: Whether there are records beside these that cannot be read now.
    """
    yield from _duplicates(sights)
    yield from _links(sights)
    yield from _circles(sights)
    yield from _forks(sights)
    yield from _missing_attachments(sights, attachments)
    yield from _orphans(sights, attachments, unsure=unsure)


def _duplicates(sights: Sequence[Sight]) -> Iterator[Problem]:
    by_id: dict[str, Sight] = {}
    by_salt: dict[str, Sight] = {}
    for sight in sights:
        first = by_id.setdefault(sight.id, sight)
        if first is not sight and first.digest == sight.digest:
            hint = "remove one of the two; a record that is published leaves the private place"
            yield Problem("error", sight.path, None, f"the same record lies at {first.path} too", hint)
        elif first is not sight:
            hint = "citations carry the digest; one of the two has to be recorded again with a new salt"
            yield Problem("error", sight.path, None, f"{first.path} has the same id with another digest", hint)
        other = by_salt.setdefault(sight.salt, sight)
        if other.digest != sight.digest:
            hint = "every record draws a salt of its own; what wrote these two did not"
            yield Problem("warning", sight.path, "salt", f"{other.path} has the same salt", hint)


def _links(sights: Sequence[Sight]) -> Iterator[Problem]:
    known = {sight.id: sight for sight in sights}
    for sight in sights:
        for number, (relation, name, digest) in enumerate(sight.links):
            place = f"links/{number}"
            target = known.get(name)
            if target is None:
                level: Level = "error" if relation in _BINDING else "warning"
                hint = "import the bundle that holds it, or restore the file from git"
                yield Problem(level, sight.path, place, f"{relation} {name}, which is not here", hint)
            elif target.digest != digest:
                hint = "one of the two is not what was meant: compare both with their sources"
                yield Problem("error", sight.path, place, f"{relation} {name} with another digest", hint)
            elif relation == "amends" and target.kind != sight.kind:
                hint = "an amendment is of the kind of what it amends"
                yield Problem("error", sight.path, place, f"amends {name}, which is of kind {target.kind}", hint)


def _circles(sights: Sequence[Sight]) -> Iterator[Problem]:
    # Digests make circles impossible between honest files; ids alone, which can be forged, do not.
    amended = {sight.id: [name for relation, name, _ in sight.links if relation == "amends"] for sight in sights}
    settled: set[str] = set()
    for sight in sights:
        if _leads_to_itself(sight.id, amended, settled):
            hint = "one of these files is forged: compare them with their sources"
            yield Problem("error", sight.path, "links", "is amended, in the end, by itself", hint)


def _leads_to_itself(name: str, amended: Mapping[str, list[str]], settled: set[str]) -> bool:
    seen: set[str] = set()
    waiting = list(amended.get(name, ()))
    while waiting:
        current = waiting.pop()
        if current == name:
            return True
        if current not in seen and current not in settled:
            seen.add(current)
            waiting += amended.get(current, ())
    settled.add(name)
    return False


def _forks(sights: Sequence[Sight]) -> Iterator[Problem]:
    known = {(sight.id, sight.digest): sight.path for sight in sights}
    edges = [
        Edge(sight.id, relation, name)
        for sight in sights
        for relation, name, digest in sight.links
        if relation in _BINDING and (name, digest) in known
    ]
    chains, states = chain_members(edges), chain_states(edges)
    for (name, _), path in known.items():
        heads = [other for other in sorted(chains.get(name, ())) if states[other] == "fork"]
        if heads and name == heads[0]:
            message = f"{' and '.join(heads)} amend the same record: a fork, of which none counts"
            hint = f"let one of them say what both mean: kb amend {heads[0]} --also {' --also '.join(heads[1:])} …"
            yield Problem("warning", path, "links", message, hint)


def _missing_attachments(sights: Sequence[Sight], attachments: Mapping[str, int | None]) -> Iterator[Problem]:
    for sight in sights:
        for sha256, size, name in sight.attachments:
            place = f"attachments/{sha256}"
            wanted = str(attachment_path(sha256, private=sight.private))
            other = str(attachment_path(sha256, private=not sight.private))
            if wanted not in attachments:
                hint = f"move it there from {other}" if other in attachments else "restore it from git or its bundle"
                yield Problem("error", sight.path, place, f"{name} is not at {wanted}", hint)
            elif attachments[wanted] not in (None, size):
                message = f"{name} has {attachments[wanted]} bytes, not {size}"
                yield Problem("error", sight.path, place, message, "restore the record or the attachment")


_MEND_FIRST: Final = "mend the records that cannot be read first: one of them may name it"


def proof_problems(sights: Iterable[Sight], folders: Iterable[str], *, unsure: bool) -> Iterator[Problem]:
    """Give the folders of proofs that belong to no record, or lie in public and belong to a private one.

    Args:
        sights: The records.
        folders: The folders of proofs.
        unsure: Whether there are records beside these that cannot be read now.
    """
    private = {sight.digest: sight.private for sight in sights}
    for folder in sorted(folders):
        digest = PurePosixPath(folder).name
        if digest not in private:
            hint = _MEND_FIRST if unsure else "restore the record that it is about, or move it elsewhere"
            yield Problem("warning", folder, None, "holds proofs of a record that is not here", hint)
        elif private[digest] and not is_private(folder):
            hint = f"move it to {proofs_path(digest, private=True)}; where it was pushed, it is public"
            yield Problem("error", folder, None, "holds proofs of a private record, but lies in public", hint)


def _orphans(sights: Iterable[Sight], attachments: Iterable[str], *, unsure: bool) -> Iterator[Problem]:
    named: dict[str, set[bool]] = {}
    for sight in sights:
        for sha256, _, _ in sight.attachments:
            named.setdefault(sha256, set()).add(sight.private)
    for path in attachments:
        owners = named.get(PurePosixPath(path).name, set())
        if not owners:
            hint = _MEND_FIRST if unsure else "delete it, or restore its record"
            yield Problem("warning", path, None, "no record names it", hint)
        elif owners == {True} and not is_private(path):
            hint = "move it to kb/private/attachments; where it was pushed, it is public"
            yield Problem("error", path, None, "only private records name it, but it lies in public", hint)
