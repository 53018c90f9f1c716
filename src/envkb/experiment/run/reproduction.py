"""Whether a record reproduces another: the environment, and the speed of what both have measured."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from envkb.assess.compared import Compared, Comparison
from envkb.assess.comparison import benchmark_name, compare
from envkb.assess.evidence import Evidence, Side
from envkb.assess.sentences import ratio_text
from envkb.assess.verdicts import Options
from envkb.errors import ToolMissingError
from envkb.experiment.record import Recorded, same_host
from envkb.experiment.run.answer import is_benchmark
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.index.index import open_index
from envkb.knowledge.query.parser import parse_query
from envkb.model.install import request_key
from envkb.model.record import Record

Verdict = Literal["reproduced", "not reproduced", "cannot tell"]

_WORST_FIRST: Final[tuple[Verdict, ...]] = ("not reproduced", "cannot tell", "reproduced")
_MOST_REASONS: Final = 20
_MOST_RUNS: Final = 20


@dataclass(frozen=True, slots=True)
class Reproduction:
    """How a reproduction ended.

    Attributes:
        verdict: Whether the environment is the same again, and does what it did at the same speed: the worse of both.
        environment: Whether the environment is the same again.
        speed: Whether benchmarks that both have take as long as then; None where both have none.
        reasons: What that rests on.
        comparison: Everything that was measured now and then; None where it could not be compared.
    """

    verdict: Verdict
    environment: Verdict
    speed: Verdict | None
    reasons: tuple[str, ...]
    comparison: Comparison | None


def runs_of(base: KnowledgeBase, original: StoredRecord, recorded: Recorded) -> tuple[Side, Side]:
    """Return what is known of an experiment then, and of its reproductions: each side gains from every further run.

    Args:
        base: The knowledge base.
        original: What was reproduced.
        recorded: The reproduction.
    """
    with open_index(base) as index:
        rows = index.rows(parse_query("kind = experiment"))  # newest first
    hosts = {row.id: row.host for row in rows}
    then = [Evidence(original.id, original.digest, hosts.get(original.id), original.record)]
    now = [Evidence(recorded.id, recorded.digest, hosts.get(recorded.id), recorded.record)]
    for row in rows:
        others = [side for side in (then, now) if row.host == side[0].host]
        if row.run is None or row.state != "current" or row.id in (original.id, recorded.id) or not others:
            continue
        stored = base.read(row.id)
        reproduced = {link.id for link in stored.record.links if link.relation == "reproduces"}
        further = Evidence(row.id, row.digest, row.host, stored.record)
        if original.id in reproduced and now in others:
            now.append(further)
        elif not reproduced and then in others and _alike(stored.record, original.record):
            then.append(further)
    return Side("then", tuple(then[:_MOST_RUNS])), Side("now", tuple(now[:_MOST_RUNS]))


def judge(old: Record, new: Record, sides: tuple[Side, Side]) -> Reproduction:
    """Return whether a record reproduces another. Pure.

    Args:
        old: The record.
        new: Its reproduction.
        sides: All runs of both, from which the speed is judged: one run beside one tells nothing.
    """
    environment, reasons = _judge_environment(old, new)
    comparison: Comparison | None = None
    try:
        comparison = compare([sides], Options())
    except ToolMissingError as error:
        reasons = (*reasons, error.message)
    lines = [line for line in comparison.contrasts[0].measurements if is_benchmark(line)] if comparison else []
    speed, told = _judge_speed(lines)
    verdict = min((environment, *([speed] if speed else [])), key=_WORST_FIRST.index)
    return Reproduction(verdict, environment, speed, (*reasons, *told), comparison)


def _judge_environment(old: Record, new: Record) -> tuple[Verdict, tuple[str, ...]]:
    differences = tuple(_differences(old, new))
    if differences:
        return "not reproduced", differences[:_MOST_REASONS]
    unknown = _without_content(old, new)
    if unknown:
        reason = f"names and versions are equal, but nothing tells the content of {', '.join(unknown[:5])}"
        return "cannot tell", (reason,)
    host = "" if same_host(old, new) else ", on another host"
    return "reproduced", (f"every distribution is the same again{host}",)


def _judge_speed(lines: list[Compared]) -> tuple[Verdict | None, tuple[str, ...]]:
    if not lines:
        return None, ()
    other = [line for line in lines if line.verdict in ("faster", "slower")]
    if other:
        return "not reproduced", tuple(f"{_named(line)} is {line.verdict}" for line in other)[:_MOST_REASONS]
    open_lines = [line for line in lines if line.verdict == "cannot tell"]
    if open_lines:
        reasons = dict.fromkeys(line.reason for line in open_lines)
        return "cannot tell", tuple(f"speed: {reason}" for reason in reasons)
    return "reproduced", (f"each of {len(lines)} benchmarks takes as long as then",)


def _named(line: Compared) -> str:
    return f"{benchmark_name(line.benchmark)} {ratio_text(line)}"


def _alike(one: Record, other: Record) -> bool:
    """Return whether two records are about one experiment; how their environments differ is judged elsewhere."""
    keys = [request_key(each.install.request) if each.install else None for each in (one, other)]
    cells = [each.run.cell.model_dump() if each.run else None for each in (one, other)]
    return keys[0] == keys[1] and cells[0] == cells[1]


def _differences(old: Record, new: Record) -> Iterator[str]:
    if new.environment is None or (new.outcome == "failure" and old.outcome != "failure"):
        last = new.install.last_words if new.install else None
        yield f"the environment could not be made again: {(last or 'for an unknown reason').splitlines()[0]}"
        return
    if new.outcome != old.outcome and old.outcome is not None:
        yield f"it ended as {new.outcome}, and before as {old.outcome}"
    before, after = _rows(old), _rows(new)
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            yield f"{name} is {'new' if one is None else 'missing'}"
        elif one[0] != other[0]:
            yield f"{name} {other[0]}, and before {one[0]}"
        elif one[1] and other[1] and one[1] != other[1]:
            yield f"{name} {one[0]} has another content"


def _rows(record: Record) -> Mapping[str, tuple[str | None, str | None]]:
    rows = record.environment.distributions if record.environment else ()
    return {
        row.name if row.kind == "python" else f"{row.name} (conda)": (
            row.version,
            row.content_sha256 or row.conda_build,
        )
        for row in rows
    }


def _without_content(old: Record, new: Record) -> list[str]:
    before, after = _rows(old), _rows(new)
    return [name for name in sorted(before) if before[name][1] is None or after[name][1] is None]
