"""The lock that was found beside the project an environment belongs to."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from envkb.capture.probes.environment_json import rows, text, why_missing
from envkb.capture.snapshot import Snapshot
from envkb.model.environment import Lock
from envkb.model.fact import Status

LOCKS: Final = "kb:locks"

_FORMATS: Final = {
    "uv.lock": "uv.lock",
    "pylock.toml": "pylock.toml",
    "pixi.lock": "pixi.lock",
    "poetry.lock": "poetry.lock",
    "pdm.lock": "pdm.lock",
    "Pipfile.lock": "Pipfile.lock",
    "conda-lock.yml": "conda-lock",
    "requirements.txt": "requirements",
}
# The formats that a manager installs from, the strictest first.
_CONDA: Final = ("conda-lock", "conda-explicit")
_READS: Final[Mapping[str, tuple[str, ...]]] = {
    "uv": ("uv.lock", "pylock.toml", "requirements"),
    "pip": ("pylock.toml", "requirements"),
    "conda": _CONDA,
    "mamba": _CONDA,
    "micromamba": _CONDA,
    "pixi": ("pixi.lock",),
    "poetry": ("poetry.lock",),
    "pdm": ("pdm.lock", "pylock.toml"),
    "pipenv": ("Pipfile.lock",),
}


class FoundLock(NamedTuple):
    """A lock found beside the project.

    Attributes:
        name: Its file name.
        format: Its format, as `Lock.format` has it.
        text: Its whole text, not yet cleaned.
    """

    name: str
    format: str
    text: str


def lock_for(snapshot: Snapshot, manager: str | None) -> FoundLock | None:
    """Return the lock that the environment was made from, as far as places and names tell.

    A lock in the working directory counts only in a format of the environment's manager: the folder may belong to
    another environment. A requirements.txt is a lock where it pins everything.

    Args:
        snapshot: What was collected.
        manager: The manager of the environment; None where it is not known.
    """
    if manager is not None and manager not in _READS:
        return None
    wanted = _READS[manager] if manager else tuple(dict.fromkeys(name for names in _READS.values() for name in names))
    candidates = [
        (wanted.index(lock.format), place, lock)
        for place, lock in _locks(snapshot)
        if lock.format in wanted and (manager or place == "prefix")
    ]
    # Beside the environment counts for more than in the working directory.
    candidates.sort(key=lambda candidate: (candidate[1] != "prefix", candidate[0], candidate[2].name))
    return candidates[0][2] if candidates else None


def lock_of(snapshot: Snapshot, manager: str | None) -> Lock:
    """Return what a record says of the lock. The digest is left open: it is that of the cleaned attachment."""
    found = lock_for(snapshot, manager)
    if found is not None:
        return Lock(status=Status.OK, reason=None, format=found.format, sha256=None)
    source = snapshot.source(LOCKS)
    if source is None or source.status not in ("ok", "absent"):
        status, reason = why_missing(source)
        return Lock(status=status, reason=reason, format=None, sha256=None)
    names = lock_files(snapshot)
    told = (
        f"none of {manager or 'a known manager'} among {', '.join(names)}"
        if names
        else "no lock file beside the project"
    )
    return Lock(status=Status.ABSENT, reason=told, format=None, sha256=None)


def lock_files(snapshot: Snapshot) -> list[str]:
    """Return the names of all lock and requirement files that were found, sorted."""
    return sorted({name for entry in rows(snapshot.json(LOCKS)) if (name := text(entry.get("name")))})


def _locks(snapshot: Snapshot) -> Iterator[tuple[str, FoundLock]]:
    for entry in rows(snapshot.json(LOCKS)):
        name, content = text(entry.get("name")), entry.get("text")
        if name and isinstance(content, str) and (format_ := _format(name, content)):
            yield text(entry.get("beside")) or "", FoundLock(name, format_, content)


def _format(name: str, content: str) -> str | None:
    if name.startswith("conda-") and name.endswith(".lock"):
        return "conda-explicit" if "\n@EXPLICIT" in f"\n{content}" else None
    format_ = "conda-lock" if name.endswith(".conda-lock.yml") else _FORMATS.get(name)
    if format_ == "requirements" and not _is_pinned(content):
        return None
    return format_


def _is_pinned(requirements: str) -> bool:
    lines = [line.strip() for line in requirements.replace("\\\n", " ").splitlines()]
    named = [line for line in lines if line and not line.startswith(("#", "--"))]
    return bool(named) and all("==" in line or " @ " in line for line in named)
