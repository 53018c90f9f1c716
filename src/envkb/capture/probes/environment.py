"""One Python environment: the model's value, and the facts about interpreter, prefix and managers.

Read from `kb:environment` (its shape stands in `envkb.capture.collect.environment`), `kb:target`, `kb:config-files`,
`kb:variables`, `kb:locks` and `kb:managers`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import JsonValue

from envkb.capture.probes.environment_distributions import Installed, dangling, installed
from envkb.capture.probes.environment_json import mapping, text, why_missing
from envkb.capture.probes.environment_libraries import native_libraries
from envkb.capture.probes.environment_lock import LOCKS, FoundLock, lock_files, lock_for, lock_of
from envkb.capture.probes.environment_managers import evidence, installers, is_mixed, manager_of, manager_version
from envkb.capture.probes.environment_prefix import base_kind, prefix_kind, venv_settings
from envkb.capture.probes.environment_python import implementation, python_values, version
from envkb.capture.probes.environment_settings import CONFIG_FILES, VARIABLES, configuration
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot
from envkb.model.environment import Environment
from envkb.model.fact import Status
from envkb.model.value import Origin

ENVIRONMENT: Final = "kb:environment"
TARGET: Final = "kb:target"
MANAGERS: Final = "kb:managers"

_ACTIVE: Final = ("VIRTUAL_ENV", "CONDA_PREFIX")
# A file tells their version only where it is slow to start them.
_TOLD_BY_COMMAND: Final = ("uv", "pixi", "micromamba")
_NEVER_SILENT: Final = (
    ("python", "version"),
    ("python", "implementation"),
    ("environment", "prefix_kind"),
    ("environment", "manager"),
    ("environment", "distributions"),
)
"""What a reader of every record looks for, so that a reason stands where there is no value."""
_KNOWN_MANAGERS: Final = ("conda", "mamba", "micromamba", "pip", "pixi", "poetry", "uv")


def environment(snapshot: Snapshot) -> Environment:
    """Return the environment that was read.

    Where its interpreter did not start, nothing but the configuration is known: version and kind are null, and no
    distribution is listed. The digest of its lock is left open: it is that of the cleaned attachment.
    """
    told = mapping(snapshot.json(ENVIRONMENT))
    found = installed(told)
    traces = evidence(told, found)
    manager = manager_of(traces)
    interpreter = mapping(told.get("interpreter"))
    return Environment(
        origin=Origin.CAPTURED,
        prefix_kind=_prefix_kind(snapshot, told),
        manager=manager,
        evidence=traces,
        selected_by=_selected_by(snapshot),
        python_version=version(interpreter),
        python_implementation=implementation(interpreter),
        distributions=tuple(entry.settled() for entry in found),
        native_libraries=native_libraries(found, text(told.get("prefix")) or ""),
        settings=configuration(snapshot).settings(),
        lock=lock_of(snapshot, manager),
    )


def found_lock(snapshot: Snapshot) -> FoundLock | None:
    """Return the lock that the environment was made from (see `lock_for`), not yet cleaned; None where none is."""
    told = mapping(snapshot.json(ENVIRONMENT))
    return lock_for(snapshot, manager_of(evidence(told, installed(told))))


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note the facts of the subjects `python`, `environment` and `manager/*`."""
    told = mapping(snapshot.json(ENVIRONMENT))
    if told:
        _note(notes, "python", _python(snapshot, told))
        _note(notes, "environment", _environment(snapshot, told))
        _note_absences(notes)
    _note_files(snapshot, notes)
    _note_managers(snapshot, notes)
    status, reason = (Status.ABSENT, "nothing tells it") if told else why_missing(snapshot.source(ENVIRONMENT))
    for subject, name in _NEVER_SILENT:
        notes.miss(subject, name, status, reason, ENVIRONMENT)


def _python(snapshot: Snapshot, told: Mapping[str, Any]) -> dict[str, JsonValue]:
    values = python_values(mapping(told.get("interpreter")))
    return {**values, "provider": base_kind(told, **_hints(snapshot))}


