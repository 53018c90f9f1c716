"""What lies beside the records of a knowledge base and speaks for them: signatures, the log, time-stamps."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Self

from envkb.document.identity import digest_of
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.process import Runner, run
from envkb.proof.log.log import Log, Logged, open_log
from envkb.proof.signatures.judging import Judge, Judged, Moment
from envkb.proof.stamps.judging import JudgedStamp, earliest, judge_stamps


@dataclass(frozen=True, slots=True)
class Times:
    """Three times of one record, which are three different things.

    Attributes:
        claimed: When its author says that it was made, by a clock that the author sets.
        logged: Where and when this knowledge base's log took it in, by the clock of who seals; null where it did not.
        stamped: The stamp of an outside authority that shows the earliest time; null where there is none.
    """

    claimed: str
    logged: Logged | None
    stamped: JudgedStamp | None

    @property
    def logged_said(self) -> str | None:
        """The day of the log as a citation says it; null where no checkpoint covers the record."""
        return self.logged.said if self.logged else None

    @property
    def stamped_said(self) -> str | None:
        """The time of the stamp, and the root that vouches for it, as a citation says it; null where there is none."""
        if self.stamped is None or self.stamped.time is None:
            return None
        return f"{self.stamped.time:%Y-%m-%dT%H:%M:%SZ} under {self.stamped.root}"


@dataclass(frozen=True)
class Beside:
    """All that speaks for the records of one knowledge base; opened once for many of them.

    Attributes:
        base: The knowledge base.
        log: Its log; null where it has none.
        runner: Starts `openssl` and `ssh-keygen` where libraries are not there.
    """

    base: KnowledgeBase
    log: Log | None
    runner: Runner = run

    @classmethod
    def of(cls, base: KnowledgeBase) -> Self:
        """Open what a knowledge base has.

        Raises:
            InvalidDataError: The log is damaged.
        """
        return cls(base, open_log(base))

    @cached_property
    def judge(self) -> Judge:
        """Who judges signatures, at the times that the log and the stamps prove.

        Raises:
            InvalidDataError: The files in `kb/trust` cannot be read.
        """
        return Judge.of(self.base.root, proven=self.proven)

    @cached_property
    def all_stamps(self) -> tuple[JudgedStamp, ...]:
        """Every time-stamp, judged.

        Raises:
            KbError: A folder cannot be read.
        """
        log = self.log
        sound = (
            {each.size: digest_of(each.encode()) for each in log.checkpoints if log.trust(each) != "refused"}
            if log
            else {}
        )
        return tuple(judge_stamps(self.base.root, sound, runner=self.runner))

    def logged(self, digest: str) -> Logged | None:
        """Return where and when the log took a digest in; null where it did not."""
        return self.log.find(digest) if self.log else None

    def stamps(self, digest: str) -> tuple[JudgedStamp, ...]:
        """Return every stamp that is about a file, sound or not, and those of which nobody can tell.

        Args:
            digest: SHA-256 of the file.
        """
        logged = self.logged(digest)
        index = logged.index if logged else None
        return tuple(each for each in self.all_stamps if each.subject is None or each.covers(digest, index))

    def proven(self, digest: str) -> Moment | None:
        """Return when a file was proven to exist: by a stamp, else by the log; null where nothing proves it."""
        logged = self.logged(digest)
        stamp = earliest(self.all_stamps, digest, logged.index if logged else None)
        if stamp and stamp.time:
            return Moment(stamp.time, "stamped")
        if logged and logged.checkpoint:
            return Moment(datetime.fromisoformat(logged.checkpoint.sealed), "logged")
        return None

    def times(self, stored: StoredRecord) -> Times:
        """Return the three times of a record.

        Raises:
            KbError: A folder cannot be read.
        """
        return self.times_of(stored.digest, stored.record.created)

    def times_of(self, digest: str, claimed: str) -> Times:
        """Return the three times of a record whose content is not at hand.

        Args:
            digest: SHA-256 of its file.
            claimed: When its author says that it was made.

        Raises:
            KbError: A folder cannot be read.
        """
        logged = self.logged(digest)
        return Times(claimed, logged, earliest(self.all_stamps, digest, logged.index if logged else None))

    def signatures(self, stored: StoredRecord) -> tuple[Judged, ...]:
        """Judge every signature of a record, authors before witnesses; none where it is unsigned.

        Raises:
            KbError: The folder with the signatures, or a file of trust, cannot be read.
        """
        return self.judge.judge(stored)
