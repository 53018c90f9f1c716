"""Why a fact could not be had, said from the sources that would have told it."""

from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

# The most telling first: a source that refused says more than one that is not there.
_RANK = (Status.DENIED, Status.TIMEOUT, Status.FAILED, Status.ABSENT)


_WORDS = {
    Status.DENIED: "reading {} is not permitted",
    Status.TIMEOUT: "{} did not answer in time",
    Status.FAILED: "{} failed",
    Status.ABSENT: "there is no {}",
}


def explain(snapshot: Snapshot, notes: Observations, subject: str, name: str, *source_ids: str) -> None:
    """Note why a fact may be missing; a value seen before or after wins over it.

    Args:
        snapshot: Where the sources are.
        notes: Takes the reason.
        subject: Subject of the fact.
        name: Name of the fact.
        source_ids: The sources that could have told it, the best first.
    """
    asked = [source for id_ in source_ids if (source := snapshot.source(id_)) is not None]
    for status in _RANK:
        for source in asked:
            if source.status == status.value:
                notes.miss(subject, name, status, source.reason or _WORDS[status].format(source.id), source.id)
                return
    if asked:
        notes.miss(subject, name, Status.ABSENT, f"{asked[0].id} does not tell it", asked[0].id)
    else:
        notes.miss(subject, name, Status.NOT_READ, f"not collected: {', '.join(source_ids)}")
