"""What would be installed, and what it would cost, before anything is."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from envkb.errors import KbError
from envkb.experiment.run.arms import Workshop
from envkb.experiment.run.cells import Combination
from envkb.managers import MANAGERS, Job, LockText, Package, Resolution, make_cache, perform
from envkb.process import Runner

UNPACKED: Final = 6
"""Archives, unpacked, compiled and kept in a cache take about so many times their size: wheels of torch 5.5 times."""


_FROM_INDEXES: Final = frozenset({"uv", "pip"})


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a manager says that it would do.

    Attributes:
        request: Name of the request.
        manager: The manager.
        python: The Python version asked for.
        packages: What it would install; None where it would not.
        download_bytes: What it would receive with an empty cache; None where that is not known.
        problem: Why it would not, in one line; None where it would.
        lock: The lock of these packages; None where the manager writes none without installing.
    """

    request: str
    manager: str
    python: str | None
    packages: tuple[Package, ...] | None
    download_bytes: int | None
    problem: str | None
    lock: LockText | None = None


class Foresight:
    """Asks managers what they would do; everything they write goes to a scratch folder.

    Attributes:
        scratch: The folder.
    """

    def __init__(
        self, scratch: Path, workshop: Workshop, *, runner: Runner, environ: Mapping[str, str], timeout_s: float
    ) -> None:
        """Ask nothing yet.

        Args:
            scratch: The folder.
            workshop: Managers and Pythons.
            runner: Starts processes.
            environ: Variables of the processes.
            timeout_s: Seconds that one answer may take.
        """
        self.scratch = scratch
        self._workshop = workshop
        self._run = runner
        self._environ = environ
        self._timeout_s = timeout_s

    def ask(self, combination: Combination, *, manager: str | None = None) -> Foreseen:
        """Resolve what a combination asks for, without installing it.

        Args:
            combination: The combination.
            manager: Another manager that is to answer in place of its own.
        """
        name = manager or combination.manager or ""
        outcome = None
        try:
            call = MANAGERS[name].resolve(self._job(combination, name))
            outcome = perform(call, self._run, environ=self._environ, timeout_s=self._timeout_s)
            problem = outcome.failure.headline if outcome.failure else None
        except KbError as error:
            problem = error.message
        found: Resolution | None = outcome.value if outcome else None
        return Foreseen(
            request=combination.request.name if combination.request else "",
            manager=name,
            python=combination.python,
            packages=found.packages if found else None,
            download_bytes=found.download_bytes if found else None,
            problem=problem,
            lock=found.lock if found else None,
        )

    def knows(self, combination: Combination) -> bool:
        """Return whether uv is here and can answer for a combination from metadata alone."""
        return "uv" in self._workshop.tools and combination.manager in _FROM_INDEXES

    def _job(self, combination: Combination, manager: str) -> Job:
        cache = self.scratch / "foreseen"
        make_cache(cache)
        place = self.scratch / "foreseeing" / combination.kind.replace("/", "-")
        return Job(
            tool=self._workshop.tools[manager],
            request=combination.asked(),
            prefix=place / "prefix",
            cache=cache,
            scratch=place,
            python=self._workshop.pythons.get(combination.python),
            sources=self._workshop.sources,
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run will cost.

    Attributes:
        installs: Number of installs, those of the control and those that fill warm caches among them.
        download_bytes: What it will receive; None where that is not known.
        disk_bytes: What it will need on the disk at the same time; None where that is not known.
        free_bytes: What the disk has left.
        reason: Why something is not known; None where all is.
        foreseen: What that rests on, by what combinations share.
    """

    installs: int
    download_bytes: int | None
    disk_bytes: int | None
    free_bytes: int
    reason: str | None
    foreseen: Mapping[str, Foreseen]


def cost_of(found: tuple[Combination, ...], rounds: int, foresight: Foresight, home: Path) -> Cost:
    """Estimate the cost of a run.

    uv is asked, which answers from metadata alone; whatever only other managers can tell is not known.

    Args:
        found: The combinations of the plan.
        rounds: How often each is installed.
        foresight: Asks.
        home: The folder that environments and caches are made in.
    """
    installs = [one for one in found if one.request is not None]
    caches = {one.shared: one for one in installs}
    warm = {one.shared for one in installs if one.cache == "warm"}
    times = {name: (name in warm) + rounds * sum(_is_cold(one, name) for one in installs) for name in caches}
    told = {name: foresight.ask(one, manager="uv") for name, one in caches.items() if foresight.knows(one)}
    return Cost(
        installs=(len(installs) + (rounds > 1)) * rounds + len(warm),
        download_bytes=_total({name: told[name].download_bytes if name in told else None for name in caches}, times),
        disk_bytes=_total({name: _archives(told.get(name)) for name in caches}, dict.fromkeys(caches, UNPACKED)),
        free_bytes=_free_bytes(home),
        reason=_unknown(caches, told),
        foreseen=told,
    )


def _is_cold(one: Combination, name: str) -> bool:
    return one.cache == "cold" and one.shared == name


def _archives(told: Foreseen | None) -> int | None:
    if told is None or told.packages is None:
        return None
    return _total({package.name: package.size_bytes for package in told.packages}, {})


def _total(sizes: Mapping[str, int | None], times: Mapping[str, int]) -> int | None:
    known = [size * times.get(name, 1) for name, size in sizes.items() if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _unknown(caches: Mapping[str, Combination], told: Mapping[str, Foreseen]) -> str | None:
    silent = sorted({one.manager or "" for name, one in caches.items() if name not in told})
    if silent:
        return f"{', '.join(silent)} cannot tell cheaply"
    problem = next((one.problem for one in told.values() if one.problem), None)
    bare = any(package.size_bytes is None for one in told.values() for package in one.packages or ())
    return problem or ("sizes of local archives are not told" if bare else None)


def _free_bytes(home: Path) -> int:
    place = next(folder for folder in (home, *home.parents) if folder.is_dir())
    return shutil.disk_usage(os.fspath(place)).free


@dataclass(frozen=True, slots=True)
class Difference:
    """One package in which an environment and what would be installed differ.

    Attributes:
        name: The package.
        here: Its version in the environment; None where it is not there.
        there: The version that would be installed; None where none would be.
    """

    name: str
    here: str | None
    there: str | None


def differences(here: Mapping[str, str | None], packages: Mapping[str, str | None]) -> Iterator[Difference]:
    """Yield the packages in which two sets differ, sorted by name.

    Args:
        here: Version by canonical name of what an environment holds.
        packages: Likewise of what would be installed.
    """
    for name in sorted({*here, *packages}):
        one, other = here.get(name), packages.get(name)
        if one != other or (name in here) != (name in packages):
            yield Difference(name, one, other)
