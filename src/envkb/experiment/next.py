"""Gathers what `kb next` ranks: risks, decisions, hosts and costs of a knowledge base."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from packaging.version import InvalidVersion, Version

from envkb.assess.next.cells import HostSeen
from envkb.assess.next.questions import Judged, questions_of
from envkb.assess.next.ranking import Cost, Field, Suggestion, rank
from envkb.assess.next.stale import Stale, find_stale
from envkb.assess.risk.assessment import Assessment
from envkb.assess.risk.matrix import assess_risks
from envkb.experiment.judging import judge_decisions
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.index import open_index
from envkb.knowledge.index.rows import Row
from envkb.knowledge.query.parser import parse_query
from envkb.knowledge.risk_evidence import EvidenceReader
from envkb.knowledge.risks import read_risks
from envkb.managers.registry import MANAGERS

_COUNTS: Final = parse_query("kind = experiment and state = current")
_RUN: Final = parse_query("run is known")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the suggestions are restricted to.

    Attributes:
        hosts: Labels or keys; any where empty.
        managers: Names; any where empty.
        package: A package and its version; null for all.
    """

    hosts: Collection[str] = ()
    managers: Collection[str] = ()
    package: tuple[str, str] | None = None

    def takes(self, host: str | None, label: str | None, manager: str | None) -> bool:
        """Say whether something on a host by a manager is wanted."""
        return self.takes_host(host, label) and (not self.managers or manager in self.managers)

    def takes_host(self, host: str | None, label: str | None) -> bool:
        """Say whether something on a host is wanted."""
        return not self.hosts or not {host, label}.isdisjoint(self.hosts)


@dataclass(frozen=True, slots=True)
class _Known:
    assessments: Sequence[Assessment]
    judged: Sequence[Judged]
    rows: Sequence[Row]
    hosts: Sequence[HostSeen]
    reader: EvidenceReader


def suggest(base: KnowledgeBase, wanted: Wanted, *, on: date) -> list[tuple[Suggestion, str | None]]:
    """Return experiments that were not made, the most worth first, each with the id of a record whose plan fits.

    Args:
        base: The knowledge base; its private records count nothing.
        wanted: What they are restricted to.
        on: The day.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
        KbError: The knowledge base cannot be read.
    """
    with _opened(base, on) as known:
        questions = questions_of(known.assessments, known.judged)
        seen = {row.manager for row in known.rows if row.manager}.union(*(each.managers for each in questions))
        names = {name for each in questions for name in each.packages}
        field = Field(
            hosts=[host for host in known.hosts if wanted.takes_host(host.name, host.label)],
            managers=sorted(name for name in seen & MANAGERS.keys() if not wanted.managers or name in wanted.managers),
            answers=lambda query: {row.id for row in known.reader.rows(query)},
            versions={name: _sorted(set(known.reader.versions(name).values())) for name in names},
            costs=_costs(known),
            thresholds=base.settings.thresholds,
        )
        found = rank(questions, field, package=wanted.package)
        plans = [row.id for row in reversed(known.reader.rows(_RUN))]
    return [(each, plans[0] if plans else None) for each in found if each.cell.host or not wanted.hosts]


def overdue(base: KnowledgeBase, wanted: Wanted, *, on: date) -> list[Stale]:
    """Return what has grown old or is due; arguments and errors are those of `suggest`."""
    with _opened(base, on) as known:
        drivers = {row.id: row.driver for row in known.rows}
        thresholds = base.settings.thresholds
        found = find_stale(known.assessments, known.judged, known.hosts, drivers, thresholds, today=on)
        names = {host.name: host.label for host in known.hosts}
    restricted = bool(wanted.hosts or wanted.managers)
    return [
        each for each in found if not restricted or wanted.takes(each.host, names.get(each.host or ""), each.manager)
    ]


@contextmanager
def _opened(base: KnowledgeBase, on: date) -> Iterator[_Known]:
    decisions = judge_decisions(base, on=on).decisions
    with open_index(base, public=True) as index:
        reader = EvidenceReader(index)
        matrix = assess_risks(read_risks(base.root).files, reader, base.settings.thresholds, today=on)
        rows = index.rows(_COUNTS)
        judged = [(each.file, each.outcomes) for each in decisions]
        yield _Known(matrix.assessments, judged, rows, _hosts(rows), reader)


def _hosts(rows: Sequence[Row]) -> list[HostSeen]:
    found: dict[str, HostSeen] = {}
    for row in rows:  # the newest first
        if row.host and row.host not in found:
            found[row.host] = HostSeen(row.host, row.host_label, row.id, row.driver)
    return sorted(found.values(), key=lambda host: host.label or host.name)


def _costs(known: _Known) -> Mapping[tuple[str | None, str], Cost]:
    of_record = {row.id: row for row in known.rows}
    taken: dict[tuple[str | None, str], list[float]] = {}
    install = known.reader.measured("install/install.wall")
    for name, measurements in install.items():
        row = of_record.get(name)
        if row and row.manager:
            for measured in measurements:
                for place in ((row.host, row.manager), (None, row.manager)):
                    taken.setdefault(place, []).append(measured.median * measured.samples)
    return {
        (host, manager): Cost(median(seconds), _told(host, manager, len(seconds)))
        for (host, manager), seconds in taken.items()
    }


def _told(host: str | None, manager: str, count: int) -> str:
    where = "on this host" if host else "on other hosts"
    return f"what {count} earlier install{'s' * (count > 1)} by {manager} {where} took, without benchmarks"


def _sorted(versions: Collection[str]) -> list[str]:
    def order(version: str) -> tuple[int, Version | str]:
        try:
            return 1, Version(version)
        except InvalidVersion:
            return 0, version

    return sorted(versions, key=order)
