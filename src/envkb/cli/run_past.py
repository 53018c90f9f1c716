"""What was recorded before a run, looked up while managers are asked."""

from importlib import import_module

from envkb.capture.transports.local import start_collecting
from envkb.experiment.clock import present
from envkb.experiment.run.expected import earlier_runs, of_host
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.model.plan import Plan


def look_back(base: KnowledgeBase | None, plan: Plan) -> tuple[StoredRecord, ...]:
    """Return records of earlier runs with the managers of a plan on this host, the newest first.

    Loads what the rest of a run needs, too: the machine is read meanwhile.
    """
    ids = earlier_runs(base, plan) if base and plan.requests else ()
    reading = start_collecting() if ids else None
    import_module("envkb.cli.run_ending")
    if base is None or reading is None:
        return ()
    from envkb.experiment.captured import read_captured  # noqa: PLC0415 - loaded by now

    snapshot = reading.result().snapshot
    return of_host(base, ids, read_captured(snapshot, now=present(), host_snapshot=snapshot).host)
