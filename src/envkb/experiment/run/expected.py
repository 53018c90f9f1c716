"""How long a run will take, from what the same took on this host before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from envkb.experiment.run.cells import Combination
from envkb.experiment.run.conduct import control_of
from envkb.experiment.run.measurements import SUITE
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.index.index import open_index
from envkb.knowledge.query.parser import parse_query
from envkb.model.host import Host
from envkb.model.install import request_key
from envkb.model.plan import Plan
from envkb.model.record import Record

_MOST_READ: Final = 24
_TWO: Final = 2  # a span has two ends
_OF_A_ROUND: Final = ("install.wall", "import.first", "import.steady")


@dataclass(frozen=True, slots=True)
class Expected:
    """How long a run will take.

    Attributes:
        seconds: How long; None where that is not known.
        records: Ids of the records that say so.
        reason: Why it is not known; None where it is.
    """

    seconds: float | None
    records: tuple[str, ...] = ()
    reason: str | None = None


def expected_time(plan: Plan, found: Sequence[Combination], earlier: Sequence[StoredRecord]) -> Expected:
    """Return how long a run will take. Pure.

    Args:
        plan: The plan.
        found: Its combinations.
        earlier: Records of earlier runs on this host, the newest first.
    """
    installs = [one for one in found if one.request is not None]
    alike = {one.key: _newest(one, earlier) for one in installs}
    unknown = next((one.key for one in installs if alike[one.key] is None), None)
    if unknown is not None:
        return Expected(None, reason=f"nothing like {unknown} was recorded on this host; the first round will tell")
    known = {key: stored for key, stored in alike.items() if stored is not None}
    costs = {key: _round_s(stored.record) for key, stored in known.items()}
    control = control_of(installs) if plan.rounds > 1 else None
    seconds = plan.rounds * (sum(costs.values()) + (costs[control] if control else 0.0))
    if plan.benchmarks or plan.command:
        benched = [cost for stored in known.values() if (cost := _bench_round_s(stored.record)) is not None]
        kinds = {one.kind for one in found}
        if not benched:
            return Expected(None, reason="benchmarks were not recorded on this host; their first round will tell")
        seconds += plan.rounds * max(benched) * (len(kinds) + 1)
    return Expected(seconds, tuple(dict.fromkeys(stored.id for stored in known.values())))


def earlier_runs(base: KnowledgeBase, plan: Plan) -> tuple[str, ...]:
    """Return the ids of records of earlier runs with the managers of a plan, on whatever host; the newest first."""
    with open_index(base) as index:
        rows = index.rows(parse_query("kind = experiment and state = current"))
    return tuple(row.id for row in rows if row.run is not None and row.manager in plan.managers)[:_MOST_READ]


def of_host(base: KnowledgeBase, ids: Sequence[str], host: Host | None) -> tuple[StoredRecord, ...]:
    """Return those of these records that are of a host, in their order."""
    return tuple(stored for stored in map(base.read, ids) if _known_by(stored.record.host) == _known_by(host))


def _known_by(host: Host | None) -> str | None:
    return (host.key or host.label) if host else None


def _newest(one: Combination, earlier: Iterable[StoredRecord]) -> StoredRecord | None:
    asked, cell = request_key(one.asked()), one.cell()
    for stored in earlier:
        record = stored.record
        if record.run is None or record.install is None or record.install.outcome != "success":
            continue
        own = record.run.cell
        alike = (own.manager, own.cache, own.parameters) == (cell.manager, cell.cache, cell.parameters)
        if alike and request_key(record.install.request) == asked:
            return stored
    return None


def _round_s(record: Record) -> float:
    shown = {one.id: one.samples for one in record.measurements if one.role == "subject"}
    return sum(median(shown[name]) for name in _OF_A_ROUND if name in shown)


def _bench_round_s(record: Record) -> float | None:
    """Return how long one round of all benchmarks took for one arm, with those of the other arms taken out."""
    starts = list(_starts(record))
    rounds = record.run.rounds if record.run else None
    if record.run is None or rounds is None or min(rounds, len(starts)) < _TWO:
        return None
    # From the first sample to the last it is a little less than all rounds.
    return (max(starts) - min(starts)) / (rounds - 0.5) / (len(record.run.arms) + 1)


def _starts(record: Record) -> Iterator[float]:
    for one in record.measurements:
        if one.benchmark.suite != SUITE:
            yield from one.starts_s
