"""pixi: environments that belong to a manifest, in a workspace that kb writes."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from envkb.errors import InvalidDataError, UsageError
from envkb.managers.bytecode import compile_steps
from envkb.managers.conda_specs import DEFAULT_CHANNEL, CondaSpec, constrained, python_spec, wanted
from envkb.managers.job import DEFAULT, Job, release
from envkb.managers.outcome import Installed, LockText, Package, Resolution
from envkb.managers.package_list import read_packages
from envkb.managers.pixi_lock import with_addresses
from envkb.managers.places import Places
from envkb.managers.step import Answer, Call, Step, no_value
from envkb.managers.torch_backend import chosen, cuda_of
from envkb.model.edge_case import Phase

_VERSION = re.compile(r"^pixi (\d+\.\d+\S*)")
_FIRST_WITH_PLATFORM_TABLES: Final = (0, 71)
_OWN_CONFIG: Final = "detached-environments = false\n"


class Pixi:
    """The manager `pixi`.

    The job's prefix becomes a workspace: its manifest says the request, and the Python prefix stands below it. What
    pixi may assume of the machine is declared in the manifest, never detected, so a CUDA build needs a backend that
    names its CUDA version.
    """

    name: Final = "pixi"
    lock_formats: Final = ("pixi.lock",)

    def commands(self, places: Places) -> tuple[tuple[str, ...], ...]:
        """Return where pixi is, on PATH or beside kb's own interpreter."""
        return places.programs("pixi")

    @property
    def missing(self) -> str:
        """Why there is no pixi."""
        return "pixi is neither on PATH nor beside kb's own Python"

    def read_version(self, stdout: str) -> str:
        """Read `pixi 0.77.0`."""
        found = _VERSION.match(stdout)
        if found is None:
            raise InvalidDataError(f"pixi did not say its version but {stdout[:80]!r}")
        return found.group(1)

    def unusable(self, version: str) -> str | None:
        """Return why this pixi cannot be used: manifests declare platforms as tables since 0.71."""
        return f"pixi {version} is too old, 0.71 is needed" if release(version) < _FIRST_WITH_PLATFORM_TABLES else None

    def resolve(self, job: Job) -> Call[Resolution]:
        """Lock a workspace in the scratch folder, and list what the lock holds."""
        workspace = job.scratch / "resolution"
        specs = wanted(job.request, self.name)
        lock = _step(job, "lock", workspace, Phase.RESOLVE, files=_workspace(job, workspace, specs))
        platform = ("--platform", job.foreign) if job.foreign else ()
        return Call((lock, _list(job, workspace, *platform)), lambda answer: Resolution(_listed(answer)))

    def create(self, job: Job) -> Call[None]:
        """Make a workspace with a Python in its environment."""
        return Call((self._install(job, (python_spec(job.request),)),), no_value)

    def install(self, job: Job) -> Call[Installed]:
        """Write the request into the manifest and install it."""
        return Call(
            (self._install(job, wanted(job.request, self.name)), *self._compile(job)),
            lambda _: Installed(packages=None),
        )

    def make(self, job: Job) -> Call[Installed]:
        """Make a workspace with the request in its manifest and install it, in one `pixi install`."""
        return self.install(job)

    def lock(self, job: Job) -> Call[LockText]:
        """Return the lock that pixi wrote when it installed; it is brought up to date where the manifest is newer."""
        file = job.prefix / "pixi.lock"
        step = _step(job, "lock", job.prefix, Phase.RESOLVE)
        return Call((step,), lambda answer: LockText("pixi.lock", with_addresses(answer.files[file])), (file,))

    def packages(self, job: Job) -> Call[tuple[Package, ...]]:
        """List what the lock holds for this machine."""
        return Call((_list(job, job.prefix),), _listed)

    def restore(self, job: Job, lock: LockText) -> Call[Installed]:
        """Make a workspace of the request and the lock, and install what the lock says."""
        if lock.format not in self.lock_formats:
            raise UsageError(f"pixi cannot restore a {lock.format}", hint="pixi takes pixi.lock")
        files = {**_workspace(job, job.prefix, wanted(job.request, self.name)), job.prefix / "pixi.lock": lock.text}
        step = _step(job, "install", job.prefix, Phase.INSTALL, "--frozen", files=files)
        return Call((step, *self._compile(job)), lambda _: Installed(packages=None))

    def environment(self, prefix: Path) -> Path:
        """Return the Python prefix of a workspace."""
        return prefix / ".pixi" / "envs" / "default"

    def _install(self, job: Job, specs: tuple[CondaSpec, ...]) -> Step:
        job.refuse_foreign()
        return _step(job, "install", job.prefix, Phase.INSTALL, files=_workspace(job, job.prefix, specs))

    def _compile(self, job: Job) -> tuple[Step, ...]:
        return compile_steps(job, self.environment(job.prefix))


