"""What a manager is asked to do: with which tool, what, where."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from envkb.errors import UsageError
from envkb.managers.platforms import this_platform
from envkb.managers.step import Step, exited_well
from envkb.model.edge_case import Phase
from envkb.model.install import Request
from envkb.process import Completed

DEFAULT: Final = "default"
"""Name of the index, or of the channels, that the manager itself is configured with."""

HASH: Final = " --hash="
"""What stands between a requirement and a digest that its archive must have."""


def release(version: str) -> tuple[int, ...]:
    """Return the first two numbers of a version, to compare it with another."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


@dataclass(frozen=True, slots=True)
class Tool:
    """A manager that was found.

    Attributes:
        manager: Its name in `MANAGERS`.
        args: How it is started.
        version: What it says of itself.
    """

    manager: str
    args: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Addresses of the indexes and channels that a request names; a record keeps only the names.

    Attributes:
        indexes: Address by name of package indexes; `pytorch` is the folder of torch's indexes, one a backend.
        channels: Address by name of conda channels.
    """

    indexes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    channels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def index_addresses(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the addresses of package indexes; what is an address already stays.

        Raises:
            UsageError: Some name has no address; the message lists them all.
        """
        names = tuple(names)
        unknown = [name for name in names if "://" not in name and name not in self.indexes]
        if unknown:
            raise UsageError(
                f"no address is known for the package index {', '.join(map(repr, unknown))}",
                hint="give it with --index NAME=URL, or under [indexes] in kb.toml",
            )
        return tuple(self.indexes.get(name, name) for name in names)

    def channel_addresses(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the addresses of conda channels; a name without one stays, since conda tools know channels by name."""
        return tuple(self.channels.get(name, name) for name in names)


@dataclass(frozen=True, slots=True)
class Job:
    """One request, for one tool, at one place.

    Attributes:
        tool: The manager.
        request: What is wanted; names of indexes and channels are looked up in `sources`.
        prefix: Where the environment is to be.
        cache: The folder of the run's own caches; each manager has one below it.
        scratch: A folder for what a manager needs on its way: manifests, temporary files.
        python: The interpreter that an environment of uv or pip is based on; None for managers that bring their own.
        sources: Addresses of what the request names.
        platform: The machine's own platform, in conda's words.
        compile_bytecode: Whether every module is to be compiled at once, whatever the manager does by itself.
    """

    tool: Tool
    request: Request
    prefix: Path
    cache: Path
    scratch: Path
    python: Path | None = None
    sources: Sources = field(default_factory=Sources)
    platform: str = field(default_factory=this_platform)
    compile_bytecode: bool = False

    @property
    def foreign(self) -> str | None:
        """The other platform that the request is for; None where it is for the machine's own."""
        return self.request.platform if self.request.platform != self.platform else None

    def refuse_foreign(self) -> None:
        """Check that the request may be installed: for another platform it can only be resolved.

        Raises:
            UsageError: The request is for another platform.
        """
        if self.foreign is not None:
            raise UsageError(
                f"nothing can be installed for {self.foreign} on {self.platform}, only resolved",
                hint="leave the platform out to install for this machine",
            )

    @property
    def own_cache(self) -> Path:
        """The cache of this manager within the caches of the run."""
        return self.cache / self.tool.manager

    @property
    def interpreter(self) -> str:
        """The Python of the environment."""
        return str(self.prefix / "bin" / "python")

    @property
    def flags(self) -> tuple[str, ...]:
        """The extra flags that the request has for this manager."""
        return tuple(flag for row in self.request.flags if row.manager == self.tool.manager for flag in row.flags)

    def listed(self, name: str, lines: tuple[str, ...]) -> tuple[Path, Mapping[Path, str]]:
        """Return a file of the scratch folder with these lines, and its text for a step to write."""
        path = self.scratch / name
        return path, {path: "".join(f"{line}\n" for line in lines)}

    def wanted(self) -> tuple[tuple[str, ...], Mapping[Path, str]]:
        """Return the arguments of uv and pip that name what is required, and the files that a step has to write.

        Digests of archives (`six==1.17.0 --hash=sha256:…`) are understood in files alone.
        """
        requirements = self.request.requirements
        if not any(HASH in text for text in requirements):
            return ("--", *requirements), {}
        path, files = self.listed("requirements.txt", requirements)
        return ("--require-hashes", "--requirement", str(path)), files

    def step(
        self,
        *args: str,
        phase: Phase,
        env: Mapping[str, str],
        files: Mapping[Path, str] = MappingProxyType({}),
        succeeded: Callable[[Completed], bool] = exited_well,
    ) -> Step:
        """Return a step that runs the tool with these arguments, its temporary files in the scratch folder."""
        return self.program_step((*self.tool.args, *args), phase=phase, env=env, files=files, succeeded=succeeded)

    def program_step(
        self,
        args: tuple[str, ...],
        *,
        phase: Phase,
        env: Mapping[str, str] = MappingProxyType({}),
        files: Mapping[Path, str] = MappingProxyType({}),
        succeeded: Callable[[Completed], bool] = exited_well,
    ) -> Step:
        """Return a step that runs any program, its temporary files in the scratch folder.

        A manager that is killed leaves its temporary files; here they go with the scratch folder.
        """
        common = {"NO_COLOR": "1", "TMPDIR": str(self.scratch)}
        return Step(self.tool.manager, args, phase, MappingProxyType({**common, **env}), self.scratch, files, succeeded)
