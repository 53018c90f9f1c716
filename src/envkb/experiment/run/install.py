"""Carries out one trial: an environment is made, timed, imported from, and left for who wants to look at it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from envkb.experiment.run.arms import Workshop
from envkb.experiment.run.attempt import Attempt, attempt
from envkb.experiment.run.cells import Combination
from envkb.experiment.run.gauges import Gauges, grown
from envkb.experiment.run.imports import modules_of, time_import
from envkb.experiment.run.scratch import remove
from envkb.experiment.run.sizes import folder_bytes
from envkb.experiment.run.trial import ModuleImport, Role, Trial
from envkb.managers import MANAGERS, Call, Installed, Job, LockText, clear_cache, make_cache
from envkb.process import Runner


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when one trial happens.

    Attributes:
        round: Which round, from 0.
        order: Position in the schedule.
        role: Whose samples they are.
        zero_s: Reading of `time.monotonic` at the beginning of the run.
    """

    round: int
    order: int
    role: Role
    zero_s: float


class Installer:
    """Installs the combinations of one run, each in a folder of its own.

    Attributes:
        scratch: The run's folder.
        workshop: Managers and Pythons.
    """

    def __init__(
        self,
        scratch: Path,
        workshop: Workshop,
        *,
        runner: Runner,
        environ: Mapping[str, str],
        timeout_s: float,
        environments: Path | None = None,
        lock: LockText | None = None,
    ) -> None:
        """Begin with empty caches.

        Args:
            scratch: The run's folder.
            workshop: Managers and Pythons.
            runner: Starts processes; it should meter them.
            environ: Variables of the processes.
            timeout_s: Seconds that one step of an install may take.
            environments: Folder for the environments, where it is not the run's.
            lock: Lock that environments are made from; None resolves requests.
        """
        self.scratch = scratch
        self.workshop = workshop
        self._run = runner
        self._environ = environ
        self._timeout_s = timeout_s
        self._lock = lock
        self._environments = environments or scratch / "environments"
        self._gauges = Gauges()
        self._filled: set[str] = set()
        self._said: dict[str, Installed | None] = {}

    def prefix(self, combination: Combination) -> Path:
        """Return where the environment of a combination is made."""
        return self._environments / combination.key.replace("/", "-")

    def python(self, combination: Combination) -> Path:
        """Return the interpreter of the environment of a combination."""
        manager = MANAGERS[combination.manager or ""]
        return manager.environment(self.prefix(combination)) / "bin" / "python"

    def warm_up(self, combination: Combination) -> int | None:
        """Fill the cache of a warm combination, once; what goes wrong then goes wrong again when it is measured.

        Returns:
            Bytes that the network received for it; None where the cache was filled, or they are not counted.
        """
        if combination.cache != "warm" or combination.shared in self._filled:
            return None
        job = self.job(combination)
        self.clear(combination)
        received = self._gauges.received_bytes()
        self._attempt(job)
        self._filled.add(combination.shared)
        self.clear(combination)
        return grown(received, self._gauges.received_bytes())

    def install(self, combination: Combination, place: Place) -> Trial:
        """Make the environment of a combination and import from it.

        A manager that fails, has gone or talks garbage is no error: the trial says so.

        Args:
            combination: The combination.
            place: When it happens.
        """
        self.clear(combination)
        filling_bytes = self.warm_up(combination)
        cache = self._cache(combination)
        job = self._job(combination, cache)
        if combination.cache == "cold":
            clear_cache(cache, job.tool.manager)
        before = folder_bytes(job.own_cache)
        received = self._gauges.received_bytes()
        start_s = time.monotonic() - place.zero_s
        done = self._attempt(job)
        self._said[combination.key] = done.installed
        return Trial(
            key=combination.key,
            round=place.round,
            order=place.order,
            role=place.role,
            start_s=round(start_s, 6),
            commands=done.commands,
            wall_s=done.wall_s,
            cpu_s=done.cpu_s,
            peak_bytes=done.peak_bytes,
            received_bytes=grown(received, self._gauges.received_bytes()),
            cache_before_bytes=before,
            cache_after_bytes=folder_bytes(job.own_cache),
            phases=done.phases,
            imports=() if done.failure else self._imports(combination),
            failure=done.failure,
            log=done.log,
            filling_bytes=filling_bytes,
            elsewhere=_cached(done.installed) if before == 0 else 0,
        )

    def rebuild(self, combination: Combination) -> bool:
        """Make the environment of a combination once more, to be used; return whether it worked."""
        self.clear(combination)
        job = self.job(combination)
        return self._attempt(job).failure is None

    def said(self, combination: Combination) -> Installed | None:
        """Return what the manager said of the last install of a combination; None where it failed or there is none."""
        return self._said.get(combination.key)

    def job(self, combination: Combination) -> Job:
        """Return the job of a combination in its place and with its cache."""
        return self._job(combination, self._cache(combination))

    def clear(self, combination: Combination) -> None:
        """Remove the environment of a combination."""
        remove(self.prefix(combination))
        remove(self._job_scratch(combination))

    def _imports(self, combination: Combination) -> tuple[ModuleImport, ...]:
        python = self.python(combination)
        wanted = combination.request
        assert wanted is not None  # noqa: S101 - it was installed
        modules = wanted.modules or modules_of(python, wanted.requirements, self._run, self._environ)
        return tuple(self._import(python, module) for module in modules)

    def _import(self, python: Path, module: str) -> ModuleImport:
        first = time_import(python, module, self._run, self._environ)
        again = time_import(python, module, self._run, self._environ) if first.seconds is not None else None
        return ModuleImport(module=module, first=first, steady=again)

    def _cache(self, combination: Combination) -> Path:
        # Folders of their own for cold and warm, so that neither spoils the other.
        folder = self.scratch / "caches" / f"{combination.cache}-{combination.shared}"
        make_cache(folder)
        return folder

    def _job_scratch(self, combination: Combination) -> Path:
        return self.scratch / "work" / combination.key.replace("/", "-")

    def _job(self, combination: Combination, cache: Path) -> Job:
        return Job(
            tool=self.workshop.tools[combination.manager or ""],
            request=combination.asked(),
            prefix=self.prefix(combination),
            cache=cache,
            scratch=self._job_scratch(combination),
            python=self.workshop.pythons.get(combination.python),
            sources=self.workshop.sources,
            compile_bytecode=combination.bytecode == "parity",
        )

    def _attempt(self, job: Job) -> Attempt:
        return attempt(
            self._make(job), self._run, environ=self._environ, timeout_s=self._timeout_s, gauges=self._gauges
        )

    def _make(self, job: Job) -> Call[Installed]:
        # A cold pip, conda or uv makes the folders above its own; the prefix's parent is ours to make.
        job.prefix.parent.mkdir(parents=True, exist_ok=True)
        manager = MANAGERS[job.tool.manager]
        return manager.make(job) if self._lock is None else manager.restore(job, self._lock)


def _cached(installed: Installed | None) -> int:
    packages = installed.packages if installed is not None else None
    return sum(bool(package.cached) for package in packages or ())
