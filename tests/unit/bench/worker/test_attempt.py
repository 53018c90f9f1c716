import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from envkb.bench.document import Result
from envkb.bench.worker.attempt import attempt, limit_threads
from envkb.bench.worker.case import (
    Case,
    Device,
    DiscardedError,
    NotANumberError,
    Work,
    WrongResultError,
    condition,
    looped,
)
from envkb.bench.worker.request import Request

REQUEST = Request("own", case="x", samples=3, loops=2, order=7, role="control", zero_s=0.0)


def case(prepare: Callable[[], Work], *, once: bool = False, device: Device | None = None) -> Case:
    return Case("own", "x", "x", "1", {"b": 1, "a": None}, prepare, once, device or Device())


def tried(prepare: Callable[[], Work], **options: Any) -> Result:
    return Result.model_validate_json(json.dumps(attempt(case(prepare, **options), REQUEST)))


def right(_: object) -> bool:
    return True


def test_work_that_goes_well_gives_samples() -> None:
    result = tried(lambda: looped(lambda: 1, right))
    durations = result.series[0]
    assert (durations.quantity, durations.unit, len(durations.samples)) == ("duration", "s", 3)
    assert len(result.starts_s) == 3
    assert (result.loops, result.order, result.role, result.verified) == (2, 7, "control", True)
    assert [parameter.name for parameter in result.parameters] == ["a", "b"]
    assert "peak_memory" in {series.quantity for series in result.series}


def test_what_counts_once_is_taken_once() -> None:
    assert len(tried(lambda: looped(lambda: 1, right), once=True).series[0].samples) == 1


def test_conditions_of_the_work_are_kept() -> None:
    work = looped(lambda: 1, right, conditions=lambda: [condition("threads", 3, "me")])
    result = tried(lambda: work)
    assert ("threads", 3) in {(row.name, row.value) for row in result.conditions if row.name == "threads"}


class Gpu(Device):
    """A device with a memory of its own."""

    def peak_memory(self) -> tuple[int, str]:
        return 4096, "a gpu"


def test_the_devices_own_memory_is_another_quantity() -> None:
    result = tried(lambda: looped(lambda: 1, right), device=Gpu())
    (series,) = [series for series in result.series if series.quantity == "peak_device_memory"]
    assert (series.samples, series.instrument) == ((4096.0,), "a gpu")


class Logging(Device):
    """A device that notes when it is asked."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def reset_peak_memory(self) -> None:
        self.log.append("forget")

    def peak_memory(self) -> tuple[int, str]:
        self.log.append("peak")
        return 1, "a log"


def test_what_a_check_needs_of_memory_is_not_the_works() -> None:
    device = Logging()

    def check(_: object) -> bool:
        device.log.append("check")
        return True

    tried(lambda: looped(lambda: device.log.append("work"), check), device=device)
    told = [name for name, earlier in zip(device.log, ["", *device.log], strict=False) if name != earlier]
    assert told == ["work", "check", "forget", "work", "peak", "work", "check"]


def raising(error: BaseException) -> Callable[..., Any]:
    def do(*_: Any) -> Any:
        raise error

    return do


@pytest.mark.parametrize(
    ("error", "kind", "verified"),
    [
        (WrongResultError("off by 3"), "wrong-result", False),
        (NotANumberError("NaN"), "not-a-number", False),
        (DiscardedError("never cold"), "nothing-counted", None),
        (RuntimeError("no such op"), "exception", None),
        (MemoryError(), "exception", None),
        (SystemExit(3), "exception", None),
        (RecursionError("deep"), "exception", None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_what_goes_wrong_is_told_and_never_timed(error: BaseException, kind: str, verified: object) -> None:
    result = tried(lambda: looped(lambda: 1, raising(error)))
    assert result.series == ()
    assert result.problem is not None
    assert (result.problem.kind, result.problem.stage, result.problem.type) == (kind, "check", type(error).__name__)
    assert result.verified is verified


def test_a_result_that_is_wrong_only_afterwards_is_wrong() -> None:
    checks = iter([right, raising(WrongResultError("too late"))])

    def check(result: object) -> bool:
        return bool(next(checks)(result))

    result = tried(lambda: looped(lambda: 1, check))
    assert result.problem is not None
    assert (result.problem.kind, result.problem.message) == ("wrong-result", "too late")


def test_work_is_cleaned_up_whatever_happens() -> None:
    cleaned: list[str] = []
    tried(lambda: looped(lambda: 1, right, finish=lambda: cleaned.append("well")))
    tried(lambda: looped(raising(ValueError("x")), right, finish=lambda: cleaned.append("badly")))
    assert cleaned == ["well", "badly"]


def test_a_preparation_that_fails_says_where() -> None:
    result = tried(raising(ImportError("libfoo.so")))
    assert result.problem is not None
    assert result.problem.stage == "prepare"
    assert "libfoo.so" in str(result.problem.traceback)


def test_an_interrupt_is_nobodys_result() -> None:
    with pytest.raises(KeyboardInterrupt):
        tried(lambda: looped(raising(KeyboardInterrupt()), right))


def test_samples_that_are_no_numbers_are_refused() -> None:
    result = tried(lambda: Work(lambda _: float("nan"), warmups=0))
    assert result.problem is not None
    assert result.problem.kind == "not-a-number"


def test_threads_are_said_to_every_library(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        monkeypatch.setenv(name, "9")
    limit_threads(0)
    result = tried(lambda: looped(lambda: 1, right))
    assert ("omp_num_threads", "9") in {(row.name, row.value) for row in result.conditions if "omp" in row.name}
    limit_threads(1)
    result = tried(lambda: looped(lambda: 1, right))
    assert ("omp_num_threads", "1") in {(row.name, row.value) for row in result.conditions if "omp" in row.name}


def test_the_process_has_a_name_for_its_errors(capfd: pytest.CaptureFixture[str]) -> None:
    tried(lambda: looped(raising(ValueError("seen by whoever started this")), right))
    assert "seen by whoever started this" in capfd.readouterr().err
    assert sys.exc_info() == (None, None, None)
