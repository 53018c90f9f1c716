"""Installing PyTorch whoever the manager is."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from envkb import process
from envkb.errors import ToolMissingError
from envkb.managers.conda import FAMILY
from envkb.managers.find import Availability, base_python, look_for
from envkb.managers.job import Job, Sources, Tool
from envkb.managers.outcome import Installed
from envkb.managers.perform import claim_prefix, perform
from envkb.managers.places import Places
from envkb.managers.registry import MANAGERS, manager_named
from envkb.managers.step import Call
from envkb.managers.torch_backend import backend_of_cuda
from envkb.model.install import Request

DETECTION_ORDER: Final = ("uv", *FAMILY, "pip")
"""Which managers are looked for, first found first taken."""


@dataclass(frozen=True, slots=True)
class PytorchEnvironment:
    """An environment with PyTorch in it.

    Attributes:
        manager: The manager that made it.
        prefix: Its folder.
        commands: The commands that made it, in order.
    """

    manager: str
    prefix: Path
    commands: tuple[tuple[str, ...], ...]


class PackageManagerAdapter:
    """Installs PyTorch with whichever manager is here: uv, else one of the conda family, else pip.

    Example:
        >>> PackageManagerAdapter().plan_pytorch(cuda_version="12.6")  # doctest: +SKIP
        (('/usr/bin/uv', 'venv', …), ('/usr/bin/uv', 'pip', 'install', …, '--torch-backend', 'cu126', '--', 'torch'))
    """

    def __init__(
        self,
        manager: str | None = None,
        *,
        sources: Sources | None = None,
        run: process.Runner = process.run,
        environ: Mapping[str, str] | None = None,
        places: Places | None = None,
    ) -> None:
        """Find the manager.

        Args:
            manager: The manager to use; None to take the first of `DETECTION_ORDER` that is here.
            sources: Addresses of package indexes; pip needs that of `pytorch` for a CUDA version.
            run: Starts processes.
            environ: Environment variables; None for those of this process.
            places: Where to look for managers; None for PATH and kb's own Python.

        Raises:
            UsageError: There is no manager of this name.
            ToolMissingError: The manager is not here, or none is.
        """
        self._run = run
        self._environ = os.environ if environ is None else environ
        self._places = places
        self._sources = sources or Sources()
        self._tool = self._detect() if manager is None else self._look_for(manager).required()

    @property
    def manager(self) -> str:
        """The name of the manager that is used."""
        return self._tool.manager

    def plan_pytorch(
        self, cuda_version: str | None = None, *, prefix: Path | str | None = None, version: str | None = None
    ) -> tuple[tuple[str, ...], ...]:
        """Return the commands that `install_pytorch` would run with the same arguments; none is run."""
        _, call = self._plan(cuda_version, prefix, version)
        return tuple(step.args for step in call.steps)

    def install_pytorch(
        self, cuda_version: str | None = None, *, prefix: Path | str | None = None, version: str | None = None
    ) -> PytorchEnvironment:
        """Make a new environment with PyTorch in it. Nobody's caches and environments are touched.

        Args:
            cuda_version: The CUDA version to be built for, `12.6` say; None to leave the build to the manager.
            prefix: Where the environment is to be; None for a folder `pytorch-…` here.
            version: The version of PyTorch; None for the newest.

        Raises:
            UsageError: The place is taken, the CUDA version is none, or pip has no index for it.
            ToolFailedError: The manager failed; nothing is left of the environment.
        """
        job, call = self._plan(cuda_version, prefix, version)
        claim_prefix(job.prefix)
        claim_prefix(job.scratch.parent)
        try:
            outcome = perform(call, self._run, environ=self._environ)
            outcome.required()
        except BaseException:  # Ctrl-C, too, leaves nothing
            shutil.rmtree(job.prefix, ignore_errors=True)
            raise
        finally:
            shutil.rmtree(job.scratch.parent, ignore_errors=True)
        commands = tuple(step.args for step in outcome.steps)
        return PytorchEnvironment(self.manager, MANAGERS[self.manager].environment(job.prefix), commands)

    def _plan(
        self, cuda_version: str | None, prefix: Path | str | None, version: str | None
    ) -> tuple[Job, Call[Installed]]:
        backend = backend_of_cuda(cuda_version)
        place = Path(prefix or f"pytorch-{backend}").absolute()
        # Beside the environment, so that hard links from the cache work, and removed with the work.
        work = place.with_name(f".{place.name}.kb")
        request = Request(
            name=None,
            requirements=("torch" if version is None else f"torch=={version}",),
            constraints=(),
            python=None,
            indexes=(),
            channels=(),
            # Of all managers only uv chooses a build of package indexes by looking at the machine.
            torch_backend=backend if cuda_version is not None or self.manager == "uv" else None,
            platform=None,
            flags=(),
        )
        python = base_python(None, self._run, self._environ, self._places) if self.manager in {"uv", "pip"} else None
        job = Job(self._tool, request, place, work / "cache", work / "scratch", python, self._sources)
        return job, MANAGERS[self.manager].make(job)

    def _detect(self) -> Tool:
        for name in DETECTION_ORDER:
            found = self._look_for(name)
            if found.tool is not None:
                return found.tool
        raise ToolMissingError(f"there is none of {', '.join(DETECTION_ORDER)} here", hint="install uv, conda or pip")

    def _look_for(self, name: str) -> Availability:
        return look_for(manager_named(name), self._run, self._environ, self._places)
