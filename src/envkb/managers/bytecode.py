"""Compiling every module at once, for managers that have no switch for it."""

from pathlib import Path
from typing import Final

from envkb.managers.job import Job
from envkb.managers.step import Step
from envkb.model.edge_case import Phase

_COMPILE: Final = (
    "import compileall, sysconfig; compileall.compile_dir(sysconfig.get_path('purelib'), quiet=2, workers=0)"
)


def compile_steps(job: Job, environment: Path) -> tuple[Step, ...]:
    """Return the step that compiles an environment's modules, none where the job does not ask for it.

    Like uv, it compiles what is installed and leaves the standard library alone. Modules that are no valid Python
    (templates, say) do not count.
    """
    if not job.compile_bytecode:
        return ()
    return (job.program_step((str(environment / "bin" / "python"), "-I", "-c", _COMPILE), phase=Phase.INSTALL),)
