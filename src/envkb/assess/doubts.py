"""What makes samples less trustworthy, and what to do about it. Pure; the mathematics is scipy's."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pydantic import JsonValue

from envkb.assess.compared import Cause, Warned
from envkb.assess.rounds import each_round, have_ratios
from envkb.assess.statistics import FEWEST_ROUNDS, load_scipy_stats
from envkb.model.measurement import Measurement

_FOR_TREND: Final = 10  # rounds from which on a trend can be told from chance
_FOR_MODES: Final = 20  # likewise two modes: of ten samples of one mode, every fifth set looks like two
_TREND_P: Final = 0.01
_SMALL_MODE: Final = 0.2  # share of the samples that makes a second mode more than a few stragglers
_VALLEY: Final = 0.5  # how deep it must be between two modes, of the lower one's height
_GRID: Final = 256
_HALF_A_CORE: Final = 0.5
_STEAL_PERCENT: Final = 5.0
_OTHERS_PERCENT: Final = 25.0  # where the number of processors is not known
_ALL_PERCENT: Final = 100.0
_COOL: Final = "let it cool, give it air, or the power supply it wants, and run again"

_Found = Iterator[tuple[Cause, str, str]]


def doubts(measurement: Measurement, side: str, margin: float) -> tuple[Warned, ...]:
    """Return what speaks against a measurement.

    Args:
        measurement: The measurement of one side.
        side: What the side is called.
        margin: Share that makes no difference: what moves samples by less is not mentioned.
    """
    values = each_round(measurement)
    found: list[tuple[Cause, str, str]] = [*_throttling(measurement), *_load(measurement)]
    logs = [math.log(value) for value in values] if have_ratios([(min(values), max(values))]) else []
    if len(values) < FEWEST_ROUNDS:
        number = "there is one" if len(values) == 1 else f"there are {len(values)}"
        found.append(("few samples", number, f"take at least {FEWEST_ROUNDS} rounds (--rounds)"))
    if len(logs) >= _FOR_TREND:
        found += _drift(logs, margin)
    if len(logs) >= _FOR_MODES:
        found += _modes(logs, margin)
    return tuple(Warned(cause=cause, side=side, message=message, advice=advice) for cause, message, advice in found)


def _drift(logs: Sequence[float], margin: float) -> _Found:
    stats = load_scipy_stats()
    places = range(len(logs))
    change = stats.theilslopes(logs, places).slope * (len(logs) - 1)
    if abs(change) > math.log1p(margin) and stats.kendalltau(places, logs).pvalue < _TREND_P:
        yield (
            "drift",
            f"samples changed by {math.expm1(change):+.0%} from the first round to the last",
            "the machine was warming up or getting busy; rounds that interleave cancel it, but let it settle first",
        )


def _modes(logs: Sequence[float], margin: float) -> _Found:
    found = two_modes(logs)
    if found is not None and found[1] - found[0] > math.log1p(margin):
        yield (
            "two modes",
            f"samples gather at two values, {math.expm1(found[1] - found[0]):.0%} apart",
            "something switches: clock speed, kinds of core, caches, a job of the system; pin it or find it",
        )


def two_modes(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the two values that samples gather at; None where they gather at one.

    Two peaks of the density count where the valley between is deep and either side holds a good part of the samples.
    """
    stats = load_scipy_stats()
    import numpy as np  # noqa: PLC0415 - comes with scipy
    from scipy.signal import find_peaks  # noqa: PLC0415 - likewise

    held = np.asarray(values)
    if np.ptp(held) == 0:
        return None
    grid = np.linspace(held.min(), held.max(), _GRID)
    # Silverman's rule is for one mode; half of it lets two be seen.
    density = np.pad(stats.gaussian_kde(held, lambda kde: kde.silverman_factor() / 2)(grid), 1)
    peaks = find_peaks(density)[0]
    if len(peaks) < 2:  # noqa: PLR2004 - two modes
        return None
    low, high = sorted(sorted(peaks, key=lambda place: density[place])[-2:])
    valley = low + int(np.argmin(density[low:high]))
    share = float(np.mean(held < grid[valley - 1]))
    deep = density[valley] < _VALLEY * min(density[low], density[high])
    if not deep or not _SMALL_MODE <= share <= 1 - _SMALL_MODE:
        return None
    return float(grid[low - 1]), float(grid[high - 1])


def _throttling(measurement: Measurement) -> _Found:
    told = _conditions(measurement, "during")
    speed = _largest(_conditions(measurement, "after").get("cpu_speed_limit_percent"), smallest=True)
    by = told.get("throttled_by")
    if told.get("throttled") is True or by:
        reasons = ", ".join(map(str, by)) if isinstance(by, list) else "a limit"
        yield "throttling", f"the machine held itself back: {reasons}", _COOL
    elif (_largest(told.get("gpu_power_capped")) or 0) > 0:
        yield "throttling", "the GPU was at its power limit", _COOL
    elif speed is not None and speed < _ALL_PERCENT:
        yield "throttling", f"the system had limited the processor to {speed:g} %", _COOL


def _load(measurement: Measurement) -> _Found:
    during, standing = _conditions(measurement, "during"), _conditions(measurement, None)
    others = _largest(during.get("cpu_others_percent"))
    steal = _largest(during.get("cpu_steal_percent"))
    cpus = _largest(standing.get("cpus"))
    limit = min(_ALL_PERCENT, _HALF_A_CORE / cpus * _ALL_PERCENT) if cpus else _OTHERS_PERCENT
    if others is not None and others >= limit:
        yield "load", f"other programs used up to {others:g} % of the processors", "close them, or run again at night"
    if steal is not None and steal >= _STEAL_PERCENT:
        message = f"other guests of the hypervisor took up to {steal:g} % of the processors"
        yield "load", message, "run again when the host is quiet, or on a machine of its own"


def _conditions(measurement: Measurement, when: str | None) -> dict[str, JsonValue]:
    return {row.name: row.value for row in measurement.conditions if row.when == when}


def _largest(value: JsonValue, *, smallest: bool = False) -> float | None:
    held: list[Any] = value if isinstance(value, list) else [value]
    numbers = [float(each) for each in held if isinstance(each, int | float) and not isinstance(each, bool)]
    return (min if smallest else max)(numbers, default=None)
