"""The installed distributions and conda packages of one prefix, each once, with what is wrong with it."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from envkb.capture.probes.environment_conda import CondaPackage, conda_packages
from envkb.capture.probes.environment_json import flag, mapping, rows, size, text, texts
from envkb.capture.probes.environment_origins import origin
from envkb.model.environment import Distribution

# uv marks all that it installs, dependencies too, so that its mark tells nothing (uv 0.13).
_MARKING_ALL: Final = ("uv", "uv-pixi")
_SEPARATORS: Final = r"[-_.]+"


@dataclass(slots=True)
class Installed:
    """One thing that is installed, while it is read.

    Attributes:
        row: What a record keeps of it.
        folder: Its metadata folder, by name; empty for a conda package without one.
        role: `own` for the prefix's own folders, `base` or `user` for others that the interpreter looks into.
        site: The folder of packages it lies in; empty for conda packages.
        libraries: Paths of the shared libraries that matter among its files.
        problems: What is wrong with it.
    """

    row: Distribution
    folder: str = ""
    role: str = "own"
    site: str = ""
    libraries: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)

    def settled(self) -> Distribution:
        """Return the row with its problems in it."""
        return self.row.model_copy(update={"problem": "; ".join(self.problems)}) if self.problems else self.row


def normalized(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it.

    It is `packaging.utils.canonicalize_name`, whose import costs more than reading a large environment.
    """
    return re.sub(_SEPARATORS, "-", name).lower()


def installed(told: Mapping[str, Any]) -> list[Installed]:
    """Return everything installed that `kb:environment` tells of, sorted by name, version and kind.

    A Python distribution that came with a conda package is one row of both.
    """
    packages = conda_packages(told)
    found = [entry for row in rows(told.get("distributions")) if (entry := _python(row, told))]
    _note_path_files(found, told)
    for entry, package in _pairs(found, packages):
        entry.row = entry.row.model_copy(update=_told_by(package, entry.row))
        entry.libraries += package.libraries
    found += [_conda(package) for package in packages if not package.paired]
    _note_twins(found, ("own", "user", "base") if told.get("pyvenv_cfg") else ("user", "own", "base"))
    return sorted(found, key=lambda entry: (entry.row.name, entry.row.version or "", entry.row.kind, entry.folder))


def _python(row: Mapping[str, Any], told: Mapping[str, Any]) -> Installed | None:
    folder = text(row.get("dir")) or ""
    name = text(row.get("name")) or text(folder.partition("-")[0].lstrip("~"))
    if name is None:
        return None
    site = _site(row.get("site"), told)
    installer = text(row.get("installer"))
    folder_of_site = text(site.get("path")) or ""
    came = origin(row.get("direct_url"), text(row.get("egg_link")), installer)
    entry = Installed(
        Distribution(
            name=normalized(name),
            version=text(row.get("version")),
            kind="python",
            installer=installer,
            origin=came.kind,
            origin_detail=came.detail,
            requested=_requested(row, installer),
            wheel_tags=texts(row.get("tags")),
            conda_build=None,
            size_bytes=size(row.get("size_bytes")),
            content_sha256=text(row.get("content_sha256")),
            problem=None,
        ),
        folder=folder,
        role=text(site.get("role")) or "own",
        site=folder_of_site,
        libraries=tuple(posixpath.normpath(posixpath.join(folder_of_site, path)) for path in texts(row.get("notable"))),
    )
    entry.problems += _problems(row, entry, came.problem)
    return entry


def _requested(row: Mapping[str, Any], installer: str | None) -> bool | None:
    if installer in _MARKING_ALL:
        return None
    asked = flag(row.get("requested"))
    # Where pip leaves no mark, nobody asked; others may never leave one.
    return False if asked is None and installer == "pip" else asked


def _problems(row: Mapping[str, Any], entry: Installed, of_origin: str | None) -> Iterator[str]:
    if problem := text(row.get("problem")):
        says = text(row.get("version_of_dir"))
        yield f"{problem}; its folder says {says}" if says and entry.row.version is None else problem
    elif entry.row.version is None and not entry.folder.endswith(".egg-link"):
        yield "its metadata has no version"
    if entry.folder.startswith("~"):
        yield f"left over from an interrupted uninstall ({entry.folder})"
    if of_origin:
        yield of_origin


