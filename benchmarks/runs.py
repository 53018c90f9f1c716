"""Measures `kb run` itself: what it costs beside the manager's own command, and whether hyperfine sees the same ratio.

    .venv/bin/python benchmarks/runs.py [--requirement numpy] [--rounds 20] [--write]

uv and pip must be beside this Python or on PATH, hyperfine on PATH. With `--write` the table goes into the
documentation. Leave the machine alone meanwhile.
"""

import argparse
import json
import os
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from envkb.assess.statistics import FEWEST_ROUNDS, median_of, paired_ratio
from timing import table, write_section

BIN = Path(sys.executable).parent
KB = str(BIN / "kb")


_WHAT_MORE = (
    "`kb run` also asks what will be installed, times the first and a later import (the same two by hand stand beside "
    "the installs), reads machine and environment, locks, and writes the record. In brackets is the processor time of "
    "all processes."
)
_WHY_TWICE = (
    "What a machine does changes within minutes, and an install of pip's leaves it with files to write, so `kb run` "
    "takes managers in turn. Given a list of commands, hyperfine runs all of one before the next: asked once for each "
    "install, it sees what `kb run` sees."
)
_LIMIT_S = 1.0
_LIMIT = 0.1


class Spent(NamedTuple):
    """What something took.

    Attributes:
        wall_s: Seconds from begin to end.
        cpu_s: Seconds of processor time of all its processes.
    """

    wall_s: float
    cpu_s: float


class Cost(NamedTuple):
    """What a manager's own commands and `kb run` took, medians of all rounds.

    Attributes:
        own: The commands that install.
        imports: The imports that kb times too.
        whole: A whole `kb run`.
    """

    own: Spent
    imports: Spent
    whole: Spent


