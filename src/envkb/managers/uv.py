"""uv: `uv venv` and `uv pip`, in a cache of the run's own."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from envkb.errors import InvalidDataError, UsageError
from envkb.managers.job import DEFAULT, Job, release
from envkb.managers.outcome import Installed, LockText, Package, PhaseName, PhaseTime, Resolution
from envkb.managers.package_list import read_packages
from envkb.managers.places import Places
from envkb.managers.platforms import UV_PLATFORMS, platform_name
from envkb.managers.pylock import read_pylock
from envkb.managers.step import Answer, Call, Step, no_value
from envkb.managers.torch_backend import check_backend
from envkb.model.edge_case import Phase

_VERSION = re.compile(r"^uv (\S+)")
_CHANGE = re.compile(r"^ \+ (\S+?)==(\S+?)(?: \(from (\S+)\))?$", re.MULTILINE)
_PHASE = re.compile(
    r"^(Resolved|Prepared|Installed|Bytecode compiled) .*? in (?:(\d+)m )?([\d.]+)(ms|s)$", re.MULTILINE
)
_PHASES: Final[dict[str, PhaseName]] = {
    "Resolved": "resolve",
    "Prepared": "download",
    "Installed": "link",
    "Bytecode compiled": "bytecode",
}


class Uv:
    """The manager `uv`. Its lock is what `uv pip compile` resolves, which holds also for `--torch-backend`."""

    name: Final = "uv"
    lock_formats: Final = ("pylock.toml", "requirements")

    def commands(self, places: Places) -> tuple[tuple[str, ...], ...]:
        """Return where `uv` is, on PATH or beside kb's own interpreter."""
        return places.programs("uv")

    @property
    def missing(self) -> str:
        """Why there is no uv."""
        return "uv is neither on PATH nor beside kb's own Python"

    def read_version(self, stdout: str) -> str:
        """Read `uv 0.13.9 (x86_64-unknown-linux-gnu)`."""
        found = _VERSION.match(stdout)
        if found is None:
            raise InvalidDataError(f"uv did not say its version but {stdout[:80]!r}")
        return found.group(1)

    def unusable(self, version: str) -> str | None:
        """Return why `uv pip compile` cannot write pylock.toml; it can since 0.7."""
        return f"uv {version} is too old, 0.7 is needed" if release(version) < (0, 7) else None

    def resolve(self, job: Job) -> Call[Resolution]:
        """Compile the request without installing it; tells addresses, sizes and digests."""
        return Call((self._compile(job),), lambda answer: Resolution(read_pylock(answer.stdout), _lock(answer)))

    def create(self, job: Job) -> Call[None]:
        """Make a virtual environment; uv's have no pip in them."""
        return Call((self._venv(job),), no_value)

    def install(self, job: Job) -> Call[Installed]:
        """Install the request with `uv pip install`."""
        return Call((self._install(job),), _installed)

    def make(self, job: Job) -> Call[Installed]:
        """Make a virtual environment and install the request."""
        return Call((self._venv(job), self._install(job)), _installed)

    def lock(self, job: Job) -> Call[LockText]:
        """Resolve the request into pylock.toml."""
        return Call((self._compile(job),), _lock)

    def packages(self, job: Job) -> Call[tuple[Package, ...]]:
        """List the distributions of the environment."""
        args = ("pip", "list", "--format", "json", "--python", job.interpreter)
        return Call((_step(job, *args, phase=Phase.RUN),), lambda answer: read_packages(answer.stdout, "uv"))

    def restore(self, job: Job, lock: LockText) -> Call[Installed]:
        """Make an environment of exactly what the lock lists."""
        if lock.format not in self.lock_formats:
            raise UsageError(f"uv cannot restore a {lock.format}", hint="uv takes pylock.toml and hashed requirements")
        file = job.scratch / ("pylock.toml" if lock.format == "pylock.toml" else "locked.txt")
        hashed = () if lock.format == "pylock.toml" else ("--require-hashes",)
        args = (
            "pip",
            "sync",
            "--python",
            job.interpreter,
            *_compiled(job),
            *hashed,
            *_indexes(job),
            *job.flags,
            str(file),
        )
        sync = _step(job, *args, phase=Phase.INSTALL, files={file: lock.text})
        return Call((self._venv(job), sync), _installed)

    def environment(self, prefix: Path) -> Path:
        """Return the prefix."""
        return prefix

    def _venv(self, job: Job) -> Step:
        args = ("venv", "--no-project", *_base(job), str(job.prefix))
        return _step(job, *args, phase=Phase.INSTALL)

    def _install(self, job: Job) -> Step:
        job.refuse_foreign()
        options, files = _selection(job)
        wanted, listed = job.wanted()
        args = ("pip", "install", "--python", job.interpreter, *_compiled(job), *options, *wanted)
        return _step(job, *args, phase=Phase.INSTALL, files={**files, **listed})

    def _compile(self, job: Job) -> Step:
        options, files = _selection(job)
        wanted, listed = job.listed("requirements.txt", job.request.requirements)
        args = ("pip", "compile", "--format", "pylock.toml", "--no-header", *_base(job), *options, str(wanted))
        return _step(job, *args, phase=Phase.RESOLVE, files={**files, **listed})