def _site(index: object, told: Mapping[str, Any]) -> Mapping[str, Any]:
    sites = told.get("sites")
    number = size(index)
    return mapping(sites[number]) if isinstance(sites, list) and number is not None and number < len(sites) else {}


def _pairs(found: Sequence[Installed], packages: Sequence[CondaPackage]) -> Iterator[tuple[Installed, CondaPackage]]:
    """Yield what conda and Python both tell of; a package's list of files decides, else name and version do."""
    by_folder = {folder: package for package in packages for folder in package.folders}
    by_name = {(normalized(package.name), package.version): package for package in packages if not package.folders}
    for entry in found:
        if entry.role != "own":
            continue
        package = by_folder.get(entry.folder)
        if package is None and entry.row.installer in (None, "conda"):
            package = by_name.get((entry.row.name, entry.row.version))
        if package is not None:
            package.paired = True
            yield entry, package


def _told_by(package: CondaPackage, row: Distribution) -> dict[str, Any]:
    return {
        "installer": row.installer or "conda",
        "origin": "conda",
        "origin_detail": package.detail,
        "requested": package.requested,
        "conda_build": package.build,
        "size_bytes": row.size_bytes if row.size_bytes is not None else package.size_bytes,
    }


def _conda(package: CondaPackage) -> Installed:
    row = Distribution(
        name=package.name,
        version=package.version,
        kind="conda",
        installer="conda",
        origin="conda",
        origin_detail=package.detail,
        requested=package.requested,
        wheel_tags=(),
        conda_build=package.build,
        size_bytes=package.size_bytes,
        content_sha256=None,
        problem=None,
    )
    entry = Installed(row, libraries=package.libraries, problems=[package.problem] if package.problem else [])
    if package.folders:
        entry.problems.append(f"what it brought was replaced or removed: {', '.join(package.folders)} is not there")
    return entry


def _note_path_files(found: Sequence[Installed], told: Mapping[str, Any]) -> None:
    """Say of an editable distribution that the folder it points to is gone."""
    for file, path in dangling(told):
        # `_NAME.pth` or `__editable__.NAME-VERSION.pth`, by whoever built it.
        stem = normalized(file.removesuffix(".pth")).strip("-").removeprefix("editable-")
        for entry in found:
            name = entry.row.name
            if entry.row.origin == "editable" and stem in (name, f"{name}-{normalized(entry.row.version or '')}"):
                entry.problems.append(f"{path} does not exist ({file})")


def dangling(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the lines of `.pth` files that point to nothing: the file's name, and the path."""
    return [
        (file, path)
        for row in rows(told.get("path_files"))
        if (file := text(row.get("file")))
        for line in rows(row.get("paths"))
        if line.get("exists") is False and (path := text(line.get("path")))
    ]


def _note_twins(found: Sequence[Installed], order: Sequence[str]) -> None:
    """Say of each version of one distribution that there is another: beside it, or where Python looks first."""
    by_name: dict[tuple[str, str], list[Installed]] = {}
    for entry in found:
        if not entry.folder.startswith("~"):
            by_name.setdefault((entry.row.kind, entry.row.name), []).append(entry)
    for entries in by_name.values():
        if len(entries) == 1:
            continue
        first = min(entries, key=lambda entry: order.index(entry.role) if entry.role in order else len(order))
        for entry in entries:
            beside = [_told(other) for other in entries if other is not entry and other.site == entry.site]
            if beside:
                entry.problems.append(f"another one of this name lies beside it: {', '.join(beside)}")
            elif entry is not first:
                entry.problems.append(f"hidden by {_told(first)}, which is found first")


def _told(entry: Installed) -> str:
    return f"{entry.row.version or 'of unknown version'} ({entry.folder or entry.row.conda_build or 'conda'})"
