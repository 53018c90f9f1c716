"""The verb `reproduce`: an environment made again from the lock of a record, and held against that record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal

from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.record import same_host
from envkb.experiment.run.asking import changed, plan_of
from envkb.experiment.run.plans import plan_of_record
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.managers import MANAGERS, LockText
from envkb.model.environment import Environment
from envkb.model.measurement import Measurement
from envkb.model.plan import Plan
from envkb.model.record import Link, Record

Verdict = Literal["reproduced", "not reproduced", "cannot tell"]

_MOST_REASONS: Final = 20


@dataclass(frozen=True, slots=True)
class Original:
    """What is to be reproduced.

    Attributes:
        stored: The record.
        lock: Its lock; None where what was installed stands in for it.
        plan: What makes the environment again and measures it.
    """

    stored: StoredRecord
    lock: LockText | None
    plan: Plan

    def link(self) -> Link:
        """Return what the new record says of the old one."""
        return Link(relation="reproduces", id=self.stored.id, digest=self.stored.digest, reason=None)


@dataclass(frozen=True, slots=True)
class Ratio:
    """One measurement now and then.

    Attributes:
        measurement: Its id.
        ratio: Median now / median then.
    """

    measurement: str
    ratio: float


@dataclass(frozen=True, slots=True)
class Reproduction:
    """How a reproduction ended.

    Attributes:
        verdict: Whether the environment is the same again, and works as it did.
        reasons: What that rests on.
        ratios: Measurements that both have. They were not taken in turn, so no verdict is drawn from them.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    ratios: tuple[Ratio, ...]


def original_of(
    base: KnowledgeBase, record_id: str, *, manager: str | None, from_installed: bool, rounds: int | None
) -> Original:
    """Return what is to be reproduced.

    Args:
        base: The knowledge base.
        record_id: The record.
        manager: The manager that is to do it; None for that of the record, or one that reads its lock.
        from_installed: Whether the list of what was installed may stand in for a lock.
        rounds: How often it is measured; None for as often as the record was.

    Raises:
        UsageError: The record has no environment, or no lock, or none that the manager reads.
        InvalidDataError: The lock was changed.
    """
    stored = base.read(record_id)
    found = stored.record.environment
    if found is None or found.python_version is None:
        raise UsageError(f"{stored.id} has no environment to make again", hint="reproduce one whose install succeeded")
    lock = _lock(base, found)
    if lock is None and not from_installed:
        reason = found.lock.reason or "none is attached"
        raise UsageError(f"{stored.id} has no lock: {reason}", hint="--from-installed takes the versions it lists")
    chosen = _manager(stored.record, lock, manager)
    return Original(stored, lock, _plan(base, stored, found, chosen, rounds))


def _lock(base: KnowledgeBase, found: Environment) -> LockText | None:
    if found.lock.sha256 is None or found.lock.format is None:
        return None
    try:
        return LockText(found.lock.format, base.attachment(found.lock.sha256).decode())
    except UnicodeDecodeError as error:
        raise InvalidDataError("the lock is no text") from error


def _manager(record: Record, lock: LockText | None, wanted: str | None) -> str:
    own = record.install.manager if record.install else None
    candidates = [wanted] if wanted else [own or "", *MANAGERS]
    for name in candidates:
        if name in MANAGERS and (lock is None or lock.format in MANAGERS[name].lock_formats):
            return name
    what = f"a {lock.format}" if lock else "nothing"
    raise UsageError(f"{wanted or 'no manager'} reads {what}", hint=f"name one of {', '.join(MANAGERS)} with --with")


def _plan(base: KnowledgeBase, stored: StoredRecord, found: Environment, manager: str, rounds: int | None) -> Plan:
    record = stored.record
    has_plan = any(row.role == "plan" for row in record.attachments)
    start = plan_of_record(base, stored.id) if has_plan else Plan(rounds=1)
    cell = record.run.cell if record.run else None
    own = next((one for one in start.requests if cell and one.name == cell.request), None)
    pins = tuple(f"{row.name}=={row.version}" for row in found.distributions if row.kind == "python" and row.version)
    asked = own.model_dump() if own else {"name": "installed"}
    bytecode = next((row.value for row in cell.parameters if row.name == "bytecode"), "default") if cell else "default"
    return changed(
        plan_of(benchmarks=start.benchmarks, indexes=start.indexes, channels=start.channels),
        requests=({**asked, "requirements": own.requirements if own else pins},),
        managers=(manager,),
        pythons=(".".join((found.python_version or "").split(".")[:2]),),
        caches=((cell.cache if cell else None) or "warm",),
        bytecode=(bytecode,),
        rounds=rounds or start.rounds,
    )


def judge(old: Record, new: Record) -> Reproduction:
    """Return whether a record reproduces another. Pure."""
    differences = tuple(_differences(old, new))
    ratios = tuple(_ratios(old, new))
    if differences:
        return Reproduction("not reproduced", differences[:_MOST_REASONS], ratios)
    unknown = _without_content(old, new)
    if unknown:
        reason = f"names and versions are equal, but nothing tells the content of {', '.join(unknown[:5])}"
        return Reproduction("cannot tell", (reason,), ratios)
    host = "" if same_host(old, new) else ", on another host"
    return Reproduction("reproduced", (f"every distribution is the same again{host}",), ratios)


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


def _ratios(old: Record, new: Record) -> Iterator[Ratio]:
    before = {one.id: one for one in old.measurements if one.role == "subject"}
    for one in new.measurements:
        then = before.get(one.id)
        if one.role == "subject" and then is not None and _comparable(one, then) and median(then.samples) > 0:
            yield Ratio(one.id, median(one.samples) / median(then.samples))


def _comparable(one: Measurement, other: Measurement) -> bool:
    return one.unit == "s" and (one.benchmark, one.quantity, one.unit) == (
        other.benchmark,
        other.quantity,
        other.unit,
    )
