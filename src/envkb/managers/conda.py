"""The conda family: conda, mamba and micromamba, which share a command line but not all of it."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from envkb.errors import InvalidDataError, UsageError
from envkb.managers.bytecode import compile_steps
from envkb.managers.conda_specs import CondaSpec, constrained, python_spec, wanted
from envkb.managers.job import DEFAULT, Job, release
from envkb.managers.last_words import json_answer
from envkb.managers.outcome import Installed, LockText, Package, Resolution, by_name
from envkb.managers.package_list import read_packages
from envkb.managers.places import Places
from envkb.managers.step import Answer, Call, Step, no_value, said
from envkb.model.edge_case import Phase

FAMILY: Final = ("conda", "mamba", "micromamba")
"""The members, in the order in which they are looked for."""

_VERSION = re.compile(r"^(?:\w*conda|\w*mamba)? ?(\d+\.\d[\w.]*)", re.MULTILINE)
_OLDEST: Final = {"conda": (4, 12), "mamba": (2, 0), "micromamba": (2, 0)}


class CondaFamily:
    """The managers `conda`, `mamba` and `micromamba`.

    conda answers in JSON throughout, since it tells more there than in its text; mamba and micromamba answer in JSON
    only where something is to be read, since with JSON they keep their words to themselves. Terms of service are never
    accepted here. mamba and micromamba note every environment that they make in `~/.conda/environments.txt` and have
    no switch against it.
    """

    lock_formats: Final = ("conda-explicit",)

    def __init__(self, name: str) -> None:
        """Be one of `FAMILY`."""
        self._name = name

    @property
    def name(self) -> str:
        """Which of the family it is."""
        return self._name

    def commands(self, places: Places) -> tuple[tuple[str, ...], ...]:
        """Return where the program is, on PATH or beside kb's own interpreter."""
        return places.programs(self.name)

    @property
    def missing(self) -> str:
        """Why it is not here."""
        return f"{self.name} is neither on PATH nor beside kb's own Python"

    def read_version(self, stdout: str) -> str:
        """Read `conda 26.7.3`, or the bare `2.8.1` of mamba and micromamba."""
        found = _VERSION.match(stdout)
        if found is None:
            raise InvalidDataError(f"{self.name} did not say its version but {stdout[:80]!r}")
        return found.group(1)

    def unusable(self, version: str) -> str | None:
        """Return why this version cannot be used: mamba before 2.0 is another program."""
        oldest = _OLDEST[self.name]
        if release(version) < oldest:
            return f"{self.name} {version} is too old, {'.'.join(map(str, oldest))} is needed"
        return None

    def resolve(self, job: Job) -> Call[Resolution]:
        """Solve the request; tells addresses and digests, and sizes of what is not cached."""
        platform = ("--platform", job.foreign) if job.foreign else ()
        specs = wanted(job.request, self.name)
        # A dry run of conda refuses a prefix that exists, and the job's own may.
        prefix = job.scratch / "resolution"
        args = ("create", "--dry-run", "--json", *self._bare(), *platform)
        step = self._step(job, prefix, *args, specs=specs, phase=Phase.RESOLVE)
        return Call((step,), lambda answer: Resolution(_linked(answer.stdout)))

    def create(self, job: Job) -> Call[None]:
        """Make an environment with a Python in it."""
        return Call((self._change(job, "create", (python_spec(job.request),), *self._bare()),), no_value)

    def install(self, job: Job) -> Call[Installed]:
        """Install the request into an environment with `conda install`."""
        step = self._change(job, "install", wanted(job.request, self.name))
        return Call((step, *compile_steps(job, job.prefix)), self._installed)

    def make(self, job: Job) -> Call[Installed]:
        """Make an environment with the request in it, in one `conda create`."""
        step = self._change(job, "create", wanted(job.request, self.name), *self._bare())
        return Call((step, *compile_steps(job, job.prefix)), self._installed)

    def lock(self, job: Job) -> Call[LockText]:
        """List the exact archives that the environment was made of, with their MD5, as all of the family write it."""
        listing = ("list", "--explicit", "--md5") if self.name == "conda" else ("env", "export", "--explicit")
        step = job.step(*listing, "--prefix", str(job.prefix), phase=Phase.RUN, env=self._env(job))
        return Call((step,), lambda answer: LockText("conda-explicit", answer.stdout))

    def packages(self, job: Job) -> Call[tuple[Package, ...]]:
        """List what is in the environment, distributions of package indexes included."""
        step = job.step("list", "--json", "--prefix", str(job.prefix), phase=Phase.RUN, env=self._env(job))
        return Call((step,), lambda answer: read_packages(answer.stdout, self.name, _package))

    def restore(self, job: Job, lock: LockText) -> Call[Installed]:
        """Make an environment of exactly the archives that the lock lists."""
        if lock.format not in self.lock_formats:
            raise UsageError(f"{self.name} cannot restore a {lock.format}", hint=f"{self.name} takes conda-explicit")
        file = job.scratch / "explicit.txt"
        options = ("--yes", *self._json(), *self._bare(), "--prefix", str(job.prefix), *job.flags)
        args = ("create", *options, "--file", str(file))
        step = job.step(*args, phase=Phase.INSTALL, env=self._env(job), files={file: lock.text})
        # With an explicit list conda says nothing at all, JSON or not.
        return Call((step, *compile_steps(job, job.prefix)), lambda _: Installed(packages=None))

    def environment(self, prefix: Path) -> Path:
        """Return the prefix."""
        return prefix

    def _change(self, job: Job, verb: str, specs: tuple[CondaSpec, ...], *args: str) -> Step:
        job.refuse_foreign()
        return self._step(job, job.prefix, verb, *self._json(), *args, specs=specs, phase=Phase.INSTALL)

    def _step(self, job: Job, prefix: Path, *args: str, specs: tuple[CondaSpec, ...], phase: Phase) -> Step:
        args = (*args, "--yes", "--prefix", str(prefix), *_channels(job), *job.flags, *map(str, specs))
        return job.step(*args, phase=phase, env=self._env(job))

    def _json(self) -> tuple[str, ...]:
        return ("--json", "--quiet") if self.name == "conda" else ()

    def _bare(self) -> tuple[str, ...]:
        # What the user wants in all of their new environments is no part of the request.
        return ("--no-default-packages",) if self.name == "conda" else ()

    def _env(self, job: Job) -> Mapping[str, str]:
        pinned = [str(spec) for spec in constrained(job.request, self.name)]
        if self.name == "conda":
            own = {
                # On what looks like a CI server, conda's plugin accepts terms of service by itself.
                "CI": "false",
                "CONDA_NUMBER_CHANNEL_NOTICES": "0",
                "CONDA_PINNED_PACKAGES": "&".join(pinned),
                "CONDA_PLUGINS_AUTO_ACCEPT_TOS": "false",
                "CONDA_REGISTER_ENVS": "false",
                "CONDA_REPORT_ERRORS": "false",
            }
        else:
            own = {"MAMBA_PINNED_PACKAGES": ", ".join(map(json.dumps, pinned))}
        if self.name == "micromamba":
            own["MAMBA_ROOT_PREFIX"] = str(job.own_cache / "root")
        return {name: value for name, value in own.items() if value} | {"CONDA_PKGS_DIRS": str(job.own_cache)}

    def _installed(self, answer: Answer) -> Installed:
        stdout = said(answer.completed[0].stdout)
        return Installed(_linked(stdout) if self.name == "conda" else None)


