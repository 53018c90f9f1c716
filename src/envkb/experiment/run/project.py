"""What a requirements file or a project asks for, as requirements that name no manager."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from envkb.errors import InvalidDataError, UsageError

_MAX_BYTES: Final = 16 * 1024 * 1024
_MOST_FILES: Final = 50
_COMMENT: Final = re.compile(r"(^|\s)#.*$")
_OPTION: Final = re.compile(r"(-{1,2}[A-Za-z-]+)(?:[= ]\s*(.*))?")
_CONDA: Final = re.compile(r"(?:[\w.-]+::)?([A-Za-z0-9_.-]+)\s*(.*)")
_CONDA_VERSION: Final = re.compile(r"=?\s*([0-9][\w.*+!]*)(?:=\S+)?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes:
        requirements: PEP 508 requirements.
        constraints: Constraints.
        indexes: Addresses of package indexes.
        channels: Conda channels.
        python: The Python version; None where none is asked for.
    """

    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    python: str | None = None


def read_requirements(path: Path) -> Wanted:
    """Return what a requirements file asks for, with the files that it names.

    Raises:
        UsageError: There is no such file, or it asks for something that only pip itself understands.
        InvalidDataError: It cannot be read.
    """
    found: dict[str, list[str]] = {"requirements": [], "constraints": [], "indexes": []}
    _read_into(found, path, "requirements", set())
    return Wanted(tuple(found["requirements"]), tuple(found["constraints"]), tuple(found["indexes"]))


def read_project(folder: Path) -> Wanted:
    """Return what a project asks for: its pixi.toml, environment.yml, pyproject.toml or requirements.txt.

    A `uv.lock` beside pyproject.toml holds the versions, as constraints.

    Raises:
        UsageError: The folder has none of them.
        InvalidDataError: What it has cannot be read.
    """
    for name, read in _PROJECTS.items():
        if (folder / name).is_file():
            return read(folder / name)
    raise UsageError(f"{folder} holds no project", hint=f"it needs one of {', '.join(_PROJECTS)}")


def _read_into(found: dict[str, list[str]], path: Path, kind: str, seen: set[Path]) -> None:
    if path in seen or len(seen) >= _MOST_FILES:
        return
    seen.add(path)
    for number, line in enumerate(_lines(path), start=1):
        option = _OPTION.fullmatch(line) if line.startswith("-") else None
        if option is None:
            found[kind].append(line.partition(" --hash")[0].strip())
            continue
        name, value = option[1], (option[2] or "").strip()
        if name in ("-r", "--requirement", "-c", "--constraint") and value:
            other = "constraints" if name in ("-c", "--constraint") else kind
            _read_into(found, path.parent / value, other, seen)
        elif name in ("-i", "--index-url", "--extra-index-url") and value:
            found["indexes"].append(value)
        else:
            raise UsageError(
                f"{path.name}, line {number}: {name} is not understood",
                hint="give it with --flag pip=…, or leave it out",
            )


def _lines(path: Path) -> Iterator[str]:
    for line in _text(path).replace("\\\n", " ").splitlines():
        text = _COMMENT.sub("", line).strip()
        if text:
            yield text


def _text(path: Path) -> str:
    if not path.is_file():
        raise UsageError(f"there is no file {path}", hint="check the path")
    if path.stat().st_size > _MAX_BYTES:
        raise InvalidDataError(f"{path} is too long to be read")
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDataError(f"{path}: byte {error.start} is not UTF-8") from error


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InvalidDataError(f"{path}: no TOML: {error}") from error


def _pyproject(path: Path) -> Wanted:
    told = _toml(path).get("project")
    needs = told.get("dependencies") if isinstance(told, Mapping) else None
    if not isinstance(needs, list) or not needs:
        raise InvalidDataError(f"{path} has no project.dependencies", hint="name what is to be installed")
    lock = path.with_name("uv.lock")
    return Wanted(tuple(map(str, needs)), constraints=tuple(_locked(lock)) if lock.is_file() else ())


def _locked(lock: Path) -> Iterator[str]:
    packages = _toml(lock).get("package")
    rows = packages if isinstance(packages, list) else []
    for row in rows:
        source = row.get("source") if isinstance(row, Mapping) else None
        # The project itself, and what lies in a folder, has no version to hold on to.
        if isinstance(source, Mapping) and "registry" in source and row.get("name") and row.get("version"):
            yield f"{row['name']}=={row['version']}"


def _pixi(path: Path) -> Wanted:
    told = _toml(path)
    workspace = told.get("workspace") or told.get("project") or {}
    needs = {str(name): spec for name, spec in (told.get("dependencies") or {}).items()}
    python = needs.pop("python", None)
    needs |= {str(name): spec for name, spec in (told.get("pypi-dependencies") or {}).items()}
    requirements = tuple(_pixi_requirement(name, spec, path) for name, spec in needs.items())
    channels = tuple(str(channel) for channel in workspace.get("channels", ()))
    return Wanted(requirements, channels=channels, python=_python(str(python)) if python else None)


def _pixi_requirement(name: str, spec: object, path: Path) -> str:
    version = spec.get("version", "*") if isinstance(spec, Mapping) else spec
    if not isinstance(version, str):
        raise InvalidDataError(f"{path}: the requirement of {name} cannot be read")
    return name if version == "*" else _conda_requirement(f"{name} {version}")


def _environment_yml(path: Path) -> Wanted:
    import yaml  # noqa: PLC0415 - slow, and few runs read YAML

    try:
        told = yaml.safe_load(_text(path))
    except yaml.YAMLError as error:
        raise InvalidDataError(f"{path}: no YAML: {' '.join(str(error).split())}") from error
    needs = told.get("dependencies") if isinstance(told, Mapping) else None
    if not isinstance(needs, list):
        raise InvalidDataError(f"{path} has no dependencies")
    conda = [need for need in needs if isinstance(need, str)]
    pip = [str(need) for row in needs if isinstance(row, Mapping) for need in row.get("pip") or ()]
    pythons = [need for need in conda if _CONDA.fullmatch(need) and re.match(r"python\b(?![-_])", need)]
    requirements = [_conda_requirement(need) for need in conda if need not in [*pythons, "pip"]]
    channels = tuple(str(channel) for channel in told.get("channels") or ())
    python = _python(pythons[0].removeprefix("python")) if pythons else None
    return Wanted((*requirements, *pip), channels=channels, python=python)


def _conda_requirement(spec: str) -> str:
    """Return `numpy=1.26` as `numpy==1.26.*`: conda's single `=` takes every build of that version."""
    match = _CONDA.fullmatch(spec.strip())
    if match is None:
        raise InvalidDataError(f"the conda requirement {spec!r} cannot be read")
    name, rest = match[1], match[2].strip()
    if not rest:
        return name
    exact = rest.startswith("==")
    version = _CONDA_VERSION.fullmatch(rest.removeprefix("=")) if exact or rest[0] in "=0123456789" else None
    if version is None:
        return f"{name}{rest.replace(' ', '')}"
    number = version[1]
    return f"{name}=={number}" if exact or number.endswith("*") else f"{name}=={number}.*"


def _python(text: str) -> str | None:
    match = re.search(r"\d+\.\d+(?:\.\d+)?", text)
    return match[0] if match else None


_PROJECTS: Final = {
    "pixi.toml": _pixi,
    "environment.yml": _environment_yml,
    "environment.yaml": _environment_yml,
    "pyproject.toml": _pyproject,
    "requirements.txt": read_requirements,
}
