"""What one round of one combination showed: a value that is kept on disk until the run is over."""

from typing import Literal

from envkb.experiment.run.imports import ImportTime
from envkb.model.edge_case import Phase
from envkb.model.value import Value

Role = Literal["subject", "control"]


class TrialPhase(Value):
    """How long one phase of an install took, as the manager timed it.

    Attributes:
        phase: The phase.
        seconds: Wall time.
    """

    phase: str
    seconds: float


class TrialFailure(Value):
    """Why an install failed.

    Attributes:
        kind: What kind of failure it is.
        edge_class: The class of an edge case that fits.
        phase: Where.
        exit_status: The exit status; null where a signal ended it.
        signal: The signal that ended it; null where none did.
        headline: One line for people.
        last_words: What the manager said of it.
        fingerprint: Hash of the last words; null without words.
    """

    kind: str
    edge_class: str
    phase: Phase
    exit_status: int | None
    signal: int | None
    headline: str
    last_words: str
    fingerprint: str | None


class ModuleImport(Value):
    """The imports of one module.

    Attributes:
        module: Its name.
        first: The first, into an environment without its bytecode where the manager compiles none.
        steady: The one after it; null where the first failed.
    """

    module: str
    first: ImportTime
    steady: ImportTime | None


class Trial(Value):
    """One install and the first imports after it.

    Attributes:
        key: Which combination.
        round: Which round, from 0.
        order: Position in the schedule of the run.
        role: `control` for the second appearance of a combination.
        start_s: When it began, seconds since the run began.
        commands: The command lines, in order.
        wall_s: Wall time of all steps.
        cpu_s: Processor time of all steps; null where it was not measured.
        peak_bytes: The most memory of a step; null where it was not measured.
        received_bytes: What the network received meanwhile; null where that is not counted.
        cache_before_bytes: Size of the manager's cache before.
        cache_after_bytes: Its size after.
        phases: What the manager timed itself.
        imports: Modules imported after it.
        failure: Why the install failed; null where it did not.
        log: What the steps wrote.
        filling_bytes: What the network received while the warm cache was filled before it; null where it was filled
            already, or that is not counted.
        elsewhere: How many archives the manager had already though its cache was empty.
    """

    key: str
    round: int
    order: int
    role: Role
    start_s: float
    commands: tuple[str, ...]
    wall_s: float
    cpu_s: float | None
    peak_bytes: int | None
    received_bytes: int | None
    cache_before_bytes: int
    cache_after_bytes: int
    phases: tuple[TrialPhase, ...]
    imports: tuple[ModuleImport, ...]
    failure: TrialFailure | None
    log: str
    filling_bytes: int | None = None
    elsewhere: int = 0

    @property
    def succeeded(self) -> bool:
        """Whether it was installed."""
        return self.failure is None
