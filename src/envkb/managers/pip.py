"""pip: `python -m venv` and one pip that works on it from outside, in a cache of the run's own."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from envkb.errors import InvalidDataError, ToolMissingError, UsageError
from envkb.managers.job import DEFAULT, HASH, Job, release
from envkb.managers.outcome import Installed, LockText, Package, Resolution
from envkb.managers.package_list import read_packages
from envkb.managers.pip_report import lock_of_report, read_report
from envkb.managers.places import Places
from envkb.managers.platforms import PIP_PLATFORMS, platform_name
from envkb.managers.pylock import hashed_requirements
from envkb.managers.step import Answer, Call, Step, no_value
from envkb.managers.torch_backend import PYTORCH, chosen, only_torch
from envkb.model.edge_case import Phase

_VERSION = re.compile(r"^pip (\S+)")
_OLDEST = (22, 3)
_FIRST_WITH_LOCK = (25, 1)


class Pip:
    """The manager `pip`.

    The pip that was found works on the environment with `--python`, so that its version is known and the same in every
    environment; the environments themselves hold no pip. What an installation reported is its lock. Before 25.1 pip
    cannot lock without installing: then the report of a dry run is the lock of a request.
    """

    name: Final = "pip"
    lock_formats: Final = ("pylock.toml", "requirements")

    def commands(self, places: Places) -> tuple[tuple[str, ...], ...]:
        """Return where `pip` is, on PATH or beside kb's own interpreter."""
        return places.programs("pip")

    @property
    def missing(self) -> str:
        """Why there is no pip."""
        return "pip is neither on PATH nor beside kb's own Python"

    def read_version(self, stdout: str) -> str:
        """Read `pip 26.3 from /…/pip (python 3.11)`."""
        found = _VERSION.match(stdout)
        if found is None:
            raise InvalidDataError(f"pip did not say its version but {stdout[:80]!r}")
        return found.group(1)

    def unusable(self, version: str) -> str | None:
        """Return why this pip cannot work on an environment from outside."""
        return f"pip {version} is too old, 22.3 is needed" if release(version) < _OLDEST else None

    def resolve(self, job: Job) -> Call[Resolution]:
        """Let pip report what it would install; it does not tell sizes."""
        report = job.scratch / "resolution.json"
        step = self._report(job, report)
        return Call((step,), lambda answer: Resolution(read_report(answer.files[report])), (report,))

    def create(self, job: Job) -> Call[None]:
        """Make a virtual environment without pip."""
        return Call((self._venv(job),), no_value)

    def install(self, job: Job) -> Call[Installed]:
        """Install the request with `pip install`."""
        report = job.scratch / "installed.json"
        return Call((self._install(job, report),), lambda answer: _installed(answer, report), (report,))

    def make(self, job: Job) -> Call[Installed]:
        """Make a virtual environment and install the request."""
        report = job.scratch / "installed.json"
        steps = (self._venv(job), self._install(job, report))
        return Call(steps, lambda answer: _installed(answer, report), (report,))

    def lock(self, job: Job) -> Call[LockText]:
        """Resolve the request into pylock.toml."""
        if release(job.tool.version) < _FIRST_WITH_LOCK:
            report = job.scratch / "resolution.json"
            return Call((self._report(job, report),), lambda answer: lock_of_report(answer.files[report]), (report,))
        file = job.scratch / "pylock.toml"
        options, files = _selection(job)
        wanted, listed = job.wanted()
        args = ("--python", _base(job), "lock", "--output", str(file), *options, *wanted)
        step = job.step(*args, phase=Phase.RESOLVE, env=_env(job), files={**files, **listed})
        return Call((step,), lambda answer: LockText("pylock.toml", answer.files[file]), (file,))

    def packages(self, job: Job) -> Call[tuple[Package, ...]]:
        """List the distributions of the environment."""
        args = ("--python", job.interpreter, "list", "--format", "json")
        return Call(
            (job.step(*args, phase=Phase.RUN, env=_env(job)),), lambda answer: read_packages(answer.stdout, "pip")
        )

    def restore(self, job: Job, lock: LockText) -> Call[Installed]:
        """Make an environment of exactly what the lock lists."""
        if lock.format not in self.lock_formats:
            raise UsageError(
                f"pip cannot restore a {lock.format}", hint="pip takes pylock.toml and hashed requirements"
            )
        text = hashed_requirements(lock.text) if lock.format == "pylock.toml" else lock.text
        wanted, report = job.scratch / "locked.txt", job.scratch / "installed.json"
        exact = ("--no-deps", "--require-hashes", "--report", str(report))
        args = (
            "--python",
            job.interpreter,
            "install",
            *_compiled(job),
            *exact,
            *_indexes(job),
            *job.flags,
            "-r",
            str(wanted),
        )
        step = job.step(*args, phase=Phase.INSTALL, env=_env(job), files={wanted: text})
        return Call((self._venv(job), step), lambda answer: _installed(answer, report), (report,))

    def environment(self, prefix: Path) -> Path:
        """Return the prefix."""
        return prefix

    def _venv(self, job: Job) -> Step:
        args = (_base(job), "-m", "venv", "--without-pip", str(job.prefix))
        return job.program_step(args, phase=Phase.INSTALL)

    def _install(self, job: Job, report: Path) -> Step:
        job.refuse_foreign()
        options, files = _selection(job)
        wanted, listed = job.wanted()
        args = ("--python", job.interpreter, "install", *_compiled(job), "--report", str(report), *options, *wanted)
        return job.step(*args, phase=Phase.INSTALL, env=_env(job), files={**files, **listed})

    def _report(self, job: Job, report: Path) -> Step:
        options, files = _selection(job)
        wanted, listed = job.wanted()
        args = ("--python", _base(job), "install", "--dry-run", "--ignore-installed", "--report", str(report), *options)
        # pip 23.2 wants it for another platform even where nothing is written there.
        nowhere = ("--target", str(job.scratch / "foreign")) if job.foreign is not None else ()
        return job.step(*args, *nowhere, *wanted, phase=Phase.RESOLVE, env=_env(job), files={**files, **listed})