def _environment(snapshot: Snapshot, told: Mapping[str, Any]) -> dict[str, JsonValue]:
    found = installed(told)
    manager = manager_of(evidence(told, found))
    made_by = manager_version(told, manager)
    shows_base = venv_settings(told.get("pyvenv_cfg")).get("include-system-site-packages")
    sizes = [entry.row.size_bytes for entry in found if entry.row.size_bytes is not None]
    return {
        "prefix_kind": _prefix_kind(snapshot, told),
        "manager": manager,
        "manager_version": made_by[0] if made_by else None,
        "base_packages_visible": None if shows_base is None else shows_base.lower() == "true",
        "externally_managed": told.get("externally_managed") is not None,
        "mixed_installers": is_mixed(told, found) if isinstance(told.get("conda"), dict) else None,
        "installers": [f"{name} {count}" for name, count in installers(found)],
        "distributions": _count(found, "python"),
        "conda_packages": _count(found, "conda") if isinstance(told.get("conda"), dict) else None,
        "distributions_size_bytes": sum(sizes) if sizes else None,
        "editable": [entry.row.name for entry in found if entry.row.origin == "editable"],
        "native_libraries": len(native_libraries(found, text(told.get("prefix")) or "")),
        "problems": sum(bool(entry.problems) for entry in found),
        "dangling_path_files": [f"{file}: {path}" for file, path in dangling(told)],
    }


def _count(found: Sequence[Installed], kind: str) -> int:
    return sum(entry.row.kind == kind for entry in found)


def _note(notes: Observations, subject: str, values: Mapping[str, JsonValue]) -> None:
    for name, value in values.items():
        notes.see(subject, name, value, ENVIRONMENT)


def _note_absences(notes: Observations) -> None:
    """Say of what a reader looks for that it was looked for and is not there."""
    for name in ("editable", "dangling_path_files", "installers"):
        notes.miss("environment", name, Status.ABSENT, "none", ENVIRONMENT)


def _note_files(snapshot: Snapshot, notes: Observations) -> None:
    unreadable = [line for told in configuration(snapshot).unreadable if (line := text(told))]
    for name, values, source in (
        ("configuration_unreadable", unreadable, CONFIG_FILES),
        ("lock_files", lock_files(snapshot), LOCKS),
    ):
        notes.see("environment", name, [*values], source)
        status, reason = (Status.ABSENT, "none") if snapshot.text(source) else why_missing(snapshot.source(source))
        notes.miss("environment", name, status, reason, source)


def _note_managers(snapshot: Snapshot, notes: Observations) -> None:
    if snapshot.text(MANAGERS) is None:
        status, reason = why_missing(snapshot.source(MANAGERS))
        notes.miss("manager", "present", status, reason, MANAGERS)
        return
    found = mapping(snapshot.json(MANAGERS))
    notes.see("manager", "present", [*sorted(found)], MANAGERS)
    notes.miss("manager", "present", Status.ABSENT, f"none of {', '.join(_KNOWN_MANAGERS)} is on PATH", MANAGERS)
    for name in sorted(found):
        entry = mapping(found[name])
        subject = f"manager/{text(name) or 'unnamed'}"
        if name in _TOLD_BY_COMMAND:
            command = f"{name} --version"
            notes.see(subject, "version", _version(name, snapshot.text(command)), command)
        notes.see(subject, "version", text(entry.get("version")), MANAGERS)
        reason = text(entry.get("reason")) or "its version cannot be read"
        notes.miss(subject, "version", Status.NOT_READ, reason, MANAGERS)


def _version(name: str, told: str | None) -> str | None:
    """Return the version in what a manager prints: `uv 0.9.1 (…)`, or the bare version."""
    words = (told or "").split()
    if words[:1] == [name]:
        words = words[1:]
    return text(words[0]) if words and words[0][:1].isdigit() else None


def _prefix_kind(snapshot: Snapshot, told: Mapping[str, Any]) -> str | None:
    return prefix_kind(told, **_hints(snapshot)) if told else None


def _hints(snapshot: Snapshot) -> dict[str, Any]:
    """Return what the host knows about where interpreters come from."""
    debian = snapshot.text("/etc/debian_version") is not None
    return {"debian": debian, "pyenv_root": text(mapping(snapshot.json(VARIABLES)).get("PYENV_ROOT"))}


def _selected_by(snapshot: Snapshot) -> str:
    kind = text(mapping(snapshot.json(TARGET)).get("kind"))
    if kind is None:
        return "not told"
    return kind if kind in _ACTIVE else "kb itself" if kind == "own" else "--python"
