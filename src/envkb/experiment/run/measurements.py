"""Turns the trials of one combination into measurements. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from envkb.experiment.run.cells import Combination
from envkb.experiment.run.trial import Role, Trial
from envkb.model.measurement import Benchmark, Condition, Measurement, Parameter
from envkb.model.value import Origin

if TYPE_CHECKING:
    from pydantic import JsonValue

SUITE: Final = "install"
"""The suite of everything that is timed while an environment is made."""
VERSION: Final = "1"
"""Version of what is timed; it grows when results can no longer be compared with older ones."""

_CLOCK: Final = "time.perf_counter"
_USAGE: Final = "wait4"
_COUNTERS: Final = "/proc/net/dev"


@dataclass(frozen=True, slots=True)
class _Series:
    id: str
    quantity: str
    unit: Literal["s", "B"]
    instrument: str
    value: Callable[[Trial], float | None]
    module: str | None = None


_INSTALL: Final = (
    _Series("install.wall", "duration", "s", _CLOCK, lambda trial: trial.wall_s),
    _Series("install.cpu", "cpu_time", "s", _USAGE, lambda trial: trial.cpu_s),
    _Series("install.memory", "peak_memory", "B", _USAGE, lambda trial: trial.peak_bytes),
    _Series("install.received", "bytes_received", "B", _COUNTERS, lambda trial: trial.received_bytes),
)


def measurements_of(combination: Combination, trials: Sequence[Trial]) -> tuple[Measurement, ...]:
    """Return the measurements of a combination, those of the control behind them; none where no round succeeded.

    Args:
        combination: The combination.
        trials: Its rounds in order; those that failed have no samples.
    """
    done = [trial for trial in trials if trial.succeeded]
    found = []
    for series in _all_series(done):
        for role in ("subject", "control"):
            own = [(trial, series.value(trial)) for trial in done if trial.role == role]
            known = [(trial, value) for trial, value in own if value is not None]
            if known:
                found.append(_measurement(combination, series, role, known))
    return tuple(sorted(found, key=lambda one: one.role == "control"))


def _all_series(trials: Sequence[Trial]) -> Iterator[_Series]:
    yield from _INSTALL
    for phase in dict.fromkeys(told.phase for trial in trials for told in trial.phases):
        yield _Series(f"install.{phase}", "duration", "s", "manager", partial(_phase, phase))
    modules = dict.fromkeys(told.module for trial in trials for told in trial.imports)
    for number, module in enumerate(modules):
        behind = f".{module}" if number else ""
        first, steady, total = _importing(module)
        yield _Series(f"import.first{behind}", "duration", "s", _CLOCK, first, module)
        yield _Series(f"import.steady{behind}", "duration", "s", _CLOCK, steady, module)
        yield _Series(f"first-import.total{behind}", "duration", "s", _CLOCK, total, module)


def _importing(module: str) -> tuple[Callable[[Trial], float | None], ...]:
    def first(trial: Trial) -> float | None:
        return next((told.first.seconds for told in trial.imports if told.module == module), None)

    def steady(trial: Trial) -> float | None:
        return next((told.steady.seconds for told in trial.imports if told.module == module and told.steady), None)

    def total(trial: Trial) -> float | None:
        seconds = first(trial)
        return None if seconds is None else trial.wall_s + seconds

    return first, steady, total


def _phase(phase: str, trial: Trial) -> float | None:
    return next((told.seconds for told in trial.phases if told.phase == phase), None)


def _measurement(
    combination: Combination, series: _Series, role: Role, known: Sequence[tuple[Trial, float]]
) -> Measurement:
    control = ".control" if role == "control" else ""
    return Measurement(
        id=f"{series.id}{control}",
        origin=Origin.CAPTURED,
        role=role,
        benchmark=Benchmark(suite=SUITE, name=series.id, version=VERSION, parameters=_parameters(combination, series)),
        quantity=series.quantity,
        unit=series.unit,
        better="lower",
        samples=tuple(round(float(value), 6) for _, value in known),
        orders=tuple(trial.order for trial, _ in known),
        starts_s=tuple(trial.start_s for trial, _ in known),
        loops=1,
        warmups=0,
        discarded=0,
        discard_reasons=(),
        conditions=(Condition(name="page_cache", when=None, value="not emptied", source=None),),
        verified=None,
        instrument=series.instrument,
        raw_sha256=None,
    )


def _parameters(combination: Combination, series: _Series) -> tuple[Parameter, ...]:
    wanted = combination.request
    values: dict[str, JsonValue] = {"cache": combination.cache}
    if wanted is not None:
        values["requirements"] = list(wanted.requirements)
    if series.module is not None:
        values["module"] = series.module
    return tuple(Parameter(name=name, value=values[name]) for name in sorted(values))
