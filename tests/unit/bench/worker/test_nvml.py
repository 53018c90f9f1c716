import ctypes
from typing import Any

import pytest

from envkb.bench.worker.nvml import NvidiaGpu, nvidia_gpu

NOT_SUPPORTED = 3


class Library:
    """NVML with one GPU whose answers a test sets; what is not set is not supported."""

    def __init__(self, **answers: int) -> None:
        self._answers = answers

    def nvmlDeviceGetHandleByUUID(self, uuid: bytes, handle: Any) -> int:  # noqa: N802 - as NVML calls it
        ctypes.cast(handle, ctypes.POINTER(ctypes.c_void_p))[0] = 0x1234
        return 0 if uuid == b"GPU-1" else NOT_SUPPORTED

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("nvmlDeviceGet"):
            raise AttributeError(name)

        def ask(handle: ctypes.c_void_p, *args: Any) -> int:
            assert handle.value == 0x1234
            short = name.removeprefix("nvmlDeviceGet")
            if short not in self._answers:
                return NOT_SUPPORTED
            args[-1]._obj.value = self._answers[short]
            return 0

        return ask


def gpu(**answers: int) -> NvidiaGpu:
    found = nvidia_gpu("GPU-1", Library(**answers))
    assert found is not None
    return found


def test_answers_are_in_plain_units() -> None:
    told = gpu(Temperature=61, ClockInfo=1980, PowerUsage=350500, TotalEnergyConsumption=2_000_500)
    assert (told.temperature_c(), told.clock_mhz(), told.power_w(), told.energy_j()) == (61, 1980, 350.5, 2000.5)


def test_what_a_gpu_does_not_support_is_none() -> None:
    told = gpu()
    assert (told.temperature_c(), told.power_w(), told.energy_j()) == (None, None, None)
    assert told.held_back_by() is None
    assert told.power_capped() is None


@pytest.mark.parametrize(
    ("bits", "reasons", "capped"),
    [
        (0x0, [], False),
        (0x1, [], False),
        (0x4, [], True),
        (0x40, ["hardware thermal slowdown"], False),
        (0x88, ["hardware slowdown", "power brake"], False),
    ],
)
def test_idle_and_a_power_cap_are_no_distress(bits: int, reasons: list[str], capped: bool) -> None:  # noqa: FBT001
    told = gpu(CurrentClocksThrottleReasons=bits)
    assert told.held_back_by() == reasons
    assert told.power_capped() is capped


def test_newer_drivers_have_another_name_for_what_holds_back() -> None:
    told = gpu(CurrentClocksEventReasons=0x40, CurrentClocksThrottleReasons=0x80)
    assert told.held_back_by() == ["hardware thermal slowdown"]


def test_a_gpu_that_nvml_does_not_know_has_no_instruments() -> None:
    assert nvidia_gpu("GPU-2", Library()) is None
    assert nvidia_gpu("", Library()) is None


def test_a_driver_too_old_for_a_question_has_no_answer() -> None:
    told = NvidiaGpu(object(), ctypes.c_void_p(1))
    assert told.energy_j() is None
    assert nvidia_gpu("GPU-1", object()) is None
