"""Threads that read many sources at once, none of which can hold up the others."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Iterable

from envkb.capture.collect.rows import Job, Row, make_row

THREADS = 4


class Crew:
    """Readers that share one queue of jobs.

    A read that hangs (a dead network file system, a driver that sleeps) cannot be cancelled. Its reader is left
    behind as a daemon, the source gets the status `timeout`, and a new reader takes over the queue.
    """

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._queue: deque[Job] = deque(jobs)
        self._order = [job.source_id for job in self._queue]
        self._changed = threading.Condition()
        self._rows: dict[str, Row] = {}
        # What each reader is at, and when its time for that is over.
        self._busy: dict[threading.Thread, tuple[Job, float]] = {}

    def rows(self, threads: int = THREADS) -> list[Row]:
        """Read everything and return the rows in the order of the jobs."""
        with self._changed:
            for _ in range(min(threads, len(self._order))):
                self._hire()
            while self._busy:
                self._changed.wait(self._next_deadline())
                self._replace_stuck()
            return [self._rows[source_id] for source_id in self._order if source_id in self._rows]

    def _hire(self) -> None:
        job = self._queue.popleft()
        reader = threading.Thread(target=self._work, args=(job,), daemon=True)
        self._assign(reader, job)
        reader.start()

    def _assign(self, reader: threading.Thread, job: Job) -> None:
        self._busy[reader] = (job, time.monotonic() + job.timeout_s)

    def _work(self, job: Job) -> None:
        me = threading.current_thread()
        while True:
            begin = time.monotonic()
            row = _attempt(job)
            row["duration_ms"] = round((time.monotonic() - begin) * 1000, 3)
            with self._changed:
                if me not in self._busy:  # given up on: the row comes too late, and somebody else reads on
                    return
                self._rows[job.source_id] = row
                if not self._queue:
                    del self._busy[me]
                    self._changed.notify()
                    return
                job = self._queue.popleft()
                self._assign(me, job)

    def _next_deadline(self) -> float:
        return max(0.0, min(deadline for _, deadline in self._busy.values()) - time.monotonic())

    def _replace_stuck(self) -> None:
        now = time.monotonic()
        for reader, (job, deadline) in list(self._busy.items()):
            if now >= deadline:
                del self._busy[reader]
                reason = f"no answer within {job.timeout_s:g} s"
                self._rows[job.source_id] = make_row(job.source_id, "timeout", reason=reason)
                if self._queue:
                    self._hire()


def _attempt(job: Job) -> Row:
    try:
        return job.read()
    except Exception as error:  # noqa: BLE001 - one source must never cost the others
        return make_row(job.source_id, "failed", reason=f"{type(error).__name__}: {error}")
