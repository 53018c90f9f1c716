"""Finds the lock of an environment that was just made, where need be by resolving its request once more."""

from collections.abc import Mapping
from typing import Final

from envkb.errors import KbError
from envkb.experiment.run.cells import Combination
from envkb.experiment.run.foresee import Foreseen
from envkb.managers import MANAGERS, Installed, Job, LockText, perform
from envkb.process import Runner

_LOCK_S: Final = 300.0


class Locks:
    """The locks of one run."""

    def __init__(
        self,
        runner: Runner,
        environ: Mapping[str, str],
        *,
        given: LockText | None = None,
        foreseen: Mapping[str, Foreseen] | None = None,
    ) -> None:
        """Begin.

        Args:
            runner: Starts processes.
            environ: Variables of the processes.
            given: The lock that environments are made from; None where each manager writes one.
            foreseen: What managers said that they would install, by what combinations share.
        """
        self._run = runner
        self._environ = environ
        self._given = given
        self._foreseen = foreseen or {}

    def of(self, combination: Combination, job: Job, installed: Installed | None) -> LockText | None:
        """Return the lock of an environment; None where there is none.

        Args:
            combination: What was installed.
            job: With which manager and where.
            installed: What the manager said of it.
        """
        return (
            self._given
            or (installed.lock if installed else None)
            or self._foreseen_lock(combination, installed)
            or self._written(job)
        )

    def _foreseen_lock(self, combination: Combination, installed: Installed | None) -> LockText | None:
        told = self._foreseen.get(combination.shared)
        if told is None or told.packages is None or told.manager != combination.manager:
            return None
        if installed is None or installed.packages is None:
            return None
        # An index may change between the two: a lock of something else is no lock.
        there = {(package.name, package.version) for package in installed.packages}
        return told.lock if there == {(package.name, package.version) for package in told.packages} else None

    def _written(self, job: Job) -> LockText | None:
        try:
            call = MANAGERS[job.tool.manager].lock(job)
            return perform(call, self._run, environ=self._environ, timeout_s=_LOCK_S).value
        except KbError:
            return None
