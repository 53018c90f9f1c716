"""Picks from the index what a risk is judged by; each thing is read once for all risks."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from envkb.knowledge.index.evidence import EvidenceRow
from envkb.knowledge.index.index import Index
from envkb.knowledge.index.rows import MeasurementRow
from envkb.knowledge.query.fields import FIELDS
from envkb.knowledge.query.language import EVERYTHING, And, Comparison, Query
from envkb.knowledge.risks import RiskFile

UNKNOWN: Final = "unknown"
ABSENT: Final = "absent"

_SERIES: Final = re.compile(r"(?:[0-9]+!)?([0-9]+(?:\.[0-9]+)?)")


class Key(NamedTuple):
    """What makes a cluster: its records differ in nothing that would make them independent.

    Attributes:
        host: What the host is known by; `unknown` where nothing is known of it.
        manager: The manager; `unknown` where nobody knows.
        stack: Name and series (`2.13`) of each package that makes stacks; `absent` where it is not installed.
    """

    host: str
    manager: str
    stack: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RiskEvidence:
    """What the records say that can tell of one risk.

    Attributes:
        rows: The records within its scope, the oldest first.
        places: The place in `keys` of the cluster that each record belongs to, by the record's number.
        keys: What makes each cluster.
        measured: Measurements of the benchmark that its event names, by record id.
        baselines: The records that its ratio compares with, by run.
        answering: Numbers of the records that answer the query of its event.
    """

    rows: Sequence[EvidenceRow]
    places: Mapping[int, int]
    keys: Sequence[Key]
    measured: Mapping[str, Sequence[MeasurementRow]]
    baselines: Mapping[str, Sequence[EvidenceRow]]
    answering: Collection[int] = ()


@dataclass(slots=True)
class EvidenceReader:
    """Reads evidence from an open index, for many risks and decisions.

    Attributes:
        index: The index; where it is opened as public, nothing private is seen.
        within: What restricts all evidence beside each risk's scope: one host, one manager.
    """

    index: Index
    within: Query = EVERYTHING
    _versions: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _measured: dict[str, Mapping[str, Sequence[MeasurementRow]]] = field(default_factory=dict)
    _clusters: dict[tuple[str, ...], tuple[Mapping[int, int], Sequence[Key]]] = field(default_factory=dict)
    _rows: dict[Query, Sequence[EvidenceRow]] = field(default_factory=dict)

    def of(self, file: RiskFile) -> RiskEvidence:
        """Return what the records say that can tell of a risk; nothing for one that a person judges."""
        event = file.risk.event
        if file.scope is None or event is None:
            return RiskEvidence((), {}, (), {}, {})
        named = event.measurement or event.ratio
        places, keys = self.clusters(file.packages())
        return RiskEvidence(
            rows=self.rows(And((file.scope, self.within))),
            places=places,
            keys=keys,
            measured=self.measured(named.benchmark) if named else {},
            baselines=_by_run(self.rows(file.baseline)) if file.baseline else {},
            answering={row.number for row in self.rows(file.where)} if file.where else (),
        )

    def rows(self, query: Query) -> Sequence[EvidenceRow]:
        """Return the experiments that count and answer a query, the oldest first."""
        if query not in self._rows:
            self._rows[query] = self.index.evidence(query)
        return self._rows[query]

    def versions(self, package: str) -> Mapping[str, str]:
        """Return the version of a package by the id of each record that has it."""
        if package not in self._versions:
            self._versions[package] = self.index.versions(package)
        return self._versions[package]

    def clusters(self, packages: tuple[str, ...]) -> tuple[Mapping[int, int], Sequence[Key]]:
        """Return the place of each record's cluster by the record's number, and the clusters.

        Args:
            packages: The packages that make stacks.
        """
        if packages not in self._clusters:
            versions = [(package, self.versions(package)) for package in packages]
            places: dict[int, int] = {}
            known: dict[Key, int] = {}
            for row in self.rows(EVERYTHING):
                stack = tuple([(package, series_of(by_record.get(row.id))) for package, by_record in versions])
                key = Key(row.host or UNKNOWN, row.manager or UNKNOWN, stack)
                places[row.number] = known.setdefault(key, len(known))
            self._clusters[packages] = (places, tuple(known))
        return self._clusters[packages]

    def measured(self, benchmark: str) -> Mapping[str, Sequence[MeasurementRow]]:
        """Return the measurements of one benchmark, controls left out, by record id.

        Args:
            benchmark: `suite/name`, or `name` for a metric that a person stated.
        """
        if benchmark not in self._measured:
            found: dict[str, list[MeasurementRow]] = {}
            name = Comparison(FIELDS["benchmark"], "=", benchmark.rpartition("/")[2])
            for row in self.index.measurements(name):
                if row.role == "subject" and benchmark == "/".join(part for part in (row.suite, row.benchmark) if part):
                    found.setdefault(row.record, []).append(row)
            self._measured[benchmark] = found
        return self._measured[benchmark]


@lru_cache(maxsize=8192)
def series_of(version: str | None) -> str:
    """Return the series of a version: `2.13` of `2.13.0`; `absent` where a package is not installed."""
    if version is None:
        return ABSENT
    match = _SERIES.match(version)
    return match[1] if match else version or UNKNOWN


def _by_run(rows: Sequence[EvidenceRow]) -> Mapping[str, Sequence[EvidenceRow]]:
    found: dict[str, list[EvidenceRow]] = {}
    for row in rows:
        if row.run is not None:
            found.setdefault(row.run, []).append(row)
    return found
