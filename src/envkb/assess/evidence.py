"""Records as a comparison sees them. Pure."""

from dataclasses import dataclass
from typing import Final

from envkb.model.install import Request
from envkb.model.measurement import Measurement
from envkb.model.record import Record

OWN_PYTHON: Final = frozenset({"conda", "mamba", "micromamba", "rattler", "pixi"})
"""Managers that bring the interpreter and native libraries as packages of their own."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stored record that is compared.

    Attributes:
        id: Its id.
        digest: SHA-256 of its file.
        host: What its host is known by (see `Settings.host_identity`); None where nothing is known of it.
        record: What it says.
    """

    id: str
    digest: str
    host: str | None
    record: Record

    @property
    def run(self) -> str:
        """What was measured together: the id of its run; a record outside any run stands for itself."""
        return self.record.run.id if self.record.run else self.id

    @property
    def arm(self) -> str | None:
        """The arm of its run, else its manager; None where neither is known."""
        return self.record.run.cell.arm if self.record.run else self.manager

    @property
    def manager(self) -> str | None:
        """Who installed the environment, else who made it; None where unknown."""
        installed = self.record.install.manager if self.record.install else None
        return installed or (self.record.environment.manager if self.record.environment else None)

    @property
    def request(self) -> Request | None:
        """What was installed; None where nobody said."""
        return self.record.install.request if self.record.install else None

    @property
    def cache(self) -> str | None:
        """The state of the manager's cache; None where it does not apply or is not known."""
        if self.record.run and self.record.run.cell.cache:
            return self.record.run.cell.cache
        return self.record.install.cache if self.record.install else None

    def subjects(self) -> tuple[Measurement, ...]:
        """Return its measurements without the controls of its run, each with all circumstances that hold for it."""
        shared = self.record.run.conditions if self.record.run else ()
        return tuple(
            each.model_copy(update={"conditions": (*each.conditions, *shared)})
            for each in self.record.measurements
            if each.role == "subject"
        )


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared as one.

    Attributes:
        label: What it is called.
        evidence: Its records, at least one.
    """

    label: str
    evidence: tuple[Evidence, ...]
