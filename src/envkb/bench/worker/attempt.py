"""Tries one benchmark: whatever goes wrong is told, nothing is lost."""

from __future__ import annotations

import math
import os
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable

from envkb.bench.worker.board import pi_power_w
from envkb.bench.worker.case import Case, DiscardedError, NotANumberError, Row, Work, WrongResultError, condition
from envkb.bench.worker.energy import (
    NVML_ENERGY,
    NVML_SHORTEST_S,
    Energy,
    Meter,
    metered_by_counter,
    metered_by_power,
)
from envkb.bench.worker.memory import forget_own_peak, own_peak
from envkb.bench.worker.nvml import NvidiaGpu, nvidia_gpu
from envkb.bench.worker.request import Effort, Request, effort_of
from envkb.bench.worker.sampling import Samples, take_samples
from envkb.bench.worker.watch import Watch

ROOT = Path("/")
MOST_CHARACTERS = 4000
CLOCK = "time.perf_counter"
_KINDS = {WrongResultError: "wrong-result", NotANumberError: "not-a-number", DiscardedError: "nothing-counted"}
_POWER_S = 1.0


class _Stage:
    """Where an attempt is."""

    name = "prepare"


def attempt(case: Case, request: Request) -> Row:
    """Prepare, check, time and check again; return the result as a row of the document."""
    stage = _Stage()
    row = {**blank(case.identity()), "order": request.order, "role": request.role}
    try:
        row.update(_measure(case, request, stage))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a user's function may even call sys.exit
        row["verified"] = False if isinstance(error, (WrongResultError, NotANumberError)) else None
        row["problem"] = told(error, stage.name)
    return row


def blank(identity: Row) -> Row:
    """Return the row of a benchmark of which nothing is known yet."""
    return {
        **{name: identity[name] for name in ("suite", "case", "name", "version", "parameters")},
        "order": None,
        "role": "subject",
        "series": [],
        "starts_s": [],
        "loops": None,
        "warmups": None,
        "discarded": None,
        "discard_reasons": [],
        "conditions": [],
        "verified": None,
        "problem": None,
    }


def problem(kind: str, stage: str, message: str, **details: Any) -> Row:  # noqa: ANN401
    """Return what went wrong, as data.

    Args:
        kind: `exception`, `wrong-result`, `not-a-number`, `nothing-counted`, `crash`, `hang` or `garbage`.
        stage: `import`, `prepare`, `check`, `sample` or `process`.
        message: What a person sees.
        **details: `type`, `traceback`, `exit_status`, `signal`, where they are known.
    """
    empty: Row = dict.fromkeys(("type", "traceback", "exit_status", "signal"))
    return {**empty, **details, "kind": kind, "stage": stage, "message": message[:MOST_CHARACTERS]}


def told(error: BaseException, stage: str) -> Row:
    """Return an exception as data."""
    traceback.print_exc()
    kind = next((kind for known, kind in _KINDS.items() if isinstance(error, known)), "exception")
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    name = type(error).__name__
    return problem(kind, stage, str(error) or name, type=name, traceback=text[-MOST_CHARACTERS:])


def _measure(case: Case, request: Request, stage: _Stage) -> Row:
    work = case.prepare()
    try:
        stage.name = "check"
        verified = work.check()
        stage.name = "sample"
        gpu = nvidia_gpu(case.device.uuid) if case.device.uuid else None
        watch = Watch(ROOT, gpu)
        effort = effort_of(request)
        if case.once:
            effort = effort._replace(samples=1)
        watch.begin()
        # What the check needed beside the work does not count.
        case.device.reset_peak_memory()
        anew = forget_own_peak()
        samples, energies = _sampled(work, effort, watch, gpu, once=case.once)
        peaks = _peaks(case, work, anew=anew)
        conditions = [*watch.end(), *work.conditions(), *_settings(request)]
        stage.name = "check"
        # Right before and wrong afterwards happens too: overheated memory, a kernel chosen late.
        verified = work.check() and verified
    finally:
        work.finish()
    return {
        "series": [_durations(samples), *peaks, *map(_energy, energies)],
        "starts_s": [round(start - _zero(request), 6) for start in samples.starts],
        "loops": samples.loops,
        "warmups": samples.warmups,
        "discarded": samples.discarded,
        "discard_reasons": samples.reasons,
        "conditions": conditions,
        "verified": verified,
    }


def _sampled(
    work: Work, effort: Effort, watch: Watch, gpu: NvidiaGpu | None, *, once: bool
) -> tuple[Samples, list[Energy]]:
    meter = Meter(ROOT, gpu)

    def begun() -> None:
        watch.start()
        meter.start()

    samples = take_samples(work, effort, watch.objection, begun)
    if not all(map(math.isfinite, samples.values)):
        raise NotANumberError("a sample is not a number of seconds")
    energies = meter.energies(samples.window_s, samples.iterations)
    # What means something only the first time cannot be done again to be metered.
    return samples, energies if once else [*energies, *_metered_after(energies, _worker(work, samples.loops), gpu)]


def _metered_after(energies: list[Energy], run: Callable[[], int], gpu: NvidiaGpu | None) -> list[Energy]:
    """Do the work for longer where instruments are too slow for the samples, or must be asked all the time."""
    found: list[Energy | None] = []
    if gpu and all(energy.instrument != NVML_ENERGY for energy in energies):
        found.append(metered_by_counter(run, gpu.energy_j, NVML_ENERGY, NVML_SHORTEST_S))
    if not energies and pi_power_w() is not None:
        found.append(metered_by_power(run, pi_power_w, "vcgencmd pmic_read_adc", _POWER_S))
    return [energy for energy in found if energy is not None]


def _worker(work: Work, loops: int) -> Callable[[], int]:
    def run() -> int:
        # A sample that does not count was work all the same.
        with suppress(DiscardedError):
            work.sample(loops)
        return loops

    return run


_BEGAN = time.monotonic()


def _zero(request: Request) -> float:
    return _BEGAN if request.zero_s is None else request.zero_s


def _durations(samples: Samples) -> Row:
    return _series("duration", "s", samples.values, CLOCK)


def _peaks(case: Case, work: Work, *, anew: bool) -> list[Row]:
    host = work.peak_memory() if work.peak_memory else own_peak(anew=anew)
    device = case.device.peak_memory()
    told_by = (("peak_memory", host), ("peak_device_memory", device))
    return [_series(quantity, "B", [peak[0]], peak[1]) for quantity, peak in told_by if peak is not None]


def _energy(energy: Energy) -> Row:
    return _series("energy", "J", [energy.joules], energy.instrument)


def _series(quantity: str, unit: str, samples: list[Any], instrument: str) -> Row:
    numbers = [float(sample) for sample in samples]
    return {"quantity": quantity, "unit": unit, "better": "lower", "samples": numbers, "instrument": instrument}


_THREAD_SETTINGS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def limit_threads(threads: int) -> None:
    """Say to libraries that are not loaded yet how many threads they may use; 0 leaves that to them."""
    if threads:
        os.environ.update(dict.fromkeys(_THREAD_SETTINGS, str(threads)))


def _settings(request: Request) -> list[Row]:
    set_here: dict[str, str] = {name: os.environ[name] for name in _THREAD_SETTINGS if name in os.environ}
    rows = [condition(name.lower(), value, "environment variable") for name, value in set_here.items()]
    rows.append(condition("level", request.level, None))
    return rows
