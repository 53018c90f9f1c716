"""Makes values of what a collection brought back."""

from datetime import datetime

from envkb.capture.probes.environment import environment
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.registry import ENVIRONMENT_PROBES, HOST_PROBES, observe
from envkb.capture.snapshot import Snapshot
from envkb.experiment.clock import judge_clock, newest_file_s
from envkb.experiment.compose import Captured, host_of, split_flags
from envkb.model.fact import Status
from envkb.model.value import Origin


def read_captured(snapshot: Snapshot, *, now: datetime, host_snapshot: Snapshot | None) -> Captured:
    """Return host, facts and environment of a snapshot.

    Args:
        snapshot: Where the environment, and the clock, are read from.
        now: The present, to judge the clock by.
        host_snapshot: Where the host is read from, usually the same; None to keep nothing of the host.
    """
    clock = Observations()
    judge_clock(clock, snapshot, now, newest_file_s())
    facts = [*observe(snapshot, ENVIRONMENT_PROBES), *clock.facts()]
    captured = Captured(None, (), environment(snapshot))
    if host_snapshot is not None:
        told, flags = split_flags(observe(host_snapshot, HOST_PROBES))
        facts += told
        key = host_snapshot.source("kb:machine-key")
        if key is None:
            host = host_of(None, Status.NOT_READ, "the machine id was not read", flags)
        elif key.status == "ok":
            host = host_of(key.text, Status.OK, None, flags)
        else:
            host = host_of(None, Status(key.status), key.reason, flags)
        if host_snapshot is not snapshot:
            host = host.model_copy(update={"origin": Origin.IMPORTED})
        captured = captured._replace(host=host)
    return captured._replace(facts=tuple(sorted(facts, key=lambda fact: (fact.subject, fact.name))))
