"""Times `kb risk matrix` over many records and risks, the index being warm.

    .venv/bin/python benchmarks/risks.py [--records 10000] [--risks 100] [--write]

The records are one real record of this machine, each with another salt, host, manager, version of torch, outcome, edge
case and measurement. The risks differ in scope and event; each finds its records among all of them.
"""

import argparse
import itertools
import json
import secrets
import statistics
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from envkb.document.canonical import encode
from envkb.document.identity import digest_of, record_id
from envkb.knowledge.kept import INTERVALS
from timing import run, table, write_section

KB = str(Path(sys.executable).parent / "kb")
ROUNDS = 7
MANAGERS = ("uv", "pip", "conda", "pixi")
VERSIONS = ("2.11.0", "2.12.1", "2.13.0", "2.14.1", "2.15.0")
CLASSES = ("index-confusion", "wsl-libcuda", "openmp-duplicate", "no-matching-wheel", "network")
HOSTS = 20
EVENTS = (
    "failed: any",
    "edges: [{edge}]",
    "edges: any\n  min_severity: major",
    "measurement: {{benchmark: install, op: '>', value: 30, unit: s}}",
)
RISK = """---
statement: Risk {number}
category: timing
owner: nobody
review: 2030-01-01
impact: {impact}
impact_reason: it is only a timing
scope: {scope}
event:
  {event}
prior: {{mean: 0.3, weight: 2, source: nothing}}
response: accept
---
"""


def main() -> None:
    """Measure, print, and with `--write` publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--risks", type=int, default=100)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty, full = (new_base(Path(folder) / name) for name in ("empty", "full"))
        fill(full, arguments.records)
        for number in range(arguments.risks):
            write_risk(full, number)
        write_risk(empty, 0)
        command = [KB, "risk", "matrix", "--root"]
        rows = [
            ["matrix", f"{median([*command, str(full)]):.3f}"],
            ["the first of a day", f"{median([*command, str(full)], forget=full):.3f}"],
            ["matrix of one risk, no records", f"{median([*command, str(empty)]):.3f}"],
        ]
    text = (
        f"{table(['command', 'median s'], rows)}\n\nWhole processes over {arguments.records:,} records and "
        f"{arguments.risks} risks, medians of {ROUNDS} after one that made the index. Evidence ages, so the first of a "
        "day computes every interval and loads scipy for it; the others know them. The last is what the start of "
        "Python and kb costs."
    )
    print(text)
    if arguments.write:
        write_section("risks", text)


def new_base(root: Path) -> Path:
    """Make an empty knowledge base."""
    subprocess.run([KB, "init", str(root)], check=True, capture_output=True)
    return root


def fill(root: Path, count: int) -> None:
    """Write records that differ in everything that risks ask for."""
    command = [KB, "record", "--no-input", "--root", str(root), "--json", "--metric", "install=1s"]
    done = subprocess.run(command, check=True, capture_output=True)
    template = json.loads((root / json.loads(done.stdout)["path"]).read_bytes())
    template["facts"] = template["facts"][:20]
    for number in range(count):
        write_record(root, template, number)


def write_record(root: Path, template: dict, number: int) -> None:  # type: ignore[type-arg]
    """Write one record."""
    manager, version = MANAGERS[number % len(MANAGERS)], VERSIONS[number // 4 % len(VERSIONS)]
    failed = number % 7 == 0
    written = date(2026, 11, 22) - timedelta(days=number % 700)
    (measurement,) = template["measurements"]
    edge = {"origin": "captured", "class": CLASSES[number % 5], "symptom": "x", "severity": "major", "phase": "import"}
    edge |= dict.fromkeys(("package", "workaround", "worked", "link", "fingerprint"))
    torch = {**template["environment"]["distributions"][0], "name": "torch", "version": version}
    record = {
        **template,
        "created": f"{written}T10:00:00Z",
        "salt": secrets.token_hex(16),
        "title": f"Experiment {number}",
        "outcome": "failure" if failed else "success",
        "host": {**template["host"], "key": f"{number // 20 % HOSTS:020x}", "key_status": "ok", "key_reason": None},
        "environment": {**template["environment"], "manager": manager, "distributions": [torch]},
        "edge_cases": [edge] if number % 5 == 0 else [],
        "measurements": [{**measurement, "samples": [float(number % 60)]}],
        "attachments": [],
        "links": [],
    }
    data = encode(record)
    path = root / "kb" / "records" / str(written.year) / f"{record_id(digest_of(data), written.year)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write_risk(root: Path, number: int) -> None:
    """Write one risk; the scopes hold between a twentieth and all of the records."""
    scopes = [
        *(f"manager = {manager}" for manager in MANAGERS),
        *(f"package torch = {version[:4]}" for version in VERSIONS),
        *(f"manager = {manager} and package torch = {version[:4]}" for manager in MANAGERS for version in VERSIONS),
        *(f"host = {host:020x} or host = {host + 1:020x}" for host in range(HOSTS - 1)),
        "outcome is known",
    ]
    scope, event = next(itertools.islice(itertools.product(scopes, EVENTS), number, None))
    text = RISK.format(
        number=number, impact=number % 5 + 1, scope=scope, event=event.format(edge=CLASSES[number % len(CLASSES)])
    )
    (root / "kb" / "risks").mkdir(exist_ok=True)
    (root / "kb" / "risks" / f"risk-{number}.md").write_text(text, "utf-8")


def median(command: list[str], forget: Path | None = None) -> float:
    """Return the median wall-clock time of a command after a warm-up.

    Args:
        command: The command.
        forget: A root whose intervals are forgotten before each.
    """
    run(command)
    taken = []
    for _ in range(ROUNDS):
        if forget:
            (forget / INTERVALS).unlink(missing_ok=True)
        taken.append(run(command).wall_s)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
