"""The literal commands that make such an environment by hand, and that take it back. Pure."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from envkb.errors import UsageError
from envkb.experiment.run.cells import Combination
from envkb.experiment.run.requirement import shown
from envkb.managers import MANAGERS, Job, Sources, Step, Tool
from envkb.model.install import Request

ENVIRONMENT: Final = "env"
"""Where the commands make it: a folder in the current one."""

_OF_KB: Final = frozenset({"--json", "--no-project", "--quiet", "--yes"})
"""Options that only a program needs, or that ask nothing of a person."""
_CONSTRAINING: Final = ("CONDA_PINNED_PACKAGES", "MAMBA_PINNED_PACKAGES")
_ON_BASE: Final = frozenset({"uv", "pip"})


def move_commands(one: Combination, sources: Sources, python: str | None = None) -> Iterator[str]:
    """Yield what makes such an environment in the current folder: the commands that were measured, for a person.

    Args:
        one: What was installed.
        sources: Addresses of the indexes and channels that it names.
        python: The series of Python that it was measured with; None where that is not known.
    """
    try:
        steps = _steps(one, sources, python)
    except UsageError as error:
        yield f"{one.arm}: # no command: {error.message}"
        return
    yield f"{one.arm}: {' && '.join(part for step in steps for part in _written(step))}"


def back_commands(used: Combination | None) -> Iterator[str]:
    """Yield how to go back to the environment in use, which was not touched, or to none.

    Args:
        used: The environment in use; None where none took part.
    """
    yield f"rm -r ./{ENVIRONMENT}"
    if used is not None and used.environment is not None:
        yield f"# {used.environment.name} stays as it is: {shlex.quote(used.environment.target)}"


def _steps(one: Combination, sources: Sources, python: str | None) -> tuple[Step, ...]:
    # rattler is the engine of pixi, and no program by itself.
    manager = "pixi" if one.manager == "rattler" else str(one.manager)
    job = Job(
        tool=Tool(manager, (manager,), ""),
        request=_asked(one, manager, python),
        prefix=Path(ENVIRONMENT),
        cache=Path(),
        scratch=Path(),
        python=Path(f"python{python or one.python or 3}") if manager == "pip" else None,
        sources=sources,
    )
    return MANAGERS[manager].make(job).steps


def _asked(one: Combination, manager: str, python: str | None) -> Request:
    asked = one.asked()
    update = {"python": one.python or python} if manager in _ON_BASE else {}
    if one.manager == "rattler" and asked.torch_backend == "auto":
        raise UsageError("pixi has to be told the CUDA version, with --torch-backend")
    return asked.model_copy(update=update)


def _written(step: Step) -> Iterator[str]:
    # An empty file only keeps settings of other places out of a run; by hand it would replace somebody's own.
    files = {path: text for path, text in step.files.items() if text}
    folders = dict.fromkeys(str(path.parent) for path in files if path.parent != Path())
    if folders:
        yield shlex.join(["mkdir", "-p", *folders])
    for path, text in files.items():
        written = shlex.join(["printf", "%s\\n", *text.splitlines()])
        yield shown(f"{written} > {shlex.quote(str(path))}")
    settings = [f"{name}={shlex.quote(step.env[name])} " for name in _CONSTRAINING if name in step.env]
    # Who moves by hand has the password of an index elsewhere than on a screen.
    yield shown(f"{''.join(settings)}{shlex.join(_said(step.args))}")


def _said(args: tuple[str, ...]) -> Iterator[str]:
    hidden = False
    for arg in args:
        if not hidden and arg != "--report" and arg not in _OF_KB:
            yield arg
        hidden = arg == "--report"
