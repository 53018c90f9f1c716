"""Times a knowledge base of many records: check, index and search.

    .venv/bin/python benchmarks/knowledge.py [--records 10000] [--write]

The records are one real record of this machine, each with another salt, title and size, written through the same code
as any other. Searching and updating are timed against the same command in an empty knowledge base, so that the start
of the program, which has its own figure, is told apart.
"""

import argparse
import json
import secrets
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from envkb.document.canonical import encode
from envkb.document.identity import digest_of, record_id
from timing import run, table, write_section

KB = str(Path(sys.executable).parent / "kb")
SIZES = (15_000, 60_000)
ROUNDS = 7
WORDS = "resolver wheel driver kernel mismatch timeout symbol missing shared object import slow channel".split()


def main() -> None:
    """Measure, print, and with `--write` publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty = new_base(Path(folder) / "empty")
        template = json.loads(real_record(empty).read_bytes())
        rows = [measure(Path(folder) / str(size), template, size, arguments.records) for size in SIZES]
        start = median([KB, "search", "kernel", "--root", str(empty)])
    head = ["records", "`kb check` s", "peak MB", "first index s", "index after one new s", "`kb search` s"]
    text = table(head, rows)
    text += (
        f"\n\nWhole processes; the last two are medians of {ROUNDS}. Of each search {start:.3f} s is the start of the "
        "program: the same command in a knowledge base of one record takes that long."
    )
    print(text)
    if arguments.write:
        write_section("knowledge", text)


def new_base(root: Path) -> Path:
    """Make an empty knowledge base."""
    subprocess.run([KB, "init", str(root)], check=True, capture_output=True)
    return root


def real_record(root: Path) -> Path:
    """Record this machine and return the record's file."""
    done = subprocess.run([KB, "record", "--no-input", "--root", str(root), "--json"], check=True, capture_output=True)
    path: str = json.loads(done.stdout)["path"]
    return root / path


def measure(root: Path, template: dict, size: int, count: int) -> list[str]:  # type: ignore[type-arg]
    """Fill a knowledge base with records of about this size and time what users do with it."""
    new_base(root)
    for number in range(count):
        write(root, template, size, number)
    checked = run([KB, "check", "--root", str(root)])
    search = [KB, "search", "kernel", "--root", str(root)]
    first = run(search)
    updates = []
    for number in range(ROUNDS):
        write(root, template, size, count + number)
        updates.append(run(search).wall_s)
    found = median(search)
    return [
        f"{count:,} of {size // 1000} KB",
        f"{checked.wall_s:.1f}",
        f"{checked.peak_bytes / 1e6:.0f}",
        f"{first.wall_s:.1f}",
        f"{statistics.median(updates) - found:.3f}",
        f"{found:.3f}",
    ]


def median(command: list[str]) -> float:
    """Return the median wall-clock time of a command after a warm-up."""
    run(command)
    return statistics.median(run(command).wall_s for _ in range(ROUNDS))


def write(root: Path, template: dict, size: int, number: int) -> None:  # type: ignore[type-arg]
    """Write one record: the template with another salt and title, cut or filled to about the size."""
    picked = [WORDS[(number * step) % len(WORDS)] for step in (1, 3, 5)]
    record = {**template, "salt": secrets.token_hex(16), "title": f"Experiment {number}: {' '.join(picked)}"}
    record["attachments"] = []
    facts = list(template["facts"])
    while len(data := encode({**record, "facts": facts})) > size and facts:
        facts = facts[: -max(1, (len(data) - size) // 400)]
    filler = "x" * max(0, size - len(data) - 60)
    if filler:
        record["notes"] = [{"title": None, "text": filler}]
    data = encode({**record, "facts": facts})
    name = record_id(digest_of(data), int(record["created"][:4]))
    path = root / "kb" / "records" / record["created"][:4] / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    main()
