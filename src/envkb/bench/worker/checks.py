"""Compares results with references that were computed another way."""

from __future__ import annotations

import math
from typing import Sequence

from envkb.bench.worker.case import NotANumberError, WrongResultError


def compare(actual: Sequence[float], expected: Sequence[float], tolerance: float) -> bool:
    """Return true where two lists agree.

    Args:
        actual: What was computed.
        expected: The reference.
        tolerance: The largest error allowed, as a share of the reference's largest number.

    Raises:
        NotANumberError: A result is NaN or infinite.
        WrongResultError: An error is too large.
    """
    if not all(map(math.isfinite, actual)):
        raise NotANumberError("the result holds NaN or an infinity")
    if len(actual) != len(expected):
        raise WrongResultError(f"the result has {len(actual)} numbers, its reference {len(expected)}")
    scale = max(map(abs, expected), default=0.0) or 1.0
    error = max((abs(one - other) / scale for one, other in zip(actual, expected)), default=0.0)
    return demand_small(error, tolerance)


def demand_small(error: float, tolerance: float) -> bool:
    """Return true where the largest error, as a share of the reference's largest number, is allowed.

    Raises:
        WrongResultError: It is too large, or no number, which a reference that is none makes of it.
    """
    if not error <= tolerance:
        raise WrongResultError(f"the largest error is {error:.3g}, {tolerance:.3g} is allowed")
    return True


def demand(what: str, *, holds: bool) -> bool:
    """Return true where something that must hold does.

    Raises:
        WrongResultError: It does not.
    """
    if not holds:
        raise WrongResultError(what)
    return True


def demand_finite(*, holds: bool) -> None:
    """Demand that a whole result is finite.

    Raises:
        NotANumberError: It is not.
    """
    if not holds:
        raise NotANumberError("the result holds NaN or an infinity")
