"""Times `kb decision check` over many records and decisions, the index being warm.

    .venv/bin/python benchmarks/decisions.py [--records 10000] [--decisions 100] [--write]

The records are those of `risks.py`. Each decision assumes a share of successes, the absence of an edge case, a range of
versions and a ratio, each over records of its own; every fifth also the level of a risk.
"""

import argparse
import json
import tempfile
from pathlib import Path

from risks import CLASSES, HOSTS, KB, MANAGERS, ROUNDS, fill, median, new_base, write_risk
from timing import run, table, write_section

DECISION = """---
status: accepted
date: 2026-11-22
assumptions: {assumptions}
---

# Decision {number}

## Considered options

* one
* another
"""


def main() -> None:
    """Measure, print, and with `--write` publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--decisions", type=int, default=100)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty, full = (new_base(Path(folder) / name) for name in ("empty", "full"))
        fill(full, arguments.records)
        for number in range(arguments.decisions):
            write_risk(full, number)
            write_decision(full, number)
        command = [KB, "decision", "check", "--root"]
        run([KB, "search", "torch", "--root", str(full)])
        first = run([*command, str(full)]).wall_s
        rows = [
            ["check", f"{median([*command, str(full)]):.3f}"],
            ["the first of a day", f"{median([*command, str(full)], forget=full):.3f}"],
            ["check that computes every ratio anew", f"{first:.3f}"],
            ["check of nothing", f"{median([*command, str(empty)]):.3f}"],
        ]
    text = (
        f"{table(['command', 's'], rows)}\n\nWhole processes over {arguments.records:,} records and "
        f"{arguments.decisions} decisions with four to five assumptions each, medians of {ROUNDS} but for the one "
        "that computes every ratio anew; ratios of the same records are computed once and kept, as are the intervals "
        "of a day."
    )
    print(text)
    if arguments.write:
        write_section("decisions", text)


def write_decision(root: Path, number: int) -> None:
    """Write one decision."""
    manager, other = MANAGERS[number % 4], MANAGERS[(number + 1) % 4]
    host = f"host = {number % HOSTS:020x}"
    checks: list[dict[str, object]] = [
        {"kind": "successes", "where": f"manager = {manager} and {host}", "at_least": 0.5},
        {"kind": "edge", "class": CLASSES[0], "where": f"manager = {manager}", "expect": "present"},
        {"kind": "version", "package": "torch", "versions": ">=2", "where": host},
        {
            "kind": "ratio",
            "benchmark": "install",
            "baseline": f"manager = {manager} and {host}",
            "candidate": f"manager = {other} and {host}",
            "within": 9,
        },
    ]
    if number % 5 == 0:
        checks.append({"kind": "risk", "risk": f"risk-{number}", "at_most": "high"})
    assumptions = [{"id": f"a{place}", "statement": "s", "check": check} for place, check in enumerate(checks)]
    path = root / "kb" / "decisions" / f"{number + 1:04}-decision-{number}.md"
    path.write_text(DECISION.format(number=number, assumptions=json.dumps(assumptions)), "utf-8")


if __name__ == "__main__":
    main()
