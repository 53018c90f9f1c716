"""Kills `kb run` again and again at random moments, then looks for what is left over.

    .venv/bin/python benchmarks/kills.py [--runs 50] [--seed 1] [--write]

Two of three runs are killed outright, so that they cannot clean up; the next run must do it for them. The last one goes
to its end. Fails where a process, a file, a cache or an environment is left over.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from timing import table, write_section

KB = str(Path(sys.executable).parent / "kb")
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGINT)
OPTIONS = ("--with=uv", "--rounds=4", "--cache=both", "--bytecode=default", "--bench=python", "--yes")


def main() -> None:
    """Kill, look, print, and with `--write` publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requirement", default="packaging")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--longest", type=float, default=12.0, help="seconds after which each is killed at the latest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        environ = {**os.environ, "XDG_CACHE_HOME": str(root / "cache")}
        environ["PATH"] = f"{Path(KB).parent}{os.pathsep}{environ['PATH']}"
        subprocess.run([KB, "init", str(root / "base")], env=environ, check=True, capture_output=True)
        command = [KB, "run", arguments.requirement, *OPTIONS]
        ended = Counter(kill(command, root, environ, chance, arguments.longest) for _ in range(arguments.runs))
        subprocess.run([*command, "--rounds=1"], cwd=root / "base", env=environ, check=True, capture_output=True)
        left = left_over(root)
        unfinished = len(list((root / "base" / ".kb" / "runs").glob("*")))
        records = len(list((root / "base" / "kb" / "records").rglob("*.json")))
    text = report(arguments.runs, ended, left, unfinished, records)
    print(text)
    if any(left.values()):
        raise SystemExit("something is left over")
    if arguments.write:
        write_section("kills", text)


def kill(command: list[str], root: Path, environ: dict[str, str], chance: random.Random, longest_s: float) -> str:
    """Start a run, end it at some moment, and return how it ended."""
    number = chance.choice(SIGNALS)
    process = subprocess.Popen(
        command, cwd=root / "base", env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(chance.uniform(0.05, longest_s))
    except subprocess.TimeoutExpired:
        process.send_signal(number)
        process.wait(60)
        return number.name
    return "went to its end"


def left_over(root: Path) -> dict[str, list[str]]:
    """Return what nobody should find after the last run, by kind."""
    caches = root / "cache" / "envkb"
    found = [path for folder in ("runs", "kept") for path in (caches / folder).glob("*")]
    temporary = [path for path in (root / "base").rglob("*") if path.suffix == ".tmp"]
    until = time.monotonic() + 10  # what was killed may take a moment to go
    while (working := processes(root)) and time.monotonic() < until:
        time.sleep(0.2)
    return {
        "processes": working,
        "files": [str(path) for path in temporary],
        "caches and environments": [str(path) for path in found],
    }


def processes(root: Path) -> list[str]:
    """Return the programs that work in the folder, or were told of it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            inside = str((folder / "cwd").readlink()).startswith(str(root))
        except OSError:
            continue
        if told and int(folder.name) != os.getpid() and (inside or str(root) in told):
            found.append(told)
    return found


def report(runs: int, ended: Counter[str], left: dict[str, list[str]], unfinished: int, records: int) -> str:
    """Return the table as Markdown."""
    how = ", ".join(f"{count} {name}" for name, count in sorted(ended.items()))
    rows = [[kind, str(len(held))] for kind, held in left.items()]
    told = (
        f"After {runs} runs ended at random moments ({how}) and one that went to its end. {unfinished} of them can "
        f"still go on with `kb run --resume`; {records} records were written."
    )
    return f"{table(['left over', 'number'], rows)}\n\n{told}"


if __name__ == "__main__":
    main()