def _selection(job: Job) -> tuple[tuple[str, ...], Mapping[Path, str]]:
    """Return the options that say what fits the request, and the files that they name."""
    request = job.request
    options = list(_indexes(job))
    files: Mapping[Path, str] = {}
    if request.torch_backend is not None:
        check_backend(request.torch_backend)
        options += ["--torch-backend", request.torch_backend]
    if job.foreign is not None:
        options += ["--python-platform", platform_name(job.foreign, UV_PLATFORMS, "uv")]
    if request.constraints:
        file, files = job.listed("constraints.txt", request.constraints)
        options += ["--constraints", str(file)]
    return (*options, *job.flags), files


def _indexes(job: Job) -> tuple[str, ...]:
    """Return the index options: earlier indexes win, and for uv the default index comes last."""
    names = job.request.indexes
    addresses = job.sources.index_addresses(name for name in names if name != DEFAULT)
    if not addresses or DEFAULT in names:
        return tuple(part for address in addresses for part in ("--index", address))
    *first, last = addresses
    return (*(part for address in first for part in ("--index", address)), "--default-index", last)


def _base(job: Job) -> tuple[str, ...]:
    base = str(job.python) if job.python is not None else job.request.python
    return () if base is None else ("--python", base)


def _compiled(job: Job) -> tuple[str, ...]:
    return ("--compile-bytecode",) if job.compile_bytecode else ()


def _step(job: Job, *args: str, phase: Phase, files: Mapping[Path, str] | None = None) -> Step:
    env = {
        "UV_CACHE_DIR": str(job.own_cache),
        "UV_NO_PROGRESS": "1",
        # A download of a Python would land in the user's own folder, and in nobody's measurement.
        "UV_PYTHON_DOWNLOADS": "never",
    }
    # uv takes the first project's settings that it meets on its way up from where it runs.
    return job.step(*args, phase=phase, env=env, files={job.scratch / "uv.toml": "", **(files or {})})


def _lock(answer: Answer) -> LockText:
    return LockText("pylock.toml", answer.stdout)


def _installed(answer: Answer) -> Installed:
    changes = _CHANGE.findall(answer.stderr)
    packages = tuple(Package(name=name, version=version, url=url or None) for name, version, url in changes)
    return Installed(packages, _phases(answer.stderr))


def _phases(stderr: str) -> tuple[PhaseTime, ...]:
    return tuple(
        PhaseTime(_PHASES[word], int(minutes or 0) * 60 + float(number) / (1000 if unit == "ms" else 1))
        for word, minutes, number, unit in _PHASE.findall(stderr)
    )
