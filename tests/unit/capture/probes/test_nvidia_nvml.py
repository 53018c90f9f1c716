"""What NVML said, and what it said instead of an answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelerator_probing import probed
from accelerator_texts import nvml, nvml_gpu
from envkb.capture.snapshot import Source


def test_an_answer_becomes_the_facts_of_a_gpu() -> None:
    told = probed({"kb:nvml": nvml(nvml_gpu())})
    expected = {
        "architecture": "Ada Lovelace",
        "cuda_cores": 5888,
        "display_active": "enabled",
        "pci_device_id": "10de:2786",
        "pci_address": "0000:01:00.0",
        "pcie_gen_max": 4,
        "power_draw_w": 8.412,
        "throttle_reasons": ["gpu_idle"],
        "utilization_gpu_percent": 4,
    }
    assert {name: told.value(f"gpu/0 {name}") for name in expected} == expected
    assert told.value("nvidia nvml_version") == "12.560.35.03"
    assert told.value("nvidia gpu_count") == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("Not Supported", "not_applicable"),
        ("Insufficient Permissions", "denied"),
        ("Unknown Error", "failed"),
        ("GPU is lost", "failed"),
        ("Timeout", "timeout"),
        ("Argument version mismatch", "failed"),
    ],
)
def test_an_error_of_nvml_is_the_reason_in_its_own_words(error: str, status: str) -> None:
    told = probed({"kb:nvml": nvml(nvml_gpu(ecc_mode={"error": error}, name={"error": error}))})
    assert told.why("gpu/0 ecc_mode") == (status, error)
    assert told.why("gpu/0 name") == (status, error)


def test_the_reasons_that_hold_clocks_down_have_the_names_of_nvidia_smi() -> None:
    reasons = ["DisplayClockSetting", "HwPowerBrakeSlowdown", "SwThermalSlowdown"]
    told = probed({"kb:nvml": nvml(nvml_gpu(throttle_reasons=reasons), nvml_gpu(throttle_reasons=[]))})
    names = ["display_clocks_setting", "hw_power_brake_slowdown", "sw_thermal_slowdown"]
    assert told.value("gpu/0 throttle_reasons") == names
    assert told.value("gpu/1 throttle_reasons") == ["none"]


def test_instances_that_nvml_cannot_list_are_not_counted() -> None:
    told = probed({"kb:nvml": nvml(nvml_gpu(mig_mode=True, mig_devices={"error": "Insufficient Permissions"}))})
    assert told.value("gpu/0 mig_mode") == "enabled"
    assert "gpu/0 mig_device_count" not in told


def test_a_gpu_that_nvml_cannot_open_is_there_with_the_reason() -> None:
    told = probed({"kb:nvml": nvml(nvml_gpu(), {"error": "GPU is lost"})})
    assert told.value("gpu count") == 2
    assert told.why("gpu/1 name") == ("failed", "GPU is lost")


def test_a_crash_keeps_what_came_before_it() -> None:
    source = Source("kb:nvml", "failed", nvml(nvml_gpu()), "NVML crashed the process that asked it (SIGSEGV)")
    told = probed({"kb:nvml": source})
    assert told.value("gpu/0 name") == "NVIDIA GeForce RTX 4070"
    assert told.value("nvidia driver_version") == "560.94"
    assert told.why("nvidia driver_state") == ("failed", "NVML crashed the process that asked it (SIGSEGV)")


def test_an_unknown_generation_is_no_value_and_says_what_was_told() -> None:
    told = probed({"kb:nvml": nvml(nvml_gpu(architecture="unknown (99)"))})
    assert told.why("gpu/0 architecture") == ("failed", "no usable value in 'unknown (99)'")


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), st.lists, max_leaves=5)
)
def test_no_answer_of_any_type_raises(answer: object) -> None:
    gpu = dict.fromkeys(nvml_gpu(), answer)
    probed({"kb:nvml": json.dumps({"gpus": [gpu], "gpu_count": answer, "driver_version": answer})})
    probed({"kb:nvml": json.dumps({"gpus": [{**nvml_gpu(mig_mode=True), "mig_devices": [gpu]}]})})


@given(st.integers(0, 1500))
def test_no_cut_raises(place: int) -> None:
    probed({"kb:nvml": nvml(nvml_gpu())[:place]})
