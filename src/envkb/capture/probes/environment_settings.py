"""The configuration that the package managers really use, with the file or variable each value came from."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from envkb.capture.probes.environment_formats import READERS, Told, UnreadableConfigError, flatten
from envkb.capture.probes.environment_json import mapping, rows, text
from envkb.capture.probes.environment_setting_names import CONDA, PIP, PIXI, UV, UV_PROJECT, UV_VARIABLES
from envkb.capture.snapshot import Snapshot
from envkb.model.environment import Setting

CONFIG_FILES: Final = "kb:config-files"
VARIABLES: Final = "kb:variables"

# pip lets the section of a command win over [global], whichever file each stands in.
_PIP_SECTIONS: Final = ("global", "install")


_Tree = tuple[str, Mapping[str, Any]]  # a file's path, and what it says


class Configuration:
    """What files and variables say, the weakest first; what is said last counts.

    Attributes:
        unreadable: One line for every file that its tool could not read either.
    """

    def __init__(self) -> None:
        """Start with nothing said."""
        self.unreadable: list[str] = []
        self._told: dict[tuple[str, str], tuple[Told, str]] = {}

    def say(self, tool: str, name: str, value: Told, source: str) -> None:
        """Take a value; uv and conda put lists of several files together, the strongest first."""
        if value in ("", []):
            return
        before = self._told.get((tool, name))
        if before and tool in ("uv", "conda") and isinstance(before[0], list):
            said = value if isinstance(value, list) else value.replace(",", " ").split()
            more = [item for item in before[0] if item not in said]
            if more:
                value, source = [*said, *more], f"{source}, {before[1]}"
        self._told[tool, name] = (value, source)

    def settings(self) -> tuple[Setting, ...]:
        """Return the effective settings, sorted by tool and name."""
        return tuple(
            Setting(tool=tool, name=clean, value=told, source=text(source) or VARIABLES)
            for (tool, name), (value, source) in sorted(self._told.items())
            if (told := text(value if isinstance(value, str) else " ".join(value))) and (clean := text(name))
        )


def configuration(snapshot: Snapshot) -> Configuration:
    """Read the configuration of the managers, and the environment variables that matter."""
    told = Configuration()
    variables = {name: value for name, value in mapping(snapshot.json(VARIABLES)).items() if isinstance(value, str)}
    files = mapping(snapshot.json(CONFIG_FILES))
    for tool in READERS:
        trees = list(_read(tool, files.get(tool), variables, told))
        for path, name, value in _pip_settings(trees) if tool == "pip" else _settings(tool, trees):
            told.say(tool, name, value, path)
    for name, value in variables.items():
        tool, setting = _named_by(name)
        told.say(tool, setting, value, "environment" if tool == "environment" else name)
    return told


def _read(tool: str, entries: object, variables: Mapping[str, str], told: Configuration) -> Iterator[_Tree]:
    paths = [path for entry in rows(entries) if (path := text(entry.get("path")))]
    for entry in rows(entries):
        path, content = text(entry.get("path")), entry.get("text")
        if path is None or not _counts(tool, path, variables):
            continue
        if not isinstance(content, str):
            told.unreadable.append(f"{path}: {text(entry.get('reason')) or 'not read'}")
            continue
        try:
            tree = READERS[tool](content)
        except UnreadableConfigError as error:
            told.unreadable.append(f"{path}: {error}")
            continue
        if path.endswith("/pyproject.toml"):
            tree = mapping(mapping(tree.get("tool")).get(tool))
            if tool == "pixi":
                tree = {"workspace": tree.get("project"), **tree}
            if tool == "uv" and path.replace("pyproject.toml", "uv.toml") in paths:
                tree = {name: value for name, value in tree.items() if name in UV_PROJECT}
        yield path, tree


def _counts(tool: str, path: str, variables: Mapping[str, str]) -> bool:
    """Say whether a tool reads one of its usual files, now that a variable may name another."""
    if tool == "pip" and (stated := variables.get("PIP_CONFIG_FILE")):
        # pip then leaves out the user's own files, and every file for the null device.
        return stated != "/dev/null" and (path == stated or path.startswith(("/etc/", "/Library/")))
    if tool == "uv" and variables.get("UV_NO_CONFIG", "0").lower() not in ("0", "false", ""):
        return False
    if tool == "uv" and (stated := variables.get("UV_CONFIG_FILE")):
        return path == stated
    return True


def _settings(tool: str, trees: list[_Tree]) -> Iterator[tuple[str, str, Told]]:
    known = {"uv": UV, "conda": CONDA, "pixi": PIXI}[tool]
    for path, tree in trees:
        for name, value in tree.items():
            spelled = str(name) if tool == "conda" else str(name).replace("_", "-")
            if spelled in known:
                yield from ((path, setting, told) for setting, told in flatten(spelled, value))


def _pip_settings(trees: list[_Tree]) -> Iterator[tuple[str, str, Told]]:
    for section in _PIP_SECTIONS:
        for path, tree in trees:
            yield from ((path, name, value) for name, value in tree.get(section, {}).items() if name in PIP)
    for path, tree in trees:
        for section in tree.keys() - set(_PIP_SECTIONS):
            yield from ((path, f"{section}.{name}", value) for name, value in tree[section].items() if name in PIP)


def _named_by(variable: str) -> tuple[str, str]:
    """Return the tool and the setting that a variable stands for; else it stands for itself."""
    name = variable.partition("_")[2].lower()
    dashed = name.replace("_", "-")
    if variable.startswith("PIP_") and dashed in PIP:
        return "pip", dashed
    if variable.startswith("UV_") and (dashed in UV or dashed in UV_VARIABLES):
        return "uv", dashed
    if variable.startswith("CONDA_") and name in CONDA:
        return "conda", name
    return "environment", variable
