"""What is to be started, as values: a command, and a call that reads what its commands leave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from envkb.model.edge_case import Phase
from envkb.process import Completed

T_co = TypeVar("T_co", covariant=True)

UNSET: Final = (
    "CONDA_DEFAULT_ENV",
    "CONDA_PREFIX",
    "PIP_NO_CACHE_DIR",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "PIXI_PROJECT_MANIFEST",
    "PYTHONHOME",
    "PYTHONPATH",
    "UV_NO_CACHE",
    "UV_PROJECT",
    "UV_PROJECT_ENVIRONMENT",
    "UV_SYSTEM_PYTHON",
    "UV_TORCH_BACKEND",
    "UV_VENV_SEED",
    "UV_WORKING_DIR",
    "UV_WORKING_DIRECTORY",
    "VIRTUAL_ENV",
    "__PYVENV_LAUNCHER__",
)
"""Variables of the caller that would lead a manager elsewhere, past the cache of the run, or into another request."""


def exited_well(completed: Completed) -> bool:
    """Return whether a process ended with status 0."""
    return completed.exit_code == 0 and not completed.timed_out


def said(output: bytes) -> str:
    """Return the text of what a process wrote; what is no UTF-8 is replaced, never fatal."""
    return output.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Step:
    """One process to start.

    Attributes:
        manager: For which manager it runs.
        args: The program and its arguments.
        phase: What a failure is a failure of, where the output does not tell better.
        env: Variables set on top of the caller's, less `UNSET`.
        cwd: The folder to run in; never the caller's, whose project files a manager would obey.
        files: Texts that must be written before it starts, by path.
        succeeded: Judges the process; py-rattler's exit status, for one, means nothing.
    """

    manager: str
    args: tuple[str, ...]
    phase: Phase
    env: Mapping[str, str]
    cwd: Path
    files: Mapping[Path, str] = field(default_factory=lambda: MappingProxyType({}))
    succeeded: Callable[[Completed], bool] = exited_well


@dataclass(frozen=True, slots=True)
class Answer:
    """What the steps of a call left.

    Attributes:
        completed: One process a step, in order.
        files: The texts of the files that the call names as its outputs.
    """

    completed: tuple[Completed, ...]
    files: Mapping[Path, str]

    @property
    def stdout(self) -> str:
        """Standard output of the last step."""
        return said(self.completed[-1].stdout)

    @property
    def stderr(self) -> str:
        """Standard error of the last step."""
        return said(self.completed[-1].stderr)


@dataclass(frozen=True, slots=True)
class Call(Generic[T_co]):
    """Steps to run in order, and how to read what they leave. Nothing happens until a call is performed.

    Attributes:
        steps: At least one.
        read: Turns the answer of steps that all succeeded into a value; raises `InvalidDataError` on garbage.
        outputs: Files that the steps write and `read` needs.
    """

    steps: tuple[Step, ...]
    read: Callable[[Answer], T_co]
    outputs: tuple[Path, ...] = ()


def no_value(answer: Answer) -> None:
    """Read nothing: the call is made for its effect."""
    del answer
