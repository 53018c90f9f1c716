"""The thin edge: runs the steps of a call, and tells failures as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from envkb.errors import ToolFailedError, UsageError
from envkb.managers.failure import Failure, explain
from envkb.managers.step import UNSET, Answer, Call, Step
from envkb.process import Completed, Runner

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of a call.

    Attributes:
        steps: The steps that were started.
        completed: One process for each of them.
        value: What the call was made for; None where it failed (and for a call that has no value).
        failure: Why it failed; None where it did not.
    """

    steps: tuple[Step, ...]
    completed: tuple[Completed, ...]
    value: T | None
    failure: Failure | None

    def required(self) -> T:
        """Return the value.

        Raises:
            ToolFailedError: The call failed; the message is the manager's own last words.
        """
        if self.failure is not None:
            raise ToolFailedError(
                f"{self.failure.manager} failed ({self.failure.kind}): {self.failure.headline}",
                hint=self.failure.kind.hint,
            )
        return self.value  # type: ignore[return-value]  # a call that did not fail has its value


_PLAIN: Final = {"COLUMNS": "1000"}
"""Keeps managers from breaking their sentences where the caller's terminal ends: what they say is read."""


def perform(call: Call[T], run: Runner, *, environ: Mapping[str, str], timeout_s: float = 3600.0) -> Outcome[T]:
    """Run the steps of a call in order, up to the first that fails.

    Args:
        call: What to do.
        run: Starts processes; a caller that measures passes its own.
        environ: The caller's environment variables, from which the steps' own are made.
        timeout_s: Seconds that each step may take.

    Raises:
        ToolMissingError: The program of a step has gone since it was found.
        ToolFailedError: The steps succeeded but did not write a file that they should.
        InvalidDataError: The steps succeeded but their output cannot be read.
    """
    for path in call.outputs:
        path.unlink(missing_ok=True)
    inherited = {name: value for name, value in environ.items() if name not in UNSET} | _PLAIN
    completed: list[Completed] = []
    for number, step in enumerate(call.steps, start=1):
        _prepare(step)
        ended = run(step.args, env={**inherited, **step.env}, cwd=step.cwd, timeout_s=timeout_s)
        completed.append(ended)
        if not step.succeeded(ended):
            return Outcome(call.steps[:number], tuple(completed), None, explain(step, ended))
    texts = {path: _written(path, call.steps[-1].manager) for path in call.outputs}
    value = call.read(Answer(tuple(completed), texts))
    return Outcome(call.steps, tuple(completed), value, None)


def _prepare(step: Step) -> None:
    step.cwd.mkdir(parents=True, exist_ok=True)
    for path, text in step.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _written(path: Path, manager: str) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ToolFailedError(f"{manager} did not write {path}") from error


def claim_prefix(prefix: Path) -> None:
    """Check that an environment may be made here: managers overwrite without asking.

    Raises:
        UsageError: Something is there already.
    """
    if prefix.is_symlink() or (prefix.exists() and (not prefix.is_dir() or any(prefix.iterdir()))):
        raise UsageError(f"{prefix} is not empty", hint="name a folder that does not exist yet")
