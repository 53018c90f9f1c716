"""Times whole processes, interleaved, and writes tables into the documentation."""

import os
import re
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "measured.md"


class Taken(NamedTuple):
    """What one process cost: wall-clock seconds and the peak resident memory of its largest process in bytes."""

    wall_s: float
    peak_bytes: int


def run(command: Sequence[str], cwd: Path | None = None) -> Taken:
    """Run a command once and fail loudly if it fails: a failed run is no sample."""
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {errors.decode(errors='replace')}")
    return Taken(wall, usage.ru_maxrss * 1024)


def interleave(commands: Mapping[str, Sequence[str]], rounds: int, cwd: Path | None = None) -> dict[str, list[Taken]]:
    """Run each command once to warm up, then all in turn, forwards and backwards (A B, B A, …)."""
    taken: dict[str, list[Taken]] = {name: [] for name in commands}
    for command in commands.values():
        run(command, cwd)
    for number in range(rounds):
        order = list(commands) if number % 2 == 0 else list(commands)[::-1]
        for name in order:
            taken[name].append(run(commands[name], cwd))
    return taken


def median_s(samples: Sequence[Taken]) -> float:
    """Return the median wall-clock time in seconds."""
    return statistics.median(sample.wall_s for sample in samples)


def peak_mb(samples: Sequence[Taken]) -> float:
    """Return the largest peak memory in MB (10^6 bytes)."""
    return max(sample.peak_bytes for sample in samples) / 1e6


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_section(name: str, text: str, place: Path = PAGE) -> None:
    """Replace the section of this name on a page, by default that of measured figures, between its two marks."""
    page = place.read_text("utf-8")
    start, end = f"<!-- {name}: made by benchmarks/{name}.py -->", f"<!-- {name}: end -->"
    pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(page):
        raise SystemExit(f"{place} has no place marked for {name}")
    place.write_text(pattern.sub(lambda _: f"{start}\n\n{text}\n\n{end}", page), "utf-8")