def _selection(job: Job) -> tuple[tuple[str, ...], Mapping[Path, str]]:
    """Return the options that say what fits the request, and the files that they name."""
    request = job.request
    options = list(_indexes(job))
    files: Mapping[Path, str] = {}
    if job.foreign is not None:
        tags = platform_name(job.foreign, PIP_PLATFORMS, "pip")
        options += ["--only-binary", ":all:", *(part for tag in tags for part in ("--platform", tag))]
    if request.constraints:
        file, files = job.listed("constraints.txt", request.constraints)
        options += ["--constraint", str(file)]
    return (*options, *job.flags), files


def _indexes(job: Job) -> tuple[str, ...]:
    """Return the index options: pip ranks no index above another, so only which ones take part is said."""
    names = job.request.indexes
    addresses = list(job.sources.index_addresses(name for name in names if name != DEFAULT))
    default_stays = DEFAULT in names or not addresses
    if job.request.torch_backend is not None:
        (folder,) = job.sources.index_addresses([PYTORCH])
        addresses.append(f"{folder.rstrip('/')}/{chosen(job.request.torch_backend, 'pip')}")
        # The index of a backend holds torch and what it depends on, and little else.
        default_stays = default_stays and not only_torch(_names(job.request.requirements))
    if default_stays or not addresses:
        return tuple(part for address in addresses for part in ("--extra-index-url", address))
    first, *rest = addresses
    return ("--index-url", first, *(part for address in rest for part in ("--extra-index-url", address)))


def _names(requirements: tuple[str, ...]) -> list[str]:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - only torch backends need it
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - likewise

    names = []
    for requirement in requirements:
        try:
            names.append(str(canonicalize_name(Requirement(requirement.partition(HASH)[0]).name)))
        except InvalidRequirement:
            names.append(requirement)  # a path or an address: pip takes it, and it is not of torch's family
    return names


def _base(job: Job) -> str:
    if job.python is None:
        wanted = f"Python {job.request.python}" if job.request.python else "a Python"
        raise ToolMissingError(f"pip needs {wanted} to base environments on", hint="install it or put it on PATH")
    return str(job.python)


def _compiled(job: Job) -> tuple[str, ...]:
    return ("--compile",) if job.compile_bytecode else ()


def _env(job: Job) -> dict[str, str]:
    return {
        "PIP_CACHE_DIR": str(job.own_cache),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_PROGRESS_BAR": "off",
        "PIP_USER": "0",
    }


def _installed(answer: Answer, report: Path) -> Installed:
    text = answer.files[report]
    try:
        lock = lock_of_report(text)
    except InvalidDataError:
        lock = None
    return Installed(read_report(text), lock=lock)
