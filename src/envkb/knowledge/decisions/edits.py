"""Changes decisions line by line; what two files say of each other is kept in step."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from envkb.document.front_matter import set_line
from envkb.errors import InvalidDataError, UsageError
from envkb.knowledge.decisions.files import DecisionFile, Shelf, parse_decision, text_digest
from envkb.knowledge.files import replace_file
from envkb.model.decision import Cited, Status

_UNDECIDED: Final = ("draft", "proposed")
Changes = Mapping[str, JsonValue]


def accept(root: Path, file: DecisionFile, *, deciders: Sequence[str], day: date) -> DecisionFile:
    """Accept a decision: from now on its text stands, held by its digest.

    One that says already that it is accepted, and has no digest yet, gets the digest alone.

    Args:
        root: The root of the knowledge base.
        file: The decision: a draft, or proposed.
        deciders: Who decided, beside those that it names.
        day: The day of the decision.

    Raises:
        UsageError: It is decided already, or nobody is named who decided.
        InvalidDataError: The file spells its front matter in a way that no line can change.
    """
    said = file.decision.status == "accepted" and not file.decision.accepted_sha256
    changed = file if said else _decide(file, "accepted", deciders, day)
    digest = text_digest(changed.data, str(changed.path))
    return _write(root, [_changed(changed, {"accepted_sha256": digest})])[0]


def reject(root: Path, file: DecisionFile, *, deciders: Sequence[str], day: date) -> DecisionFile:
    """Reject a decision that is a draft, or proposed; arguments and errors are those of `accept`."""
    return _write(root, [_decide(file, "rejected", deciders, day)])[0]


def _decide(file: DecisionFile, status: Status, deciders: Sequence[str], day: date) -> DecisionFile:
    if file.decision.status not in _UNDECIDED:
        raise UsageError(
            f"{file.slug} is {file.decision.status}: that is decided",
            hint="write another decision and `kb decision supersede` this one by it",
        )
    names = [*dict.fromkeys([*file.decision.deciders, *deciders])]
    if not names:
        raise UsageError("nobody is named who decides", hint="--by NAME, or `deciders:` in the file")
    changes: dict[str, JsonValue] = {"status": status, "date": day.isoformat()}
    if names != list(file.decision.deciders):
        changes["deciders"] = [*names]
    return _changed(file, changes)


def deprecate(root: Path, file: DecisionFile) -> DecisionFile:
    """Say that an accepted decision should no longer be followed, with nothing in its place.

    Raises:
        UsageError: It is not accepted.
        InvalidDataError: The file spells its front matter in a way that no line can change.
    """
    if file.decision.status != "accepted":
        raise UsageError(
            f"{file.slug} is {file.decision.status}", hint="only what was accepted can be deprecated; see `reject`"
        )
    return _write(root, [_changed(file, {"status": "deprecated"})])[0]


def supersede(root: Path, shelf: Shelf, old: DecisionFile, new: DecisionFile) -> tuple[DecisionFile, DecisionFile]:
    """Put one accepted decision in the place of another; both files say so.

    Returns:
        The old decision and the new one, as they are now.

    Raises:
        UsageError: The old one was never accepted, the new one is not, or that would make a circle.
        InvalidDataError: A file spells its front matter in a way that no line can change.
    """
    if old.decision.status not in ("accepted", "deprecated", "superseded"):
        raise UsageError(f"{old.slug} is {old.decision.status}: it was never accepted", hint="reject it instead")
    if new.decision.status != "accepted":
        undecided = new.decision.status in _UNDECIDED
        hint = f"first `kb decision accept {new.slug}`, so that one holds" if undecided else "name one that is in force"
        raise UsageError(f"{new.slug} is {new.decision.status}", hint=hint)
    if old.slug == new.slug or old.slug in _successors(shelf, new.slug):
        raise UsageError(f"{new.slug} is superseded by {old.slug} itself", hint="name the old one first")
    changed_new = _changed(new, {"supersedes": _with(new.decision.supersedes, old.slug)})
    successors = _with(old.decision.superseded_by, new.slug)
    changed_old = _changed(old, {"status": "superseded", "superseded_by": successors})
    written = _write(root, [changed_new, changed_old])
    return written[1], written[0]


def _successors(shelf: Shelf, slug: str) -> set[str]:
    known = {file.slug: file.decision.superseded_by for file in shelf.files}
    found: set[str] = set()
    waiting = [slug]
    while waiting:
        for name in known.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def relate(root: Path, one: DecisionFile, other: DecisionFile) -> tuple[DecisionFile, DecisionFile]:
    """Let two decisions name each other under `relates_to`.

    Raises:
        UsageError: They are one decision.
        InvalidDataError: A file spells its front matter in a way that no line can change.
    """
    if one.slug == other.slug:
        raise UsageError(f"{one.slug} cannot relate to itself", hint="name two decisions")
    changed = [
        _changed(file, {"relates_to": _with(file.decision.relates_to, target.slug)})
        for file, target in ((one, other), (other, one))
    ]
    written = _write(root, changed)
    return written[0], written[1]


def cite_evidence(root: Path, file: DecisionFile, records: Iterable[Cited]) -> DecisionFile:
    """Add records to the evidence of a decision that is not decided yet.

    Raises:
        UsageError: It is decided: then its evidence is what it was decided on.
        InvalidDataError: The file spells its front matter in a way that no line can change.
    """
    if file.decision.status not in _UNDECIDED:
        raise UsageError(
            f"{file.slug} is {file.decision.status}: its evidence is what it was decided on",
            hint="its assumptions are checked against every record; for another decision, supersede it",
        )
    cited = dict.fromkeys([*file.decision.evidence, *records])
    return _write(root, [_changed(file, {"evidence": [each.model_dump(mode="json") for each in cited]})])[0]


def _with(names: Sequence[str], name: str) -> list[JsonValue]:
    return [*dict.fromkeys([*names, name])]


def _changed(file: DecisionFile, changes: Changes) -> DecisionFile:
    """Return the decision with other values; nothing is written, so that what fails leaves nothing half-done."""
    data = file.data
    for key, value in changes.items():
        data = set_line(data, key, value, where=str(file.path))
    changed = parse_decision(data, file.path)
    held = file.decision.accepted_sha256
    if held and held == file.text_sha256 and changed.text_sha256 != held:
        raise InvalidDataError(
            "the change would alter accepted text", hint="put each key on lines of its own", place=str(file.path)
        )
    return changed


def _write(root: Path, files: Sequence[DecisionFile]) -> list[DecisionFile]:
    for file in files:
        replace_file(root, file.path, file.data)
    return list(files)
