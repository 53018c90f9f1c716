"""Tries by simulation how often the interval of a ratio holds the truth, and how often a verdict is wrong.

    .venv/bin/python benchmarks/intervals.py [--comparisons 500] [--write]

Every comparison has a baseline, a candidate and the A/A control, in the order in which `kb run` takes them, and noise
of one kind on that line of time. Intervals and verdicts come from the code that `kb compare` uses. The noise is drawn
from a fixed seed: the same table comes out every time.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from envkb.assess.rounds import Slot, pair_rounds
from envkb.assess.statistics import (
    MARGIN,
    Estimate,
    Verdict,
    control_fails,
    control_shows_as_much,
    judge,
    paired_ratio,
)
from envkb.bench.schedule import interleave
from timing import table, write_section

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "verdicts.md"
SEED = 20261123
ROUNDS = (5, 6, 10, 30)
TENTH, EIGHT_PERCENT = 1.1, 1.08

Noise = Callable[[np.random.Generator, int], np.ndarray]


def lasting(generator: np.random.Generator, count: int) -> np.ndarray:
    """Return noise that lasts, as load does: each value remembers nine tenths of the one before."""
    values = generator.normal(0, 0.1, count)
    for place in range(1, count):
        values[place] = 0.9 * values[place - 1] + (1 - 0.9**2) ** 0.5 * values[place]
    return values + generator.normal(0, 0.02, count)


def spikes(generator: np.random.Generator, count: int) -> np.ndarray:
    """Return quiet noise in which one sample of twenty takes a hundred times as long."""
    struck = generator.random(count) < 0.05  # noqa: PLR2004 - one of twenty
    return generator.normal(0, 0.02, count) + np.where(struck, np.log(100), 0.0)


NOISES: dict[str, Noise] = {
    "3 % on each sample": lambda generator, count: generator.normal(0, 0.03, count),
    "10 % on each sample": lambda generator, count: generator.normal(0, 0.1, count),
    "heavy tails": lambda generator, count: 0.05 * np.abs(generator.standard_t(1.5, count)),
    "one of twenty 100 times as long": spikes,
    "two modes, 22 % apart": lambda generator, count: (
        generator.normal(0, 0.01, count) + 0.2 * (generator.random(count) < 0.4)  # noqa: PLR2004 - of five, two
    ),
    "a drift of 50 %, and 3 %": lambda generator, count: (
        np.linspace(0, np.log(1.5), count) + generator.normal(0, 0.03, count)
    ),
    "load that lasts, 10 %": lasting,
}


class Tally(NamedTuple):
    """What one comparison showed: of nothing, and of a difference that was planted."""

    held: bool
    nothing: Verdict
    tenth: Verdict
    eight: Verdict


def main() -> None:
    """Simulate, print, and with `--write` publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comparisons", type=int, default=500, help="of each kind")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    text = report(arguments.comparisons)
    print(text)
    if arguments.write:
        write_section("intervals", text, PAGE)


def report(comparisons: int) -> str:
    """Return the table as Markdown."""
    columns = [
        "noise",
        "rounds",
        "interval held the truth",
        "nothing: called a difference",
        "nothing: equivalent",
        "10 % slower: slower",
        "8 % slower: equivalent",
    ]
    rows = []
    for name, noise in NOISES.items():
        for rounds in ROUNDS:
            generator = np.random.default_rng([SEED, rounds])
            tallies = [simulate(generator, noise, rounds) for _ in range(comparisons)]
            shares = (
                [tally.held for tally in tallies],
                [tally.nothing in ("faster", "slower") for tally in tallies],
                [tally.nothing == "equivalent" for tally in tallies],
                [tally.tenth == "slower" for tally in tallies],
                [tally.eight == "equivalent" for tally in tallies],
            )
            rows.append([name, str(rounds), *(f"{100 * sum(share) / len(share):.1f} %" for share in shares)])
    return f"{table(columns, rows)}\n\n{comparisons:,} comparisons a row, seed {SEED}."


def simulate(generator: np.random.Generator, noise: Noise, rounds: int) -> Tally:
    """Make one comparison; a difference that is planted moves the ratio, and nothing else."""
    slots = interleave({"baseline": ("b",), "candidate": ("b",)}, rounds, control="baseline")
    seats: dict[tuple[str, str], list[Slot]] = {}
    for slot, value in zip(slots, np.exp(noise(generator, len(slots))), strict=True):
        seats.setdefault((slot.seat.arm, slot.seat.role), []).append((slot.order, float(value)))
    baseline, candidate = seats["baseline", "subject"], seats["candidate", "subject"]
    found = paired_ratio(pair_rounds(baseline, candidate))
    control = paired_ratio(pair_rounds(baseline, seats["baseline", "control"]))
    held = found.low <= 1 <= found.high
    return Tally(held, *(verdict_of(times(found, planted), control) for planted in (1.0, TENTH, EIGHT_PERCENT)))


def times(found: Estimate, factor: float) -> Estimate:
    """Return what the same rounds would have shown of a candidate that takes so many times as long."""
    return Estimate(ratio=found.ratio * factor, low=found.low * factor, high=found.high * factor, count=found.count)


def verdict_of(found: Estimate, control: Estimate) -> Verdict:
    """Return the verdict beside a control, as `kb compare` draws it."""
    verdict = judge(found, MARGIN, "lower")
    if control_fails(control, MARGIN):
        return "cannot tell"
    return "cannot tell" if verdict != "equivalent" and control_shows_as_much(found, control) else verdict


if __name__ == "__main__":
    main()
