"""How a run is carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from envkb.experiment.run.budget import Budget
from envkb.experiment.run.foresee import Foreseen
from envkb.knowledge.folder import KnowledgeBase
from envkb.process import Runner, run, run_metered

if TYPE_CHECKING:
    from envkb.experiment.run.conduct import Watch


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run is carried out; nothing of this is part of what it measures.

    Attributes:
        base: The knowledge base; None for a bundle.
        folder: The current folder: bundles, and the state of runs outside a knowledge base.
        environ: Variables of all processes.
        timeout_s: Seconds that a step of an install, or a benchmark, may take.
        private: Whether records go to the private place.
        tags: Labels of all records.
        watch: Is told of every step.
        budget: What it may cost.
        keep: Whether the environments stay when the run is over.
        foreseen: What managers said before it that they would install, by what combinations share.
        metered: Starts the processes that are measured.
        runner: Starts all others.
    """

    base: KnowledgeBase | None
    folder: Path
    environ: Mapping[str, str]
    timeout_s: float
    watch: "Watch"
    private: bool = False
    tags: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)
    keep: bool = False
    foreseen: Mapping[str, Foreseen] = field(default_factory=lambda: MappingProxyType({}))
    metered: Runner = field(default=run_metered)
    runner: Runner = field(default=run)

    @property
    def home(self) -> Path:
        """The folder below which the state of runs is kept."""
        return self.base.root if self.base else self.folder