def main() -> None:
    """Measure, print, and with `--write` publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requirement", default="numpy")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.rounds < FEWEST_ROUNDS:
        parser.error(f"fewer than {FEWEST_ROUNDS} rounds have no interval")
    with tempfile.TemporaryDirectory() as name:
        lab = Lab(Path(name), arguments.requirement)
        costs = {manager: overhead(lab, manager, arguments.rounds) for manager in ("uv", "pip")}
        ratios = {
            "`kb run`": ratio_of_kb(lab, arguments.rounds),
            "hyperfine, in turn": ratio_of_hyperfine_in_turn(lab, arguments.rounds),
            "hyperfine, one after the other": ratio_of_hyperfine(lab, arguments.rounds),
        }
    text = report(arguments.requirement, arguments.rounds, costs, ratios)
    print(text)
    if arguments.write:
        write_section("runs", text)


BASE = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
"""The Python that environments are made from; to look for one takes uv longer than a warm install."""


class Lab:
    """A knowledge base, and the managers' own commands with caches beside it."""

    def __init__(self, root: Path, requirement: str) -> None:
        """Make the knowledge base.

        Args:
            root: A folder of its own.
            requirement: What is installed.
        """
        self.base, self.env, self.requirement = root / "base", root / "env", requirement
        self.caches = {manager: root / f"cache-{manager}" for manager in ("uv", "pip")}
        self.environ = {
            **os.environ,
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(root / "scratch"),
            "UV_CACHE_DIR": str(self.caches["uv"]),
            "PIP_CACHE_DIR": str(self.caches["pip"]),
        }
        self.call(KB, "init", str(self.base))

    def call(self, *command: str, cwd: Path | None = None) -> str:
        """Run a command and return what it prints; one that fails is no sample."""
        done = subprocess.run(command, env=self.environ, cwd=cwd, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{shlex.join(command)} failed: {done.stderr}")
        return done.stdout

    def own(self, manager: str) -> str:
        """Return the manager's own commands as a line for a shell; like kb, they are told which Python to build on."""
        python = f"{self.env}/bin/python"
        if manager == "uv":
            made = f"uv venv -q --no-project --python {BASE} {self.env}"
            return f"{made} && uv pip install -q --python {python} {self.requirement}"
        return f"{BASE} -m venv --without-pip {self.env} && pip -q --python {python} install {self.requirement}"

    def imports(self) -> str:
        """Return two imports of what was installed as a line for a shell."""
        once = f"{self.env}/bin/python -I -c 'import {self.requirement}'"
        return f"{once} && {once}"

    def run(self, *options: str) -> dict[str, Any]:
        """Carry out a run and return its document."""
        told: dict[str, Any] = json.loads(self.call(KB, "run", self.requirement, *options, "--json", cwd=self.base))
        return told


def overhead(lab: Lab, manager: str, rounds: int) -> Cost:
    """Return what the manager's own commands, the imports, and a whole `kb run` take, the first and the last in turn.

    All begin with an empty cache.
    """
    own, imports, whole = [], [], []
    shutil.rmtree(lab.caches[manager], ignore_errors=True)
    options = (f"--with={manager}", "--rounds=1", "--cache=cold", "--bytecode=default", "--bench=none")
    for number in range(rounds):
        for is_kb in (False, True) if number % 2 == 0 else (True, False):
            if is_kb:
                whole.append(spent(lambda: lab.run(*options)))
            else:
                own.append(spent(lambda: lab.call("sh", "-c", lab.own(manager))))
                imports.append(spent(lambda: lab.call("sh", "-c", lab.imports())))
                # Afterwards, as kb does: memory that was just given back makes whatever comes next faster.
                shutil.rmtree(lab.env)
                shutil.rmtree(lab.caches[manager], ignore_errors=True)
    return Cost(*(Spent(*map(median, zip(*rows, strict=True))) for rows in (own, imports, whole)))


def spent(work: Callable[[], object]) -> Spent:
    """Return what some work that starts processes takes."""
    begin, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    wall_s, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(wall_s, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime)


def ratio_of_kb(lab: Lab, rounds: int) -> tuple[float, float, float]:
    """Return pip / uv with a warm cache and its interval, as `kb run` tells it."""
    told = lab.run(
        "--with=uv", "--with=pip", f"--rounds={rounds}", "--cache=warm", "--bytecode=default", "--bench=none"
    )
    (contrast,) = told["comparison"]["contrasts"]
    line = next(row for row in contrast["measurements"] if row["benchmark"]["name"] == "install.wall")
    return line["ratio"], line["low"], line["high"]


def ratio_of_hyperfine(lab: Lab, rounds: int) -> tuple[float, float, float]:
    """Return the same from hyperfine's times of the same two installs, one command wholly before the other."""
    times = _hyperfine(lab, rounds, *(lab.own(manager) for manager in ("uv", "pip")), warmup=1)
    uv, pip = (median_of(row) for row in times)
    # Not one beside the other: its rounds are no pairs, so each side varies by itself.
    return pip.middle / uv.middle, pip.low / uv.high, pip.high / uv.low


def ratio_of_hyperfine_in_turn(lab: Lab, rounds: int) -> tuple[float, float, float]:
    """Return the same from hyperfine started anew for each install, in turn as `kb run` does it."""
    times: dict[str, list[float]] = {"uv": [], "pip": []}
    for number in range(rounds):
        for manager in ("uv", "pip") if number % 2 == 0 else ("pip", "uv"):
            ((once,),) = _hyperfine(lab, 1, lab.own(manager))
            times[manager].append(once)
    found = paired_ratio([*zip(times["uv"], times["pip"], strict=True)])
    return found.ratio, found.low, found.high


def _hyperfine(lab: Lab, runs: int, *commands: str, warmup: int = 0) -> list[list[float]]:
    told = lab.base / "hyperfine.json"
    options = ("--warmup", str(warmup), "--runs", str(runs), "--prepare", f"rm -rf {lab.env}")
    lab.call("hyperfine", *options, "--export-json", str(told), *commands)
    return [row["times"] for row in json.loads(told.read_text())["results"]]


def report(
    requirement: str, rounds: int, costs: Mapping[str, Cost], ratios: Mapping[str, tuple[float, float, float]]
) -> str:
    """Return the tables as Markdown."""
    rows = [
        [
            manager,
            *(f"{one.wall_s:.2f} ({one.cpu_s:.2f})" for one in cost),
            f"{cost.whole.wall_s - cost.own.wall_s:.2f}",
            f"{_LIMIT_S + cost.own.wall_s * _LIMIT:.2f}",
        ]
        for manager, cost in costs.items()
    ]
    told = [
        [name, f"{ratio:.2f}", f"{low:.2f} to {high:.2f}", _agreement((low, high), ratios["`kb run`"][1:])]
        for name, (ratio, low, high) in ratios.items()
    ]
    return "\n\n".join(
        (
            table(
                ["manager", "its own commands s", "two imports s", "`kb run` s", "more s", "aim s (10 % + 1 s)"], rows
            ),
            f"{requirement} with an empty cache, one round, medians of {rounds} in turn. {_WHAT_MORE}",
            table(["pip / uv, warm cache", "ratio", "interval (95 %)", "overlaps with `kb run`"], told),
            f"{rounds} rounds each. {_WHY_TWICE}",
        )
    )


def _agreement(one: Sequence[float], other: Sequence[float]) -> str:
    return "yes" if max(one[0], other[0]) <= min(one[1], other[1]) else "no"


if __name__ == "__main__":
    main()
