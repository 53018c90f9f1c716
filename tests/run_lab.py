"""A place where `kb run` can be stopped, killed and starved, as a user's own processes are."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from envkb.cli import main
from manager_jobs import make_wheel

ROUNDS = 4


class Lab:
    """A knowledge base, a folder for scratch folders, and a plan of small installs.

    Attributes:
        base: The knowledge base.
        cache: The folder that stands for the user's own caches.
        environ: Variables of the runs.
        plan: The plan.
    """

    def __init__(
        self, root: Path, *, base: Path | None = None, cache: Path | None = None, payload: bytes = b""
    ) -> None:
        """Make all of it.

        Args:
            root: Where.
            base: Another place for the knowledge base.
            cache: Another place for caches.
            payload: What makes the wheel heavy.
        """
        self.base, self.cache = base or root / "base", cache or root / "cache"
        self.environ = {**os.environ, "XDG_CACHE_HOME": str(self.cache), "UV_NO_CONFIG": "1"}
        wheels = root / "wheels"
        make_wheel(wheels, "demo", payload=payload)
        assert main(["init", str(self.base)]) == 0
        self.plan = root / "plan.toml"
        self.plan.write_text(
            f'managers = ["uv"]\nrounds = {ROUNDS}\nbytecode = ["default"]\n'
            '[[requests]]\nname = "demo"\nrequirements = ["demo"]\n'
            f'[[requests.flags]]\nmanager = "uv"\nflags = ["--no-index", "--find-links", "{wheels}"]\n'
        )

    def programs(self, folder: Path, **scripts: str) -> None:
        """Put programs of these names first on PATH, each a shell script."""
        folder.mkdir()
        for name, text in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
        self.environ["PATH"] = f"{folder}{os.pathsep}{self.environ['PATH']}"

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Begin a run."""
        return subprocess.Popen(
            [sys.executable, "-m", "envkb", "run", "--progress=json", "--json", *arguments],
            cwd=self.base,
            env=self.environ,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def left_over(self) -> list[Path]:
        """Return scratch folders that are still there."""
        return [*(self.cache / "envkb" / "runs").glob("*")]

    def waiting(self) -> list[Path]:
        """Return the states of runs that could go on."""
        return [*(self.base / ".kb" / "runs").glob("*")]

    def records(self) -> list[Path]:
        """Return the records that were written."""
        return [*(self.base / "kb" / "records").rglob("*.json")]

    def working(self) -> Iterator[str]:
        """Yield the programs that still work in a scratch folder."""
        for place in Path("/proc").glob("[0-9]*/cwd"):
            with suppress(OSError):
                if str(place.readlink()).startswith(str(self.cache)):
                    yield (place.parent / "cmdline").read_text()


def steps(process: "subprocess.Popen[str]", number: int) -> list[dict[str, Any]]:
    """Read progress until so many steps are done."""
    assert process.stderr is not None
    seen: list[dict[str, Any]] = []
    while len(seen) < number:
        line = process.stderr.readline()
        assert line, "it ended too early"
        seen += [json.loads(line)] if line.startswith("{") else []
    return seen
