"""What the verb `reproduce` starts from: the lock and the plan of a record."""

from collections.abc import Iterator
from dataclasses import dataclass

from envkb.bench.suites import parse_suite
from envkb.document.redaction import restore_addresses
from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.run.asking import changed, plan_of
from envkb.experiment.run.own_files import OwnFile
from envkb.experiment.run.plans import plan_of_record
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.managers import MANAGERS, LockText, Sources, hashed_requirements
from envkb.model.environment import Environment
from envkb.model.plan import Plan
from envkb.model.record import Link, Record


@dataclass(frozen=True, slots=True)
class Original:
    """What is to be reproduced.

    Attributes:
        stored: The record.
        lock: Its lock; None where what was installed stands in for it.
        plan: What makes the environment again and measures it.
        files: Files with the user's own benchmarks that the plan names.
    """

    stored: StoredRecord
    lock: LockText | None
    plan: Plan
    files: tuple[OwnFile, ...] = ()

    def link(self) -> Link:
        """Return what the new record says of the old one."""
        return Link(relation="reproduces", id=self.stored.id, digest=self.stored.digest, reason=None)


def original_of(
    base: KnowledgeBase,
    record_id: str,
    *,
    manager: str | None,
    from_installed: bool,
    rounds: int | None,
    sources: Sources,
) -> Original:
    """Return what is to be reproduced.

    Args:
        base: The knowledge base.
        record_id: The record.
        manager: The manager that is to do it; None for that of the record, or one that reads its lock.
        from_installed: Whether the list of what was installed may stand in for a lock.
        rounds: How often it is measured; None for as often as the record was.
        sources: Addresses of the indexes and channels that the lock names.

    Raises:
        UsageError: The record has no environment, or no lock, or none that the manager reads; or the lock names an
            index or channel without an address.
        InvalidDataError: The lock was changed.
    """
    stored = base.read(record_id)
    found = stored.record.environment
    if found is None or found.python_version is None:
        raise UsageError(f"{stored.id} has no environment to make again", hint="reproduce one whose install succeeded")
    lock = _lock(base, found, sources)
    if lock is None and not from_installed:
        reason = found.lock.reason or "none is attached"
        raise UsageError(f"{stored.id} has no lock: {reason}", hint="--from-installed takes the versions it lists")
    chosen = _manager(stored.record, lock, manager)
    plan = _plan(base, stored, found, chosen, rounds)
    return Original(stored, lock, plan, tuple(_own_files(base, stored.record, plan)))


def _lock(base: KnowledgeBase, found: Environment, sources: Sources) -> LockText | None:
    if found.lock.sha256 is None or found.lock.format is None:
        return None
    try:
        text = base.attachment(found.lock.sha256).decode()
    except UnicodeDecodeError as error:
        raise InvalidDataError("the lock is no text") from error
    if found.lock.format == "pylock.toml":
        try:
            # Versions and digests say all of it, and each machine has them from the indexes that it is configured with.
            return LockText("requirements", hashed_requirements(text))
        except InvalidDataError:
            pass  # something in it has no version or digest: its address is needed
    return LockText(found.lock.format, restore_addresses(text, {**sources.indexes, **sources.channels}))


def _own_files(base: KnowledgeBase, record: Record, plan: Plan) -> Iterator[OwnFile]:
    attached = {row.name: row.sha256 for row in record.attachments if row.role == "file"}
    for suite in map(parse_suite, plan.benchmarks):
        if suite.file is not None and suite.file.name in attached:
            yield OwnFile(path=suite.file.name, text=base.attachment(attached[suite.file.name]).decode())


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
