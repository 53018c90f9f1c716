"""What every manager can do."""

from pathlib import Path
from typing import Protocol

from envkb.managers.job import Job
from envkb.managers.outcome import Installed, LockText, Package, Resolution
from envkb.managers.places import Places
from envkb.managers.step import Call


class Manager(Protocol):
    """One package manager.

    Every method is pure: it returns the commands, and how their output is read. `perform` runs them. None of the
    commands writes outside the job's prefix, cache and scratch folders, or asks a question.
    """

    @property
    def name(self) -> str:
        """Its name in `MANAGERS` and in records."""
        ...

    @property
    def lock_formats(self) -> tuple[str, ...]:
        """The formats of locks that `restore` takes; the first is the one that `lock` writes."""
        ...

    def commands(self, places: Places) -> tuple[tuple[str, ...], ...]:
        """Return the ways to start it that exist here, best first."""
        ...

    @property
    def missing(self) -> str:
        """Why it is not here, in one line, where `commands` finds nothing."""
        ...

    def read_version(self, stdout: str) -> str:
        """Return the version that it says when it is started with `--version`.

        Raises:
            InvalidDataError: The text is not what this manager says.
        """
        ...

    def unusable(self, version: str) -> str | None:
        """Return why this version cannot be used, None where it can."""
        ...

    def resolve(self, job: Job) -> Call[Resolution]:
        """Return a dry run of the request: nothing is installed, `job.prefix` is not made."""
        ...

    def create(self, job: Job) -> Call[None]:
        """Return the creation of an isolated environment with a Python and nothing that was requested."""
        ...

    def install(self, job: Job) -> Call[Installed]:
        """Return the installation of the request into an environment that `create` made."""
        ...

    def make(self, job: Job) -> Call[Installed]:
        """Return the shortest way from nothing to an environment with the request in it."""
        ...

    def lock(self, job: Job) -> Call[LockText]:
        """Return the lock of the request, or of the environment where the manager locks environments."""
        ...

    def packages(self, job: Job) -> Call[tuple[Package, ...]]:
        """Return the list of what is installed in the environment, sorted by name."""
        ...

    def restore(self, job: Job, lock: LockText) -> Call[Installed]:
        """Return the making of an environment from a lock.

        Raises:
            UsageError: The lock is in a format that this manager does not read.
        """
        ...

    def environment(self, prefix: Path) -> Path:
        """Return the folder of the Python prefix, which is `prefix` itself but for pixi."""
        ...
