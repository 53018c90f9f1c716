"""rattler: the engine of pixi from the library py-rattler, so that conda packages work with no conda installed."""

import json
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from envkb.errors import InvalidDataError, UsageError
from envkb.managers.bytecode import compile_steps
from envkb.managers.conda_specs import DEFAULT_CHANNEL, CondaSpec, constrained, python_spec, wanted
from envkb.managers.job import DEFAULT, Job
from envkb.managers.outcome import Installed, LockText, Package, PhaseName, PhaseTime, Resolution
from envkb.managers.package_list import read_packages
from envkb.managers.pixi_lock import with_addresses
from envkb.managers.places import Places
from envkb.managers.step import Answer, Call, Step, no_value, said
from envkb.model.edge_case import Phase
from envkb.process import Completed

_CLIENT: Final = Path(__file__).with_name("rattler_client.py")
_TIMES: Final[dict[str, PhaseName]] = {"resolve_s": "resolve", "install_s": "install"}


class Rattler:
    """The manager `rattler`.

    It runs as a program of its own (`rattler_client.py`) and is judged by what it prints: py-rattler may abort after
    all is done. The printed answer says "ok" only after conda-meta was checked.
    """

    name: Final = "rattler"
    lock_formats: Final = ("pixi.lock",)

    def commands(self, places: Places) -> tuple[tuple[str, ...], ...]:
        """Return the client under kb's own Python, where py-rattler is installed there."""
        # The client's own folder must not be searched for modules: it has a `pip` and a `rattler` of its own.
        return ((str(places.interpreter), "-P", str(_CLIENT)),) if find_spec("rattler") is not None else ()

    @property
    def missing(self) -> str:
        """Why there is no rattler."""
        return "py-rattler is not installed beside kb; it comes with envkb[conda]"

    def read_version(self, stdout: str) -> str:
        """Read the client's answer."""
        return str(_answer(stdout)["version"])

    def unusable(self, version: str) -> str | None:
        """Return why another py-rattler than 0.28 is not used: its interface moves with every release."""
        return None if re.match(r"0\.28\.", version) else f"py-rattler {version} is here, but 0.28 is needed"

    def resolve(self, job: Job) -> Call[Resolution]:
        """Solve the request; tells addresses, sizes, digests, and what is cached."""
        platform = ("--platform", job.foreign) if job.foreign else ()
        step = _step(
            job, "resolve", *_selection(job), *platform, specs=wanted(job.request, self.name), phase=Phase.RESOLVE
        )
        return Call((step,), lambda answer: Resolution(_packages(answer)))

    def create(self, job: Job) -> Call[None]:
        """Make an environment with a Python in it."""
        return Call((_make(job, (python_spec(job.request),)),), no_value)

    def install(self, job: Job) -> Call[Installed]:
        """Solve for what is there and what is wanted, and install it."""
        step = _make(job, wanted(job.request, self.name))
        return Call((step, *compile_steps(job, job.prefix)), _installed)

    def make(self, job: Job) -> Call[Installed]:
        """Make an environment with the request in it, in one solution."""
        return self.install(job)

    def lock(self, job: Job) -> Call[LockText]:
        """Write the lock of what is installed in the environment."""
        file = job.scratch / "pixi.lock"
        step = _step(job, "lock", "--prefix", str(job.prefix), "--lock", str(file), *_channels(job), phase=Phase.RUN)
        return Call((step,), lambda answer: LockText("pixi.lock", with_addresses(answer.files[file])), (file,))

    def packages(self, job: Job) -> Call[tuple[Package, ...]]:
        """List what conda-meta lists."""
        return Call((_step(job, "packages", "--prefix", str(job.prefix), phase=Phase.RUN),), _packages)

    def restore(self, job: Job, lock: LockText) -> Call[Installed]:
        """Make an environment of exactly what the lock lists for this platform."""
        if lock.format not in self.lock_formats:
            raise UsageError(f"rattler cannot restore a {lock.format}", hint="rattler takes pixi.lock")
        file = job.scratch / "pixi.lock"
        args = ("restore", "--prefix", str(job.prefix), "--lock", str(file))
        step = _step(job, *args, phase=Phase.INSTALL, files={file: lock.text})
        return Call((step, *compile_steps(job, job.prefix)), _installed)

    def environment(self, prefix: Path) -> Path:
        """Return the prefix."""
        return prefix


def _make(job: Job, specs: tuple[CondaSpec, ...]) -> Step:
    job.refuse_foreign()
    args = ("make", "--prefix", str(job.prefix), *_selection(job))
    return _step(job, *args, specs=specs, phase=Phase.INSTALL)


def _step(
    job: Job, *args: str, phase: Phase, specs: tuple[CondaSpec, ...] = (), files: Mapping[Path, str] | None = None
) -> Step:
    wishes = (part for spec in specs for part in ("--spec", str(spec)))
    args = (*args, "--cache", str(job.own_cache), *wishes, *job.flags)
    return job.step(
        *args, phase=phase, env={"RATTLER_CACHE_DIR": str(job.own_cache)}, files=files or {}, succeeded=_said_ok
    )


def _selection(job: Job) -> tuple[str, ...]:
    constraints = (part for spec in constrained(job.request, "rattler") for part in ("--constraint", str(spec)))
    return (*_channels(job), *constraints)


def _channels(job: Job) -> tuple[str, ...]:
    names = [name for name in job.request.channels if name != DEFAULT] or [DEFAULT_CHANNEL]
    return tuple(part for address in job.sources.channel_addresses(names) for part in ("--channel", address))


def _said_ok(completed: Completed) -> bool:
    try:
        return not completed.timed_out and bool(_answer(said(completed.stdout))["ok"])
    except InvalidDataError:
        return False


def _answer(stdout: str) -> dict[str, Any]:
    try:
        answer = json.loads(stdout)
    except ValueError as error:
        raise InvalidDataError(f"the rattler client answered with garbage: {stdout[:80]!r}") from error
    if not isinstance(answer, dict) or "ok" not in answer:
        raise InvalidDataError("the rattler client answered with something else than it should")
    return answer


def _packages(answer: Answer) -> tuple[Package, ...]:
    return read_packages(said(answer.completed[0].stdout), "rattler", _package)


def _package(row: Mapping[str, Any]) -> Package:
    return Package(
        name=row["name"],
        version=row["version"],
        kind="conda",
        build=row["build"],
        url=row["url"],
        size_bytes=row["size"],
        sha256=row["sha256"],
        cached=row["cached"],
    )


def _installed(answer: Answer) -> Installed:
    told = _answer(said(answer.completed[0].stdout))
    times = tuple(PhaseTime(phase, told[key]) for key, phase in _TIMES.items() if key in told)
    return Installed(_packages(answer), times)
