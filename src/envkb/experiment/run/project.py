"""What a project asks for, as requirements that name no manager."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.run.conda_manifest import read_environment_yml, read_pixi
from envkb.experiment.run.direct import direct_requirement
from envkb.experiment.run.requirement import named
from envkb.experiment.run.requirement_files import read_requirements
from envkb.experiment.run.torch_source import is_build_of_torch, torch_builds
from envkb.experiment.run.wanted import Wanted, read_text, table_of, texts_of
from envkb.managers import DEFAULT

_AS_FOLDER: Final = "name its folder as a requirement instead (kb run ./FOLDER): then its own build tells them"


def read_project(place: Path) -> Wanted:
    """Return what a project asks for: its pixi.toml, environment.yml, pyproject.toml or requirements.txt.

    A `uv.lock` beside pyproject.toml holds the versions, as constraints. Where there are several of these files, the
    first one of this order is taken, and a note says so.

    Args:
        place: The folder, or one of these files.

    Raises:
        UsageError: The folder has none of them, or one asks for what cannot be said to every manager.
        InvalidDataError: What it has cannot be read.
    """
    if place.is_file():
        read = _PROJECTS.get(place.name) or (
            _PROJECTS["environment.yml"] if place.suffix in (".yml", ".yaml") else None
        )
        if read is None:
            raise UsageError(f"{place} is no project", hint=f"name a folder, or one of {', '.join(_PROJECTS)}")
        return read(place)
    found = [name for name in _PROJECTS if (place / name).is_file()]
    # Many projects have a pyproject.toml that only configures tools.
    if "pyproject.toml" in found and not _asks(_toml(place / "pyproject.toml")):
        found.remove("pyproject.toml")
    if not found:
        raise UsageError(f"{place} holds no project", hint=f"it needs one of {', '.join(_PROJECTS)}")
    wanted = _PROJECTS[found[0]](place / found[0])
    beside = f"{found[0]} is read, {', '.join(found[1:])} beside it not: --project FILE takes another"
    return replace(wanted, notes=(*wanted.notes, beside)) if found[1:] else wanted


def _asks(told: Mapping[str, Any]) -> bool:
    tools = told.get("tool")
    return "project" in told or (isinstance(tools, Mapping) and ("poetry" in tools or "pixi" in tools))


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InvalidDataError(f"{path}: no TOML: {error}") from error


def _pyproject(path: Path) -> Wanted:
    told = _toml(path)
    project, tools = table_of(told, "project", path), table_of(told, "tool", path)
    if "pixi" in tools:
        found = read_pixi(path, table_of(tools, "pixi", path))
        found = replace(found, requirements=(*_needs(project, path), *found.requirements))
    else:
        found = Wanted(_needs(project, path), source=path)
    if not found.requirements:
        raise _nothing(project, tools, path)
    uv = table_of(tools, "uv", path)
    sources = table_of(uv, "sources", path)
    allowed = ",".join(filter(None, (found.pythons_allowed, project.get("requires-python"))))
    return replace(
        found,
        requirements=tuple(_from_its_source(text, sources, path) for text in found.requirements),
        constraints=(*texts_of(uv, "constraint-dependencies", path), *_locked(path.with_name("uv.lock"))),
        indexes=found.indexes or _indexes(uv, path),
        pythons_allowed=allowed or None,
        torch_builds=torch_builds(_of_required(sources, found.requirements), _index_rows(uv, path)),
    )


def _needs(project: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    needs = texts_of(project, "dependencies", path)
    wrong = next((text for text in needs if named(text) is None), None)
    if wrong is not None:
        raise InvalidDataError(f"{path}: project.dependencies: {wrong!r} is no requirement", hint="write numpy>=2")
    return needs


def _nothing(project: Mapping[str, Any], tools: Mapping[str, Any], path: Path) -> InvalidDataError:
    if "dependencies" in (project.get("dynamic") or ()):
        return InvalidDataError(f"{path}: its dependencies are dynamic", hint=_AS_FOLDER)
    if "poetry" in tools:
        return InvalidDataError(f"{path}: its dependencies stand in poetry's own table", hint=_AS_FOLDER)
    return InvalidDataError(f"{path} has no project.dependencies", hint="name what is to be installed")


def _from_its_source(text: str, sources: Mapping[str, Any], path: Path) -> str:
    """Return a requirement with the address that tool.uv.sources has for it."""
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - start-up

    requirement = named(text)
    assert requirement is not None  # noqa: S101 - all were checked
    name = canonicalize_name(requirement.name)
    spec = next((spec for known, spec in sources.items() if canonicalize_name(known) == name), None)
    # A torch backend says the same to every manager.
    if spec is None or is_build_of_torch(name, spec):
        return text
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    rows = spec if isinstance(spec, list) else [spec]
    if len(rows) != 1:
        raise UsageError(f"{path}: tool.uv.sources has several places for {name}", hint="name one yourself")
    found = direct_requirement(name + extras, rows[0], path)
    return f"{found} ; {requirement.marker}" if requirement.marker else found


def _of_required(sources: Mapping[str, Any], requirements: Sequence[str]) -> dict[str, Any]:
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - start-up

    required = {canonicalize_name(one.name) for one in map(named, requirements) if one is not None}
    return {name: spec for name, spec in sources.items() if canonicalize_name(name) in required}


def _index_rows(uv: Mapping[str, Any], path: Path) -> list[Mapping[str, Any]]:
    rows = uv.get("index", [])
    if not isinstance(rows, list) or not all(
        isinstance(row, Mapping) and isinstance(row.get("url"), str) for row in rows
    ):
        raise InvalidDataError(f"{path}: tool.uv.index is no list of tables with a url")
    return rows


def _indexes(uv: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    # What is explicit counts for the sources alone that name it.
    taken = [row for row in _index_rows(uv, path) if not row.get("explicit")]
    named_rows = [f"{row['name']}={row['url']}" if row.get("name") else str(row["url"]) for row in taken]
    if not taken:
        return ()
    instead = [text for text, row in zip(named_rows, taken, strict=True) if row.get("default")]
    return (*(text for text in named_rows if text not in instead), *(instead or [DEFAULT]))


def _locked(lock: Path) -> Iterator[str]:
    if not lock.is_file():
        return
    packages = _toml(lock).get("package")
    for row in packages if isinstance(packages, list) else []:
        source = row.get("source") if isinstance(row, Mapping) else None
        # The project itself, and what lies in a folder, has no version to hold on to.
        if isinstance(source, Mapping) and "registry" in source and row.get("name") and row.get("version"):
            # A package may be there twice, for different platforms or versions of Python.
            markers = " or ".join(f"({marker})" for marker in row.get("resolution-markers") or ())
            yield f"{row['name']}=={row['version']}" + (f" ; {markers}" if markers else "")


def _pixi_toml(path: Path) -> Wanted:
    return read_pixi(path, _toml(path))


_PROJECTS: Final[Mapping[str, Callable[[Path], Wanted]]] = {
    "pixi.toml": _pixi_toml,
    "environment.yml": read_environment_yml,
    "environment.yaml": read_environment_yml,
    "pyproject.toml": _pyproject,
    "requirements.txt": lambda path: read_requirements(path, path.parent),
}
