"""Compares `kb record` with torch's collect_env, and `kb --help` with `mkdocs --help`, in one run.

    .venv/bin/python benchmarks/capture.py --torch-python .venv-torch/bin/python [--rounds 15] [--write]

Both readers look at the environment of `--torch-python`. With `--write` the table goes into the documentation.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import interleave, median_s, peak_mb, table, write_section

BIN = Path(sys.executable).parent
NOTHING = re.compile(r"could not collect|^n/a$|^$", re.IGNORECASE)


def main() -> None:
    """Measure, print, and with `--write` publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torch-python", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    target = str(arguments.torch_python.absolute())
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([str(BIN / "kb"), "init", folder], check=True, capture_output=True)
        record = [str(BIN / "kb"), "record", "--no-input", "--python", target, "--root", folder]
        collect = [target, "-m", "torch.utils.collect_env"]
        captures = interleave({"record": record, "collect": collect}, arguments.rounds)
        ok, theirs = facts_of_kb(record), facts_of_collect_env(collect)
    helps = interleave({"kb": [str(BIN / "kb"), "--help"], "mkdocs": [str(BIN / "mkdocs"), "--help"]}, arguments.rounds)
    text = report(captures, helps, ok, theirs, arguments.rounds)
    print(text)
    if arguments.write:
        write_section("capture", text)


def facts_of_kb(record: list[str]) -> int:
    """Count the distinct names of facts with status ok; flags and packages are no facts."""
    done = subprocess.run([*record, "--dry-run", "--json"], check=True, capture_output=True)
    facts = json.loads(done.stdout)["record"]["facts"]
    return len({(fact["subject"], fact["name"]) for fact in facts if fact["status"] == "ok"})


def facts_of_collect_env(collect: list[str]) -> int:
    """Count the lines that tell a value; flags and package lines are left out here too."""
    text = subprocess.run(collect, check=True, capture_output=True, text=True).stdout
    told = 0
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and not name.startswith(("[pip", "[conda", "Flags")) and not NOTHING.search(value.strip()):
            told += 1
    return told


def report(captures: dict, helps: dict, ok: int, theirs: int, rounds: int) -> str:  # type: ignore[type-arg]
    """Return the table as Markdown."""
    mine, other = median_s(captures["record"]), median_s(captures["collect"])
    kb_help, mkdocs_help = median_s(helps["kb"]), median_s(helps["mkdocs"])
    rows = [
        ["`kb record --no-input`", f"{mine:.3f}", f"{peak_mb(captures['record']):.0f}", str(ok)],
        ["`python -m torch.utils.collect_env`", f"{other:.3f}", f"{peak_mb(captures['collect']):.0f}", str(theirs)],
        ["**ratio**", f"**{other / mine:.1f} times faster**", "", f"**{ok / theirs:.1f} times as many**"],
        ["`kb --help`", f"{kb_help:.3f}", f"{peak_mb(helps['kb']):.0f}", ""],
        ["`mkdocs --help`", f"{mkdocs_help:.3f}", f"{peak_mb(helps['mkdocs']):.0f}", ""],
        ["**ratio**", f"**{mkdocs_help / kb_help:.2f}**", "", ""],
    ]
    head = table(["command", "median s", "peak MB", "facts read"], rows)
    return f"{head}\n\nMedians of {rounds} runs each, interleaved, after one warm-up; peak memory is the largest seen."


if __name__ == "__main__":
    main()
