"""The verb `compare`: from ids, runs and queries to a comparison of stored records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from envkb.assess.compared import Comparison
from envkb.assess.comparison import compare
from envkb.assess.evidence import Evidence, Side
from envkb.assess.package_differences import ALL_PACKAGES
from envkb.assess.run_arms import run_contrasts
from envkb.assess.verdicts import Options
from envkb.document.identity import normalise_id
from envkb.errors import UsageError
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.index.index import Index, open_index
from envkb.knowledge.index.rows import Row
from envkb.knowledge.query.fields import FIELDS
from envkb.knowledge.query.language import And, Or, Query
from envkb.knowledge.query.language import Comparison as Condition
from envkb.knowledge.query.parser import parse_query

_TWO = 2


@dataclass(frozen=True, slots=True)
class ComparedRecords:
    """A comparison with the records that it rests on.

    Attributes:
        comparison: What it says.
        records: Those records, in the order in which they were named; witnesses behind them.
        remarks: What to know about them, one line each: a record that was amended or retracted, an
            allowance for nothing.
    """

    comparison: Comparison
    records: tuple[StoredRecord, ...]
    remarks: tuple[str, ...]


def compare_records(
    base: KnowledgeBase, names: Sequence[str], queries: Sequence[str], options: Options
) -> ComparedRecords:
    """Compare records, the arms of runs, or the answers of queries; the first is the baseline.

    Args:
        base: The knowledge base.
        names: Ids of records, or of runs.
        queries: Two or more queries, each a side, in place of names.
        options: Margin, allowed differences, seed.

    Raises:
        UsageError: Nothing can be compared: the message says why.
        InvalidDataError: A record is no longer what its id says.
        ToolMissingError: The extra `stats` is not installed.
    """
    if bool(names) == bool(queries):
        raise UsageError(
            "name records or runs, or give two queries",
            hint="kb compare A B, kb compare RUN, kb compare --where Q --where Q",
        )
    with open_index(base) as index:
        shelf = _Shelf(base, index)
        contrasts = shelf.sets(queries) if queries else shelf.named(names)
        sides = {each.id: each for pair in contrasts for side in pair for each in side.evidence}
        witnesses = shelf.witnesses(sides)
    comparison = compare(contrasts, options, sets=bool(queries), witnesses=witnesses)
    remarks = [*shelf.remarks, *(f"--allow {name} allowed nothing" for name in _idle(comparison, options))]
    records = tuple(shelf.stored[name] for name in (*sides, *(each.id for each in witnesses)))
    return ComparedRecords(comparison, records, tuple(remarks))


def _idle(comparison: Comparison, options: Options) -> list[str]:
    """Return the names that allowed nothing: a typing error, or a difference that is no longer there."""
    found: set[str] = set()
    for contrast in comparison.contrasts:
        facts = [each.name for each in contrast.differences if each.standing == "allowed"]
        packages = [each.name for each in contrast.packages if each.standing == "allowed"]
        found |= {*facts, *(name.partition("/")[0] for name in facts), *packages, *([ALL_PACKAGES] if packages else [])}
    return sorted(options.allowed - found)


class _Shelf:
    """Takes records out of a knowledge base, and keeps what was taken."""

    def __init__(self, base: KnowledgeBase, index: Index) -> None:
        self.base = base
        self.index = index
        self.stored: dict[str, StoredRecord] = {}
        self.remarks: list[str] = []

    def take(self, row: Row) -> Evidence:
        stored = self.base.read(row.id)
        self.stored[row.id] = stored
        return Evidence(row.id, row.digest, row.host, stored.record)

    def rows(self, query: Query) -> list[Row]:
        return self.index.rows(And((query, parse_query("kind = experiment"))))

    def named(self, names: Sequence[str]) -> tuple[tuple[Side, Side], ...]:
        held = [self._of_name(name) for name in names]
        if len(held) == 1 and len(held[0]) > 1:
            contrasts = run_contrasts(held[0])
            if not contrasts:
                raise UsageError(
                    f"no two arms of {names[0]} share a benchmark", hint="name two records: kb compare A B"
                )
            return contrasts
        found = [evidence for own in held for evidence in own]
        if len(found) < _TWO:
            raise UsageError("one record has nothing to be compared with", hint="name another one, or a run")
        _refuse_repeats(found)
        sides = [Side(_label(evidence, found), (evidence,)) for evidence in found]
        return tuple((sides[0], side) for side in sides[1:])

    def _of_name(self, name: str) -> list[Evidence]:
        rows = self.rows(Condition(FIELDS["run"], "=", name))
        if rows:
            self.remarks += [f"{row.id}, of that run, is {row.state}" for row in rows if row.state not in _COUNTED_ANEW]
            return [
                self.take(row) for row in reversed(rows) if row.state == "current"
            ]  # the index begins at the newest
        record_id = normalise_id(name)
        found = self.index.rows(Condition(FIELDS["id"], "=", record_id))
        if not found:
            raise UsageError(f"there is no record {record_id} here", hint="`kb list` shows the records")
        if found[0].kind != "experiment":
            raise UsageError(
                f"{record_id} is a {found[0].kind}, which has no measurements", hint="name what it rests on"
            )
        if found[0].state != "current":
            self.remarks.append(f"{record_id} is {found[0].state}")
        return [self.take(found[0])]

    def sets(self, queries: Sequence[str]) -> tuple[tuple[Side, Side], ...]:
        if len(queries) < _TWO:
            raise UsageError("one query has nothing to be compared with", hint="give --where twice or more")
        sides = [Side(query, tuple(self._of_query(query))) for query in queries]
        _refuse_repeats([evidence for side in sides for evidence in side.evidence])
        return tuple((sides[0], side) for side in sides[1:])

    def _of_query(self, query: str) -> list[Evidence]:
        rows = self.rows(parse_query(query))
        held = [self.take(row) for row in reversed(rows) if row.state == "current" or "state" in query]
        if not held:
            raise UsageError(f"no experiment answers {query!r}", hint="try it with `kb list --where`")
        return held

    def witnesses(self, sides: Mapping[str, Evidence]) -> tuple[Evidence, ...]:
        """Take the records that are on no side, but hold an A/A control of a run that is."""
        runs = sorted({held.record.run.id for held in sides.values() if held.record.run is not None})
        if not runs:
            return ()
        wanted = And((Or(tuple(Condition(FIELDS["run"], "=", run) for run in runs)), _CURRENT))
        holding = {row.record for row in self.index.measurements(wanted) if row.role == "control"}
        rows = [row for row in self.rows(wanted) if row.id in holding and row.id not in sides]
        return tuple(self.take(row) for row in reversed(rows))


_CURRENT = parse_query("state = current")
_COUNTED_ANEW = ("current", "superseded")  # what amends a record is of the same run


def _refuse_repeats(held: Iterable[Evidence]) -> None:
    seen: set[str] = set()
    for evidence in held:
        if evidence.id in seen:
            raise UsageError(f"{evidence.id} would be compared with itself", hint="name each record once")
        seen.add(evidence.id)


def _label(evidence: Evidence, others: Sequence[Evidence]) -> str:
    namesakes = [other for other in others if other.arm == evidence.arm]
    return evidence.arm if evidence.arm and len(namesakes) == 1 else evidence.id
