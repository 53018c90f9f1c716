"""Looks at an environment once: what is in it, what it weighs, and the lock that its manager writes of it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from envkb.capture.snapshot import SCHEMA, Snapshot, from_document
from envkb.capture.transports.local import Pending, start_collecting
from envkb.errors import ToolFailedError, UsageError
from envkb.experiment.run.cells import Combination
from envkb.experiment.run.install import Installer
from envkb.experiment.run.locks import Locks
from envkb.experiment.run.sizes import measure_tree
from envkb.experiment.run.state import Inspection

if TYPE_CHECKING:
    from envkb.document.redaction import MachineValues

_NAMES: Final = {"requirements": "requirements.txt", "conda-explicit": "conda-explicit.txt"}


class Inspector:
    """Looks at the environments of one run.

    Attributes:
        machine: Values of this machine for the gate; None as long as nothing was collected.
    """

    def __init__(self, locks: Locks) -> None:
        """Begin.

        Args:
            locks: Finds the locks of the environments.
        """
        self.machine: MachineValues | None = None
        self._locks = locks

    def installed(self, combination: Combination, installer: Installer) -> Inspection:
        """Return what an environment is like that was just made."""
        prefix = installer.prefix(combination)
        # All of them wait for other programs or the disk, so they wait at the same time.
        reading = start_collecting(str(installer.python(combination)), str(prefix))
        size = measure_tree(prefix)
        lock = self._locks.of(combination, installer.job(combination), installer.said(combination))
        return Inspection(
            key=combination.key,
            size=size,
            snapshot=dump(self._read(reading)),
            lock_name=_NAMES.get(lock.format, lock.format) if lock else None,
            lock_format=lock.format if lock else None,
            lock_text=lock.text if lock else None,
        )

    def existing(self, combination: Combination, target: str) -> Inspection:
        """Return what an existing environment is like.

        Raises:
            UsageError: There is no such environment.
            ToolFailedError: Its interpreter does not start.
        """
        snapshot = self.collect(target, cwd=None)
        place, read = snapshot.source("kb:target"), snapshot.source("kb:environment")
        if place is None or place.status != "ok":
            reason = place.reason if place else "it was not looked for"
            raise UsageError(
                f"--env {combination.arm}: {reason}", hint="give a prefix, or the name of a conda environment"
            )
        if read is None or read.status != "ok":
            raise ToolFailedError(
                f"--env {combination.arm}: {read.reason if read else 'it was not read'}",
                hint="give the folder of an environment that works, or its interpreter",
            )
        return Inspection(key=combination.key, size=None, snapshot=dump(snapshot))

    def collect(self, target: str, *, cwd: Path | None) -> Snapshot:
        """Read this machine and an environment; the folder is where locks of a project are looked for."""
        return self._read(start_collecting(target, str(cwd or "")))

    def _read(self, reading: Pending) -> Snapshot:
        collected = reading.result()
        self.machine = collected.machine_values
        return collected.snapshot


def dump(snapshot: Snapshot) -> str:
    """Return a snapshot as text that `load` reads."""
    return json.dumps({"schema": SCHEMA, "sources": [source._asdict() for source in snapshot.sources.values()]})


def load(text: str) -> Snapshot:
    """Return the snapshot in such a text."""
    return from_document(json.loads(text))
