"""Tries by simulation how often the interval of a risk holds the truth.

    .venv/bin/python benchmarks/calibration.py [--bases 1000] [--write]

A knowledge base is simulated like this: the true probability of an event is drawn, then a rate for each cluster (a host
with a manager and a stack) that scatters around it as the intra-cluster correlation says (beta-binomial), then runs in
each cluster. The interval is computed by the code that `kb risk` uses. Beside it stands what counting every run as a
trial of its own would give.
"""

import argparse
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from envkb.assess.risk.likelihood import Likelihood, beta_of
from envkb.model.risk import Prior
from timing import table, write_section

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "risk.md"
CORRELATIONS = (0.05, 0.3, 0.6, 0.9)
CLUSTERS = (2, 5, 12, 40)
MOST_RUNS = 10
SEED = 20261122


class World(NamedTuple):
    """What is simulated: how runs of one cluster correlate, how many clusters there are, and where the truth lies."""

    correlation: float
    clusters: int
    truth: tuple[float, float] = (0.0, 1.0)


class Held(NamedTuple):
    """How often the interval held the truth, how wide it was, and how far its middle was off, on average."""

    coverage: float
    width: float
    error: float


def main() -> None:
    """Simulate, print, and with `--write` publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bases", type=int, default=1000, help="simulated knowledge bases of each kind")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    text = f"{calibration(arguments.bases)}\n\n{wrong_priors(arguments.bases)}"
    print(text)
    if arguments.write:
        write_section("calibration", text, PAGE)


def calibration(bases: int) -> str:
    """Return the table for a prior that knows nothing: mean 0.5, weight 2, the truth anywhere."""
    prior = Prior(mean=0.5, weight=2.0, source="nothing is known")
    rows = []
    for correlation in CORRELATIONS:
        for count in CLUSTERS:
            world = World(correlation, count)
            ours = simulate(world, prior, bases, by_cluster=True)
            naive = simulate(world, prior, bases, by_cluster=False)
            rows.append(
                [f"{correlation:g}", str(count), _percent(ours.coverage), f"{ours.width:.2f}", _percent(naive.coverage)]
            )
    columns = ["correlation within a cluster", "clusters", "held the truth", "mean width", "every run a trial"]
    return (
        f"{table(columns, rows)}\n\n{bases:,} bases a row, 1 to {MOST_RUNS} runs a cluster, the truth uniform "
        "on 0 to 1, prior mean 0.5 with weight 2. The last column is how often the interval would hold the truth if "
        "every run counted as a trial of its own."
    )


def wrong_priors(bases: int) -> str:
    """Return the table for priors that are badly wrong: 0.1 where the truth lies between 0.8 and 1."""
    rows = []
    for weight in (2.0, 10.0):
        for count in CLUSTERS:
            held = simulate(
                World(0.3, count, (0.8, 1.0)), Prior(mean=0.1, weight=weight, source="wrong"), bases, by_cluster=True
            )
            rows.append([f"{weight:g}", str(count), _percent(held.coverage), f"{held.width:.2f}", f"{held.error:.2f}"])
    columns = ["weight of the prior", "clusters", "held the truth", "mean width", "mean error"]
    return (
        f"{table(columns, rows)}\n\nThe same with a prior of 0.1 where the truth lies between 0.8 and 1, correlation "
        "0.3; the error is that of the probability shown."
    )


def simulate(world: World, prior: Prior, bases: int, *, by_cluster: bool) -> Held:
    """Return how often the interval of a risk held the truth."""
    generator = np.random.default_rng(SEED)
    held, widths, errors = [], [], []
    for _ in range(bases):
        truth = generator.uniform(*world.truth)
        shares = list(_clusters(generator, truth, world))
        weighed = [(1.0, mean) for mean, _ in shares] if by_cluster else [(float(runs), mean) for mean, runs in shares]
        likelihood = Likelihood.of(*beta_of(prior, weighed))
        held.append(likelihood.low <= truth <= likelihood.high)
        widths.append(likelihood.width)
        errors.append(abs(likelihood.probability - truth))
    return Held(_mean(held), _mean(widths), _mean(errors))


def _clusters(generator: np.random.Generator, truth: float, world: World) -> Iterable[tuple[float, int]]:
    spread = (1 - world.correlation) / world.correlation
    for _ in range(world.clusters):
        rate = generator.beta(max(truth * spread, 1e-9), max((1 - truth) * spread, 1e-9))
        runs = int(generator.integers(1, MOST_RUNS + 1))
        yield generator.binomial(runs, rate) / runs, runs


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


if __name__ == "__main__":
    main()
