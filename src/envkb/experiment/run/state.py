"""What a run has done so far, kept on disk so that it can be stopped and go on."""

import json
import os
import re
import secrets
import tempfile
from collections.abc import Container, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from envkb.bench.document import Document
from envkb.document.codec import describe
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.experiment.run.own_files import OwnFile, read_own_files
from envkb.experiment.run.sizes import Size
from envkb.experiment.run.trial import Trial
from envkb.knowledge.layout import STATE
from envkb.model.plan import Plan
from envkb.model.record import Link
from envkb.model.value import Value

RUNS: Final = STATE / "runs"
MOST_UNFINISHED: Final = 10
"""Interrupted runs that are kept so that they can go on; beyond that the oldest go."""

_STATE: Final = "state.json"
_RUN_ID: Final = re.compile(r"run-[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
_OWNER_ONLY: Final = 0o700
_PROGRESS: Final = ("trials", "inspections", "bench", "left_out", "stored")


class Inspection(Value):
    """What an environment was like after it was made, looked at once.

    Attributes:
        key: Which combination.
        size: What it weighs; null for an existing environment.
        snapshot: The collector's document.
        lock_name: Name of the manager's native lock; null where it wrote none.
        lock_format: Its format.
        lock_text: The whole of it.
    """

    key: str
    size: Size | None
    snapshot: str
    lock_name: str | None = None
    lock_format: str | None = None
    lock_text: str | None = None


class BenchSlot(Value):
    """What one process of a benchmark showed.

    Attributes:
        arm: Key of the combination.
        order: Position in the schedule.
        document: The worker's document.
    """

    arm: str
    order: int
    document: Document


class RunState(Value):
    """A run under way.

    Attributes:
        schema_: `envkb.runstate/1`, written `schema`.
        run_id: Names it.
        plan: Its plan.
        began: When it began, in UTC.
        lock: Lock that environments are made from; null where requests are resolved.
        lock_format: Its format; null without one.
        files: Files with the user's own benchmarks.
        budget: What the run may cost, as a person said it; null for no limit.
        timeout: Seconds that a step may take, as a person said it; null for the usual.
        private: Whether its records go to the private place.
        tags: Labels of all its records.
        keep: Whether its environments stay when it is over.
        links: Records that those of the run point to.
        trials: Finished trials.
        inspections: Environments that were looked at.
        bench: Finished slots of benchmarks.
        left_out: What did not fit into the budget, in sentences.
        stored: Key of the combination and id of each record that is written.
    """

    schema_: Literal["envkb.runstate/1"] = Field(alias="schema", default="envkb.runstate/1")
    run_id: str
    plan: Plan
    began: str
    lock: str | None = None
    lock_format: str | None = None
    files: tuple[OwnFile, ...] = ()
    budget: str | None = None
    timeout: str | None = None
    private: bool = False
    tags: tuple[str, ...] = ()
    keep: bool = False
    links: tuple[Link, ...] = ()
    trials: tuple[Trial, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    bench: tuple[BenchSlot, ...] = ()
    left_out: tuple[str, ...] = ()
    stored: tuple[tuple[str, str], ...] = ()

    def having(self, **more: object) -> "RunState":
        """Return the state with more at the end of its lists: `having(trials=(trial,))`."""
        grown = {name: (*getattr(self, name), *added) for name, added in more.items() if isinstance(added, Sequence)}
        return self.model_copy(update=grown)

    def of(self, key: str) -> tuple[Trial, ...]:
        """Return the trials of a combination, in order."""
        return tuple(sorted((t for t in self.trials if t.key == key), key=lambda trial: trial.order))


def begin(plan: Plan, now: datetime) -> RunState:
    """Return the state of a run that has not done anything yet.

    Args:
        plan: Its plan.
        now: The present, in UTC.

    Raises:
        UsageError: A file with benchmarks that the plan names is not there, or has none.
    """
    run_id = f"run-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    began = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return RunState(run_id=run_id, plan=plan, began=began, files=read_own_files(plan))


class StateFolder:
    """Keeps the state of one run on disk, readable to its owner alone: it holds what no gate has cleaned.

    Attributes:
        path: The folder.
    """

    def __init__(self, home: Path, run_id: str) -> None:
        """Name the folder; nothing is made yet.

        Args:
            home: The root of the knowledge base, or the current folder.
            run_id: Names the run.
        """
        self.path = home / RUNS / run_id

    def save(self, state: RunState) -> None:
        """Write the state; a crash leaves the old one or the new one.

        Raises:
            KbError: It cannot be written.
        """
        try:
            self.path.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self.path, suffix=".tmp")
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(json.dumps(state.model_dump(mode="json")))
                Path(name).replace(self.path / _STATE)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise KbError(f"{self.path} cannot be written: {(error.strerror or str(error)).lower()}") from error

    def load(self) -> RunState:
        """Return the state.

        Raises:
            UsageError: There is no such run.
            InvalidDataError: The file was changed, or written by another version.
        """
        try:
            data = (self.path / _STATE).read_bytes()
        except OSError as error:
            raise UsageError(f"there is no unfinished run {self.path.name}", hint=_waiting(self.path.parent)) from error
        try:
            return RunState.model_validate_json(data)
        except ValidationError as error:
            raise InvalidDataError(
                f"{self.path.name} cannot go on: {describe(error)}", hint=f"remove {self.path} and begin anew"
            ) from error

    def refreshed(self, state: RunState) -> RunState:
        """Return a run with what was done since its state was read: another process may have gone on with it.

        Args:
            state: As it was read, or that of a run that begins.

        Raises:
            UsageError: The run has gone to its end meanwhile.
            InvalidDataError: The file was changed, or written by another version.
        """
        if (self.path / _STATE).exists():
            kept = self.load()
            return state.model_copy(update={name: getattr(kept, name) for name in _PROGRESS})
        if state.trials or state.inspections:
            raise UsageError(f"{state.run_id} has gone to its end meanwhile", hint="`kb list` shows its records")
        return state

    def remove(self) -> None:
        """Remove the folder: the run is over."""
        with suppress(FileNotFoundError):
            for file in self.path.iterdir():
                file.unlink(missing_ok=True)
            self.path.rmdir()


def unfinished(home: Path) -> tuple[str, ...]:
    """Return the runs that could go on, the newest last."""
    folder = home / RUNS
    return tuple(sorted(p.parent.name for p in folder.glob(f"*/{_STATE}") if _RUN_ID.fullmatch(p.parent.name)))


def prune(home: Path, *, keep: Container[str]) -> tuple[str, ...]:
    """Forget interrupted runs that nobody will take up: those that had finished nothing, and the oldest of many.

    Args:
        home: The root of the knowledge base, or the current folder.
        keep: Runs that go on at this moment.

    Returns:
        Their names.
    """
    waiting = [name for name in unfinished(home) if name not in keep]
    forgotten = [name for name in waiting[:-1] if not _has_results(home, name)]
    forgotten += [name for name in waiting if name not in forgotten][:-MOST_UNFINISHED]
    for name in forgotten:
        StateFolder(home, name).remove()
    return tuple(forgotten)


def _has_results(home: Path, name: str) -> bool:
    try:
        state = StateFolder(home, name).load()
    except KbError:
        return True  # another version may know what to do with it
    return bool(state.trials or state.bench)


def _waiting(runs: Path) -> str:
    names = unfinished(runs.parent.parent)
    return f"unfinished are {', '.join(names)}" if names else "no run is unfinished here"