def _channels(job: Job) -> tuple[str, ...]:
    """Return the channel options: without a channel, those that the user configured."""
    names = [name for name in job.request.channels if name != DEFAULT]
    if not names:
        return ()
    options = tuple(part for address in job.sources.channel_addresses(names) for part in ("--channel", address))
    return options if DEFAULT in job.request.channels else ("--override-channels", *options)


def _linked(stdout: str) -> tuple[Package, ...]:
    """Read the actions of a dry run or an installation: LINK lists everything, FETCH what is not in the cache."""
    answer = json_answer(stdout)
    if answer is None or not answer.get("success", False):
        raise InvalidDataError("the answer has no JSON with success in it")
    actions = answer.get("actions", {})
    fetched = {row["name"]: row for row in actions.get("FETCH", [])}
    rows = (
        {**row, **fetched.get(row["name"], {}), "cached": row["name"] not in fetched} for row in actions.get("LINK", [])
    )
    return tuple(sorted(map(_package, rows), key=by_name))


def _package(row: Mapping[str, Any]) -> Package:
    if row.get("channel") == "pypi":
        return Package(name=row["name"], version=row["version"])
    return Package(
        name=row["name"],
        version=row["version"],
        kind="conda",
        build=row.get("build_string") or row.get("build"),
        url=row.get("url"),
        size_bytes=row.get("size") or None,
        sha256=row.get("sha256"),
        cached=row.get("cached"),
    )