def manifest(job: Job, specs: tuple[CondaSpec, ...]) -> str:
    """Return the text of a pixi.toml that says the request.

    Raises:
        UsageError: The request cannot be said to pixi.
    """
    names = [name for name in job.request.channels if name != DEFAULT] or [DEFAULT_CHANNEL]
    lines = [
        "[workspace]",
        'name = "kb"',
        f"channels = {json.dumps(job.sources.channel_addresses(names))}",
        f"platforms = [{_platform(job)}]",
        "",
        "[dependencies]",
        *(f"{json.dumps(spec.name)} = {_wish(spec)}" for spec in specs),
    ]
    constraints = constrained(job.request, "pixi")
    if constraints:
        lines += ["", "[constraints]", *(f"{json.dumps(spec.name)} = {_wish(spec)}" for spec in constraints)]
    return "\n".join(lines) + "\n"


def _platform(job: Job) -> str:
    name = json.dumps(job.request.platform or job.platform)
    backend = job.request.torch_backend
    cuda = cuda_of(chosen(backend, "pixi")) if backend is not None else None
    return name if cuda is None else f"{{ platform = {name}, cuda = {json.dumps(cuda)} }}"


def _wish(spec: CondaSpec) -> str:
    version = json.dumps(spec.version or "*")
    return f"{{ version = {version}, build = {json.dumps(spec.build)} }}" if spec.build else version


def _workspace(job: Job, folder: Path, specs: tuple[CondaSpec, ...]) -> Mapping[Path, str]:
    # A user may have all environments put elsewhere; these have to stand, and go, with their folder.
    return {folder / "pixi.toml": manifest(job, specs), folder / ".pixi" / "config.toml": _OWN_CONFIG}


def _list(job: Job, workspace: Path, *args: str) -> Step:
    return _step(job, "list", workspace, Phase.RUN, "--json", "--frozen", "--no-install", *args)


def _step(
    job: Job, verb: str, workspace: Path, phase: Phase, *args: str, files: Mapping[Path, str] | None = None
) -> Step:
    flags = job.flags if verb == "install" else ()
    args = (verb, "--manifest-path", str(workspace / "pixi.toml"), *args, *flags)
    cache = str(job.own_cache)
    env = {"PIXI_CACHE_DIR": cache, "PIXI_NO_PROGRESS": "true", "RATTLER_CACHE_DIR": cache, "UV_CACHE_DIR": cache}
    return job.step(*args, phase=phase, env=env, files=files or {})


def _listed(answer: Answer) -> tuple[Package, ...]:
    return read_packages(answer.stdout, "pixi", _package)


def _package(row: Mapping[str, Any]) -> Package:
    return Package(
        name=row["name"],
        version=row["version"],
        kind="conda" if row["kind"] == "conda" else "python",
        build=row.get("build"),
        url=row.get("url"),
        size_bytes=row.get("size_bytes"),
        sha256=row.get("sha256"),
    )
