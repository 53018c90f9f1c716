"""What is wrong with decisions, each by itself and all together. Pure; the day is passed in."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from envkb.document.decision_text import options_of
from envkb.knowledge.chains import State
from envkb.knowledge.check.problem import Level, Problem
from envkb.knowledge.decisions.checked import Known, check_problems
from envkb.knowledge.decisions.files import DecisionFile, Shelf
from envkb.knowledge.decisions.numbers import later_duplicates
from envkb.knowledge.index.rows import Standing

_COUNTERPART: Final = {"supersedes": "superseded_by", "superseded_by": "supersedes", "relates_to": "relates_to"}
_IN_FORCE: Final = ("draft", "proposed", "accepted")


def lint(shelf: Shelf, records: Mapping[str, Standing], known: Known, *, on: date) -> list[Problem]:
    """Return what is wrong with the decisions, sorted by file; empty where nothing is.

    Args:
        shelf: The decisions.
        records: The records that they cite, by id; one that is missing is not there.
        known: What their checks may name.
        on: The day for which that is asked.
    """
    problems = shelf_problems(shelf)
    for file in shelf.files:
        problems += [*_evidence(file, records), *_dates(file, on), *check_problems(file, known)]
    return sorted(problems, key=lambda problem: (problem.path, problem.level, problem.place or "", problem.message))


def shelf_problems(shelf: Shelf) -> list[Problem]:
    """Return what is wrong with the decisions whatever the records say and whatever the day is."""
    texts = [problem for file in shelf.files for problem in _text(file)]
    return [*shelf.problems, *_numbers(shelf), *_links(shelf), *_cycles(shelf), *texts]


def _of(file: DecisionFile, level: Level, key: str, message: str, hint: str) -> Problem:
    line = file.page.lines.get((key,))
    return Problem(level, str(file.path), f"line {line}" if line else None, message, hint)


def _numbers(shelf: Shelf) -> Iterator[Problem]:
    for file in later_duplicates(shelf):
        first = next(other for other in shelf.files if other.number == file.number and other.slug != file.slug)
        message = f"{first.slug} has the number {file.handle}, too"
        yield Problem("error", str(file.path), None, message, "`kb decision link --renumber` moves the later one")
    counted = Counter(file.slug for file in shelf.files)
    for file in shelf.files:
        if counted[file.slug] > 1:
            message = f"two decisions are called {file.slug}: a slug is an id, and unique for ever"
            yield Problem("error", str(file.path), None, message, "give the newer one another name")


def _links(shelf: Shelf) -> Iterator[Problem]:
    known = {file.slug: file for file in shelf.files}
    unreadable = {problem.path.rpartition("/")[2].removesuffix(".md").partition("-")[2] for problem in shelf.problems}
    for file in shelf.files:
        for relation, counterpart in _COUNTERPART.items():
            for slug in getattr(file.decision, relation):
                other = known.get(slug)
                if other is None:
                    if slug not in unreadable:
                        yield _of(file, "error", relation, f"there is no decision {slug}", "is the slug right?")
                elif file.slug not in getattr(other.decision, counterpart):
                    message = f"{slug} does not name this one under {counterpart}"
                    yield _of(file, "error", relation, message, _mend(relation, file.slug, slug))
        yield from _status(file)


def _mend(relation: str, own: str, other: str) -> str:
    old, new = (other, own) if relation == "supersedes" else (own, other)
    command = f"link {own} {other}" if relation == "relates_to" else f"supersede {old} {new}"
    return f"`kb decision {command}` writes both sides"


def _status(file: DecisionFile) -> Iterator[Problem]:
    replaced = bool(file.decision.superseded_by)
    if file.decision.imported and file.decision.imported.superseded_by and not replaced:
        return  # what took its place was not imported, and its own text says what that is
    if replaced != (file.decision.status == "superseded"):
        message = (
            f"superseded by {', '.join(file.decision.superseded_by)}, and still {file.decision.status}"
            if replaced
            else "superseded, and nothing says by what"
        )
        yield _of(file, "error", "status", message, "`kb decision supersede OLD NEW` writes both sides")


def _cycles(shelf: Shelf) -> Iterator[Problem]:
    following = {file.slug: file.decision.superseded_by for file in shelf.files}
    told: set[str] = set()
    for file in shelf.files:
        if file.slug not in told and (circle := _circle(file.slug, following)):
            told.update(circle)
            message = f"a circle of supersession: {' -> '.join([*circle, circle[0]])}"
            yield _of(file, "error", "superseded_by", message, "one of them is in force: take its line out")


def _circle(start: str, following: Mapping[str, tuple[str, ...]]) -> list[str]:
    paths = [[start]]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        for slug in following.get(path[-1], ()):
            if slug == start:
                return path
            if slug not in seen:
                seen.add(slug)
                paths.append([*path, slug])
    return []


def _text(file: DecisionFile) -> Iterator[Problem]:
    decision = file.decision
    if decision.accepted_sha256 and decision.accepted_sha256 != file.text_sha256:
        message = "the accepted text was edited"
        hint = "restore it from git; to decide otherwise, write another decision that supersedes this one"
        yield _of(file, "error", "accepted_sha256", message, hint)
    elif decision.status == "accepted" and not decision.accepted_sha256:
        message = "accepted, and no digest holds its text"
        yield _of(file, "warning", "status", message, f"`kb decision accept {file.slug}` writes it")
    if decision.status in _IN_FORCE and not decision.imported and not options_of(file.page.body):
        hint = "list them below a heading `## Considered options`"
        yield Problem("warning", str(file.path), None, "no options are named", hint)


def _evidence(file: DecisionFile, records: Mapping[str, Standing]) -> Iterator[Problem]:
    for number, cited in enumerate(file.decision.evidence):
        found = records.get(cited.id)
        line = file.page.lines.get(("evidence", number))
        place = f"line {line}" if line else None
        path = str(file.path)
        if found is None:
            yield Problem("error", path, place, f"there is no record {cited.id}", "is the id right? `kb list`")
        elif found.digest != cited.digest:
            message = f"{cited.id} has another digest, {found.digest}"
            yield Problem("error", path, place, message, "it is not the record that was cited: `kb check`")
        elif found.private:
            message = f"{cited.id} is private, and decisions are public"
            yield Problem("error", path, place, message, "publish that record, or take it out")
        elif found.state != "current" and file.decision.status in _IN_FORCE:
            message = f"{cited.id} is {_SAID[found.state]}"
            hint = f"look at the decision again; `kb cite {cited.id}` names what took its place"
            yield Problem("warning", path, place, message, hint)


_SAID: Final[Mapping[State, str]] = {
    "current": "current",
    "superseded": "superseded since it was cited",
    "retracted": "retracted since it was cited",
    "fork": "amended twice since it was cited, and neither amendment counts",
}


def _dates(file: DecisionFile, on: date) -> Iterator[Problem]:
    decision = file.decision
    if decision.status == "accepted" and decision.review and decision.review < on.isoformat():
        message = f"its review was due on {decision.review}"
        yield _of(file, "warning", "review", message, "look at it again; supersede it, or confirm it by a new one")
    for waiver in decision.waivers:
        if waiver.until < on.isoformat():
            message = f"the waiver of {waiver.assumption} by {waiver.name} ended on {waiver.until}"
            yield _of(file, "warning", "waivers", message, "renew it, or take it out")
