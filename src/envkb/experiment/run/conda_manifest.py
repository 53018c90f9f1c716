"""What an environment.yml and a pixi manifest ask for, in words that belong to no manager."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.run.direct import direct_requirement
from envkb.experiment.run.requirement import named
from envkb.experiment.run.requirement_files import read_lines
from envkb.experiment.run.wanted import Wanted, read_text, table_of, texts_of
from envkb.managers import DEFAULT
from envkb.managers.conda_specs import CONDA_NAMES
from envkb.managers.platforms import this_platform

_SPEC: Final = re.compile(r"(?:(?P<channel>[^\s\[\]]+)::)?(?P<name>[A-Za-z0-9_][\w.-]*)\s*(?P<rest>.*)")
_EXACT: Final = re.compile(r"(?P<equals>={0,2})\s*(?P<version>[0-9][\w.+!]*?)(?P<any>\.\*|\*)?(?P<build>[ =]\S+)?")
_MINOR: Final = re.compile(r"[0-9]+\.[0-9]+(\.[0-9]+)?")
_NO_CHANNEL: Final = "nodefaults"
_DISTRIBUTIONS: Final = {conda: name for name, conda in reversed(tuple(CONDA_NAMES.items()))}


@dataclass
class _Gathered:
    """What a manifest asks for, while it is read."""

    path: Path
    channels: list[str]
    requirements: list[str] = field(default_factory=list)
    python: str | None = None
    pythons_allowed: str | None = None

    def conda(self, name: str, rest: str, channel: str | None = None) -> None:
        """Take in one conda spec."""
        if channel is not None and channel not in self.channels:
            self.channels.append(channel)
        version = _version(f"{name} {rest}".strip(), rest.strip(), self.path)
        if name == "python":
            self._interpreter(version)
        elif name != "pip":  # every manager brings its own way to install
            requirement = _DISTRIBUTIONS.get(name.lower(), name) + version
            if named(requirement) is None:
                raise _unsayable(f"{name} {rest}".strip(), self.path)
            self.requirements.append(requirement)

    def _interpreter(self, version: str) -> None:
        number = version.removeprefix("==").removesuffix(".*")
        if version.startswith("==") and _MINOR.fullmatch(number):
            self.python = number
        else:
            self.pythons_allowed = version or None

    def wanted(self) -> Wanted:
        return Wanted(
            tuple(self.requirements),
            channels=tuple(channel for channel in self.channels if channel != _NO_CHANNEL),
            python=self.python,
            pythons_allowed=self.pythons_allowed,
            source=self.path,
        )


def read_environment_yml(path: Path) -> Wanted:
    """Return what an environment.yml asks for.

    Raises:
        UsageError: It asks for what cannot be said to every manager.
        InvalidDataError: It cannot be read.
    """
    import yaml  # noqa: PLC0415 - slow, and few runs read YAML

    try:
        told = yaml.safe_load(read_text(path))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidDataError(f"{path}: no YAML: {' '.join(str(error).split())}") from error
    needs = told.get("dependencies") if isinstance(told, Mapping) else None
    if not isinstance(needs, list) or not needs:
        raise InvalidDataError(f"{path} has no list of dependencies", hint="name what is to be installed")
    gathered = _Gathered(path, list(texts_of(told, "channels", path)))
    parts = [_yml_need(gathered, need) for need in needs]
    notes = ("variables are not set: kb activates no environment",) if told.get("variables") else ()
    found = gathered.wanted()
    pip = [part for part in parts if part is not None]
    return replace(
        found,
        requirements=(*found.requirements, *(text for part in pip for text in part.requirements)),
        constraints=tuple(text for part in pip for text in part.constraints),
        indexes=tuple(text for part in pip for text in part.indexes),
        notes=tuple(f"{path.name}: {note}" for note in notes),
    )


def _yml_need(gathered: _Gathered, need: object) -> Wanted | None:
    if isinstance(need, str):
        match = _SPEC.fullmatch(need.strip())
        if match is None:
            raise _unsayable(need, gathered.path)
        gathered.conda(match["name"], match["rest"], match["channel"])
        return None
    if isinstance(need, Mapping) and set(need) == {"pip"}:
        return read_lines(list(texts_of(need, "pip", gathered.path)), gathered.path)
    raise InvalidDataError(f"{gathered.path}: the dependency {need!r} cannot be read", hint="write numpy=2.4")


def read_pixi(path: Path, told: Mapping[str, Any]) -> Wanted:
    """Return what the default environment of a pixi manifest asks for on this machine.

    Args:
        path: The file.
        told: Its tables; those below `tool.pixi` where it is a pyproject.toml.

    Raises:
        UsageError: It asks for what cannot be said to every manager.
        InvalidDataError: It cannot be read.
    """
    workspace = table_of(told, "workspace", path) or table_of(told, "project", path)
    gathered = _Gathered(path, list(_channels(workspace.get("channels"), path)))
    system = this_platform().partition("-")[0]
    targets = table_of(told, "target", path)
    places = [told, *(table_of(targets, name, path) for name in ("unix", system, this_platform()))]
    conda = {name: spec for place in places for name, spec in table_of(place, "dependencies", path).items()}
    pypi = {name: spec for place in places for name, spec in table_of(place, "pypi-dependencies", path).items()}
    for name, spec in conda.items():
        _pixi_need(gathered, name, spec)
    gathered.requirements += [direct_requirement(name, spec, path) for name, spec in pypi.items()]
    return replace(gathered.wanted(), indexes=_indexes(table_of(told, "pypi-options", path), path))


def _pixi_need(gathered: _Gathered, name: str, spec: object) -> None:
    parts = {"version": spec} if isinstance(spec, str) else spec
    if not isinstance(parts, Mapping) or set(parts) - {"version", "channel"}:
        raise _unsayable(f"{name} = {spec!r}", gathered.path)
    version, channel = parts.get("version", "*"), parts.get("channel")
    if not isinstance(version, str) or not isinstance(channel, str | None):
        raise InvalidDataError(f"{gathered.path}: the dependency {name} cannot be read", hint='write name = ">=2,<3"')
    gathered.conda(name, version, channel)


def _indexes(options: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    extra = texts_of(options, "extra-index-urls", path)
    index = options.get("index-url")
    if index is not None and not isinstance(index, str):
        raise InvalidDataError(f"{path}: index-url is no text")
    return (*extra, index or DEFAULT) if extra or index else ()


def _version(spec: str, rest: str, path: Path) -> str:
    """Return `==1.26.*` for `=1.26`: conda's single `=` takes every build of that version."""
    if rest in ("", "*", "=*"):
        return ""
    if any(sign in rest for sign in "|[") or rest[0] not in "<>=!~0123456789":
        raise _unsayable(spec, path)
    exact = _EXACT.fullmatch(rest)
    if exact is None:
        return "".join(rest.split())
    if exact["build"]:
        raise _unsayable(spec, path)
    return f"=={exact['version']}" + (".*" if exact["any"] or exact["equals"] == "=" else "")


def _unsayable(spec: str, path: Path) -> UsageError:
    return UsageError(
        f"{path}: {spec!r} cannot be said to every manager",
        hint="name a package and versions of it alone, such as numpy>=2,<3; no build, and nothing behind |",
    )


def _channels(told: object, path: Path) -> Iterator[str]:
    rows = told if isinstance(told, list) else ()
    for row in rows:
        name = row.get("channel") if isinstance(row, Mapping) else row
        if not isinstance(name, str):
            raise InvalidDataError(f"{path}: channels are no list of texts")
        yield name
