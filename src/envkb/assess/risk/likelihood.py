"""Probabilities with intervals, and the levels drawn from them. Pure; the mathematics is scipy's, loaded when needed.

The prior of mean m and weight k is Beta(m·k, (1-m)·k). A cluster of weight w in whose records the event has the share s
adds w·s to the first number and w·(1-s) to the second.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Final, Self

from envkb.assess.risk.clusters import Cluster
from envkb.errors import ToolMissingError
from envkb.model.risk import Prior, RiskLevel
from envkb.model.settings import Thresholds
from envkb.model.value import Value

CREDIBILITY: Final = 0.90
"""Share of the probability that the interval holds; as much is left out below it as above."""

_THREADS: Final = "OPENBLAS_NUM_THREADS"
_LOW: Final = (1 - CREDIBILITY) / 2


Ends = tuple[float, float]
"""Lower and upper end of an interval."""


class Intervals:
    """Computes intervals; those that are known already are not computed again.

    Attributes:
        new: Those that were computed, by key.
    """

    def __init__(self, known: Mapping[str, Ends] | None = None) -> None:
        """Start with what was computed before, by key."""
        self._known = known or {}
        self.new: dict[str, Ends] = {}

    def ends(self, alpha: float, beta: float) -> Ends:
        """Return the ends of the 90 % interval of a Beta distribution.

        Raises:
            ToolMissingError: The extra `stats` is not installed.
        """
        key = f"{alpha!r} {beta!r}"
        found = self._known.get(key) or self.new.get(key)
        if found is None:
            special = load_scipy_special()
            low, high = (float(special.betaincinv(alpha, beta, share)) for share in (_LOW, 1 - _LOW))
            found = self.new[key] = (low, high)
        return found


class Likelihood(Value):
    """A probability with its interval.

    Attributes:
        probability: Mean of the distribution.
        low: Lower end of the 90 % interval.
        high: Upper end of the 90 % interval.
        alpha: First number of the Beta distribution: the weight of what speaks for the event.
        beta: Second number: the weight of what speaks against it.
    """

    probability: float
    low: float
    high: float
    alpha: float
    beta: float

    @classmethod
    def of(cls, alpha: float, beta: float, intervals: Intervals | None = None) -> Self:
        """Return the likelihood that a Beta distribution stands for.

        Args:
            alpha: Its first number.
            beta: Its second number.
            intervals: Knows those that were computed before.

        Raises:
            ToolMissingError: The extra `stats` is not installed.
        """
        low, high = (intervals or Intervals()).ends(alpha, beta)
        return cls(probability=alpha / (alpha + beta), low=low, high=high, alpha=alpha, beta=beta)

    @property
    def confidence(self) -> float:
        """How confident one may be that it works: 1 - probability."""
        return 1 - self.probability

    @property
    def width(self) -> float:
        """Width of the interval."""
        return self.high - self.low


def posterior(prior: Prior, clusters: Iterable[Cluster] = (), intervals: Intervals | None = None) -> Likelihood:
    """Return what is believed with the evidence of some clusters; without one, what is believed beforehand.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    return Likelihood.of(*beta_of(prior, ((each.weight, each.share) for each in clusters)), intervals)


def beta_of(prior: Prior, weighed: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return both numbers of the Beta distribution that a prior and the weight and share of clusters give."""
    alpha, beta = prior.mean * prior.weight, (1 - prior.mean) * prior.weight
    for weight, share in weighed:
        alpha += weight * share
        beta += weight * (1 - share)
    return alpha, beta


def band_of(probability: float, thresholds: Thresholds) -> int:
    """Return the likelihood band that a probability falls into, from 0; a bound belongs to the band above it."""
    return sum(probability >= bound for bound in thresholds.likelihood_bounds)


def level_of(probability: float, impact: int, thresholds: Thresholds) -> RiskLevel:
    """Return the level of a risk by the grid of `kb.toml`."""
    word = thresholds.risk_grid[band_of(probability, thresholds)].split()[impact - 1]
    return "low" if word == "low" else "medium" if word == "medium" else "high"


def load_scipy_special() -> ModuleType:
    """Return `scipy.special`.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    try:
        with _one_thread():
            from scipy import special  # noqa: PLC0415 - optional, and slow to load
    except ImportError as error:
        raise ToolMissingError(
            "computing a risk needs scipy, which is not installed", hint="pip install 'envkb[stats]'"
        ) from error
    found: ModuleType = special
    return found


@contextmanager
def _one_thread() -> Iterator[None]:
    # OpenBLAS, which comes with numpy, makes a thread for each core when it is loaded. Nothing here uses them, and
    # making them takes half of the time. Programs started later must not see the variable: they may be measured.
    if _THREADS in os.environ:
        yield
        return
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        del os.environ[_THREADS]
