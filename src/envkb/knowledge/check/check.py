"""Runs all checks over a knowledge base."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from envkb.errors import KbError
from envkb.knowledge.check.files import Checked, Rules, check_attachment, check_record
from envkb.knowledge.check.index import index_problems
from envkb.knowledge.check.places import Places, survey
from envkb.knowledge.check.privacy import privacy_problems
from envkb.knowledge.check.problem import Problem
from envkb.knowledge.check.relations import proof_problems, relation_problems
from envkb.knowledge.check.strays import stray_problems
from envkb.knowledge.decisions.files import read_decisions
from envkb.knowledge.decisions.lint import shelf_problems
from envkb.knowledge.disclosure import due
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.layout import LOG_PENDING, REMINDERS, SETTINGS
from envkb.knowledge.pending import find_strangers
from envkb.knowledge.risks import read_risks
from envkb.knowledge.workers import spread
from envkb.model.settings import Thresholds
from envkb.process import Runner, run


def check(base: KnowledgeBase, *, now: datetime, runner: Runner = run, jobs: int | None = None) -> list[Problem]:
    """Validate every file of a knowledge base.

    Args:
        base: The knowledge base.
        now: The present.
        runner: Starts git, which is asked what it tracks.
        jobs: Number of processes; as many as there are CPUs where null.

    Returns:
        What is wrong, sorted by file; empty where nothing is.

    Raises:
        KbError: A folder cannot be read.
    """
    rules, problems = _rules(base, now)
    return sorted(
        [
            *problems,
            *_reminders(base.root, now),
            *_pending_problems(base.root),
            *read_risks(base.root).problems,
            *shelf_problems(read_decisions(base.root)),
            *_file_problems(base.root, rules, runner, jobs),
        ],
        key=lambda problem: (problem.path, problem.level, problem.place or "", problem.message),
    )


def _reminders(root: Path, now: datetime) -> Iterator[Problem]:
    for reminder in due(root, now.astimezone(UTC).date()):
        message = f"{reminder.id} was to be disclosed after {reminder.after}"
        hint = f"`kb disclose {reminder.id}`, or `--after DATE` for a later day"
        yield Problem("warning", str(REMINDERS / reminder.id), None, message, hint)


def _pending_problems(root: Path) -> Iterator[Problem]:
    for name in find_strangers(root):
        message, hint = (
            "no digest that could wait for the log",
            "delete it; or make it an empty file, named by a SHA-256",
        )
        yield Problem("warning", str(LOG_PENDING / name), None, message, hint)


def _rules(base: KnowledgeBase, now: datetime) -> tuple[Rules, list[Problem]]:
    try:
        settings = base.settings
    except KbError as error:
        classes, thresholds, problems = frozenset[str](), Thresholds(), [Problem.of(str(SETTINGS), error)]
    else:
        classes, thresholds, problems = frozenset(settings.edge_cases), settings.thresholds, []
    latest = now.astimezone(UTC) + timedelta(minutes=thresholds.clock_ahead_minutes)
    return Rules(classes, latest.strftime("%Y-%m-%dT%H:%M:%SZ")), problems


def _file_problems(root: Path, rules: Rules, runner: Runner, jobs: int | None) -> Iterator[Problem]:
    places: Places = survey(root)
    yield from places.problems
    records: list[Checked] = list(spread(partial(check_record, root, rules), places.records, jobs))
    attachments = list(spread(partial(check_attachment, root), places.attachments, jobs))
    for found in (*(checked.problems for checked in records), *(problems for _, problems in attachments)):
        yield from found
    sights = [checked.sight for checked in records if checked.sight]
    sizes = dict(zip(places.attachments, (size for size, _ in attachments), strict=True))
    strays = list(stray_problems(root, places.strays, sights))
    yield from strays
    unsure = len(sights) < len(places.records) or any("holds the record" in stray.message for stray in strays)
    yield from relation_problems(sights, sizes, unsure=unsure)
    yield from proof_problems(sights, places.proofs, unsure=unsure)
    yield from index_problems(root, sights)
    yield from privacy_problems(root, sights, runner)
