"""Takes out of a knowledge base what shows since when something exists: proofs of the log, and time-stamps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from envkb.knowledge.files import read_file
from envkb.knowledge.folder import StoredRecord
from envkb.proof.beside import Beside
from envkb.proof.log.inclusion import SUFFIX
from envkb.proof.log.log import Log
from envkb.proof.stamps.folder import STAMPS
from envkb.proof.stamps.judging import JudgedStamp
from envkb.proof.stamps.token import MAX_BYTES

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Known:
    """One of the three times of a record, which are three different things.

    Attributes:
        name: Which of them.
        when: The time in UTC; that there is none, where there is none.
        who: Whose word it is; empty where there is none.
        what: What happened then.
        source: What it is known from.
    """

    name: str
    when: str
    who: str
    what: str
    source: str

    @property
    def line(self) -> str:
        """The time, and whose word it is."""
        return f"{self.when}, {self.who}" if self.who else self.when


def times_of(beside: Beside, stored: StoredRecord) -> tuple[Known, Known, Known]:
    """Return when a record was made as its author claims, when it was logged, and when it was stamped."""
    times = beside.times(stored)
    software = stored.record.software
    claimed = Known(
        name="Time claimed",
        when=times.claimed,
        who="by the clock of whoever wrote it",
        what=f"written with {software.name} {software.version}",
        source="claimed in it",
    )
    logged = Known("Time logged", "not logged", "", "no log shows since when it has existed", "no proof")
    if times.logged and times.logged.checkpoint:
        checkpoint = times.logged.checkpoint
        signed = "" if times.logged.trust == "signed" else ", which nobody signed"
        logged = Known(
            name="Time logged",
            when=checkpoint.sealed,
            who=f"by the clock of whoever keeps the log {checkpoint.origin}{signed}",
            what=f"entry {times.logged.index} of the log, sealed with {checkpoint.size} entries",
            source="its proof in log/",
        )
    stamped = Known("Time stamped", "not stamped", "", "no authority attests since when it has existed", "no proof")
    if times.stamped and times.stamped.time:
        stamped = Known(
            name="Time stamped",
            when=f"{times.stamped.time:{_TIME}}",
            who=f"by the clock of the authority {times.stamped.authority}, under {times.stamped.root}",
            what=_stamped(times.stamped),
            source="its token in stamps/",
        )
    return claimed, logged, stamped


def _stamped(stamp: JudgedStamp) -> str:
    size = stamp.subject.size if stamp.subject else None
    return "its digest stamped" if size is None else f"the log's checkpoint of {size} entries stamped, which covers it"


def time_files(beside: Beside, name: str, digest: str) -> Iterator[tuple[str, bytes]]:
    """Give what shows since when a file exists, by its path in the exhibit.

    Args:
        beside: What the knowledge base has.
        name: What the file's proofs are called.
        digest: SHA-256 of the file.

    Raises:
        KbError: A file cannot be read.
    """
    log = beside.log
    logged = beside.logged(digest)
    if log and logged and logged.checkpoint:
        yield f"log/{name}{SUFFIX}", log.prove(digest).encode()
    for stamp in beside.stamps(digest):
        if stamp.status == "FAIL" or stamp.subject is None:
            continue  # it proves nothing; where it should, verification fails
        if log and stamp.subject.size is not None:
            yield from _checkpoint(log, stamp.subject.size, name, digest)
        sidecar = stamp.sidecar_sha256 or ""
        for path in (stamp.path, STAMPS / f"{sidecar}.json"):
            yield f"stamps/{path.name}", read_file(beside.base.root, path, MAX_BYTES)
        if log and (waits := log.find(sidecar)) and waits.checkpoint:
            yield f"log/{sidecar}{SUFFIX}", log.prove(sidecar).encode()


def _checkpoint(log: Log, size: int, name: str, digest: str) -> Iterator[tuple[str, bytes]]:
    checkpoint = next(each for each in log.checkpoints if each.size == size)
    yield f"log/checkpoints/{size}", checkpoint.encode()
    yield f"log/{name}-{size}{SUFFIX}", log.prove(digest, checkpoint).encode()
