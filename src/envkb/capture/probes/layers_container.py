"""Whether this runs in a container, and of which kind."""

from collections.abc import Iterator, Mapping
from typing import Any

from envkb.capture.probes.environment_json import mapping
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.wording import first_line
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

DETECT = "systemd-detect-virt --container"
LAYERS = "kb:layers"
_CGROUP = "/proc/self/cgroup"
_NO_CONTAINERS = ("", "none", "wsl", "proot")
_CGROUP_MARKS = (
    ("kubepods", "kubernetes"),
    ("libpod", "podman"),
    ("docker", "docker"),
    ("containerd", "containerd"),
    ("/lxc", "lxc"),
    ("machine.slice", "systemd-nspawn"),
)
_RUNTIMES = (("dockerenv", "docker"), ("containerenv", "podman"), ("apptainer", "apptainer"))


def container(snapshot: Snapshot, notes: Observations) -> str | None:
    """Note the kind of container this runs in, and return it; None where there is none or nothing tells."""
    marks = mapping(snapshot.json(LAYERS))
    told = list(_told(snapshot, marks))
    if told:
        # Runtimes imitate each other's marks: the first that names itself is believed, the others are evidence.
        notes.see("host", "container", told[0][0], told[0][1])
        notes.see("host", "container_evidence", list(dict.fromkeys(f"{kind} ({why})" for kind, why in told)), LAYERS)
    else:
        asked = next((source for source in (DETECT, LAYERS) if snapshot.text(source) is not None), None)
        if asked is None:
            notes.miss("host", "container", Status.NOT_READ, f"neither {DETECT} nor the marks of containers were read")
        else:
            notes.miss("host", "container", Status.ABSENT, "this runs in no container", asked)
    if marks.get("kubernetes") is True:
        notes.see("host", "kubernetes", True, LAYERS)  # noqa: FBT003 - the fact's value
    for name in ("slurm", "ci", "colab", "codespaces"):
        if marks.get(name) is True:
            notes.see("host", name, True, LAYERS)  # noqa: FBT003 - the fact's value
    return told[0][0] if told else None


def _told(snapshot: Snapshot, marks: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for word, source in (
        (first_line(snapshot.text(DETECT)), DETECT),
        (marks.get("container_manager"), LAYERS),
        (marks.get("container_variable"), LAYERS),
    ):
        if isinstance(word, str) and word.lower() not in _NO_CONTAINERS:
            yield ("container" if word == "container-other" else word.lower()), source
    for mark, kind in _RUNTIMES:
        if marks.get(mark) is True:
            yield kind, LAYERS
    groups = snapshot.text(_CGROUP) or ""
    for mark, kind in _CGROUP_MARKS:
        if mark in groups and (kind != "systemd-nspawn" or marks.get("container_cgroup") is True):
            yield kind, _CGROUP
            return
