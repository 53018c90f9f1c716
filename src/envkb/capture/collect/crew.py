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

    def __init__(self, jobs: Iterable[Job], timeout_s: float) -> None:
        self._queue: deque[Job] = deque(jobs)
        self._order = [job.source_id for job in self._queue]
        self._timeout_s = timeout_s
        self._changed = threading.Condition()
        self._rows: dict[str, Row] = {}
        self._busy: dict[threading.Thread, tuple[str, float]] = {}

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
        reader = threading.Thread(target=self._work, daemon=True)
        self._busy[reader] = ("", time.monotonic())
        reader.start()

    def _work(self) -> None:
        me = threading.current_thread()
        while True:
            with self._changed:
                if me not in self._busy or not self._queue:
                    self._busy.pop(me, None)
                    self._changed.notify()
                    return
                job = self._queue.popleft()
                begin = time.monotonic()
                self._busy[me] = (job.source_id, begin)
            row = _attempt(job)
            row["duration_ms"] = round((time.monotonic() - begin) * 1000, 3)
            with self._changed:
                # A row that comes after its time-out was reported comes too late.
                self._rows.setdefault(job.source_id, row)

    def _next_deadline(self) -> float:
        return max(0.0, min(begin for _, begin in self._busy.values()) + self._timeout_s - time.monotonic())

    def _replace_stuck(self) -> None:
        now = time.monotonic()
        stuck = [reader for reader, (_, begin) in self._busy.items() if now - begin >= self._timeout_s]
        for reader in stuck:
            source_id, _ = self._busy.pop(reader)
            reason = f"no answer within {self._timeout_s:g} s"
            self._rows.setdefault(source_id, make_row(source_id, "timeout", reason=reason))
            if self._queue:
                self._hire()


def _attempt(job: Job) -> Row:
    try:
        return job.read()
    except Exception as error:  # noqa: BLE001 - one source must never cost the others
        return make_row(job.source_id, "failed", reason=f"{type(error).__name__}: {error}")
