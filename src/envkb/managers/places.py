"""Where programs are looked for."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """Where a manager may be found.

    Attributes:
        path: Folders to look in first, as in PATH.
        interpreter: kb's own Python; programs that were installed with kb stand beside it.
    """

    path: str
    interpreter: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Places":
        """Return the places of this process with the given environment variables."""
        return cls(environ.get("PATH", os.defpath), Path(sys.executable))

    def programs(self, name: str) -> tuple[tuple[str, ...], ...]:
        """Return the commands of a program: on PATH, then beside kb's own interpreter."""
        on_path = shutil.which(name, path=self.path)
        beside = shutil.which(name, path=str(self.interpreter.parent))
        return tuple((found,) for found in dict.fromkeys((on_path, beside)) if found is not None)
