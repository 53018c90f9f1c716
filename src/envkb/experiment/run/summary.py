"""Says in two sentences what a record of a run shows. Pure."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING, Final

from envkb.experiment.run.trial import Trial

if TYPE_CHECKING:
    from envkb.model.measurement import Measurement

_LONG_S: Final = 100.0  # from here on no fraction counts


def summary_of(trials: Sequence[Trial], measured: Sequence["Measurement"]) -> str | None:
    """Return what happened and how long it took; None where nothing was tried.

    Args:
        trials: The rounds of one combination, without the control's.
        measured: What its benchmarks showed.
    """
    told = " ".join((*_installs(trials), *_benchmarks(measured)))
    return told or None


def _installs(trials: Sequence[Trial]) -> Iterator[str]:
    if not trials:
        return
    good = [trial for trial in trials if trial.succeeded]
    rounds = "1 round" if len(trials) == 1 else f"{len(trials)} rounds"
    failure = next((trial.failure for trial in trials if trial.failure), None)
    if failure is not None:
        yield f"Failed in {len(trials) - len(good)} of {rounds}: {failure.headline}."
    elif len(trials) > 1:
        yield f"Installed in each of {rounds}, in turn with the other arms of its run."
    else:
        yield "Installed once."
    if good:
        yield f"{'Median: install' if len(good) > 1 else 'Install'} {', '.join(_times(good))}."


def _times(good: Sequence[Trial]) -> Iterator[str]:
    yield seconds(median(trial.wall_s for trial in good))
    for name in dict.fromkeys(told.module for trial in good for told in trial.imports):
        firsts = [
            (trial.wall_s, told.first.seconds)
            for trial in good
            for told in trial.imports
            if told.module == name and told.first.seconds is not None
        ]
        if firsts:
            yield f"first import of {name} {seconds(median(first for _, first in firsts))}"
            yield f"together {seconds(median(map(sum, firsts)))}"


def _benchmarks(measured: Sequence["Measurement"]) -> Iterator[str]:
    own = [one for one in measured if one.role == "subject" and one.quantity == "duration"]
    suites = sorted({one.benchmark.suite for one in own if one.benchmark.suite})
    if own:
        count = "1 benchmark" if len(own) == 1 else f"{len(own)} benchmarks"
        yield f"{count} of {' and '.join(suites) or 'its own'} measured inside."


def seconds(value: float) -> str:
    """Return seconds with three digits that count: `12.3 s`, `0.871 s`, `87.1 ms`."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size / 10:
            told = value / size
            return f"{told:.3g} {unit}" if told < _LONG_S else f"{told:.0f} {unit}"
    return f"{value / 1e-6:.3g} µs"
