"""Whether the NVIDIA driver runs, from everything that could tell; and what the kernel tells without it."""

import json

import pytest

from accelerator_probing import probed
from accelerator_texts import TABLE_4070, nvml, nvml_gpu, smi_table, smi_xml, xml_gpu
from envkb.capture.snapshot import Source

PROPRIETARY = (
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024\n"
    "GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n"
)
OPEN = (
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.124.04  Release Build  (builder@host)  Tue Feb 25\n"
    "GCC version:  gcc version 13.3.0\n"
)
INFORMATION = (
    "Model: \t\t NVIDIA GeForce RTX 3090\nIRQ:   \t\t 97\nGPU UUID: \t GPU-????????\nVideo BIOS: \t {bios}\n"
    "Bus Type: \t PCIe\nBus Location: \t 0000:0a:00.0\nDevice Minor: \t 0\n"
)
GPU_FILE = "/proc/driver/nvidia/gpus/0000:0a:00.0/information"


@pytest.mark.parametrize(
    ("text", "version", "kind"), [(PROPRIETARY, "535.183.01", "proprietary"), (OPEN, "570.124.04", "open")]
)
def test_the_kernel_module_tells_its_version_and_its_kind(text: str, version: str, kind: str) -> None:
    told = probed({"/proc/driver/nvidia/version": text})
    assert told.value("nvidia driver_version") == version
    assert told.value("nvidia kernel_module_kind") == kind
    assert told.why("nvidia driver_state")[0] == "failed"
    assert told.why("nvidia cuda_driver_version")[0] == "failed"


def test_the_modules_version_file_is_read_where_proc_has_none() -> None:
    told = probed({"/sys/module/nvidia/version": "550.54.15\n"})
    assert told.value("nvidia driver_version") == "550.54.15"
    assert told["nvidia driver_version"].source == "/sys/module/nvidia/version"


def test_the_kernel_lists_gpus_for_a_machine_without_tools() -> None:
    told = probed({"/proc/driver/nvidia/version": OPEN, GPU_FILE: INFORMATION.format(bios="94.02.26.08.6b")})
    assert told.value("gpu/0 name") == "NVIDIA GeForce RTX 3090"
    assert told.value("gpu/0 pci_address") == "0000:0a:00.0"
    assert told.value("gpu/0 vbios_version") == "94.02.26.08.6b"


def test_question_marks_of_a_sleeping_gpu_are_no_firmware_version() -> None:
    told = probed({"/proc/driver/nvidia/version": OPEN, GPU_FILE: INFORMATION.format(bios="??.??.??.??.??")})
    assert "gpu/0 vbios_version" not in told


def test_a_library_of_another_version_than_the_module_is_the_reason_and_the_modules_version_is_kept() -> None:
    reason = "NVML: Driver/library version mismatch"
    told = probed({"kb:nvml": Source("kb:nvml", "failed", "", reason), "/proc/driver/nvidia/version": PROPRIETARY})
    assert told.why("nvidia driver_state") == ("failed", reason)
    assert told.why("nvidia cuda_driver_version") == ("failed", reason)
    assert told.value("nvidia driver_version") == "535.183.01"
    assert "gpu/0 name" not in told


def test_a_driver_that_hangs_is_a_fact_with_its_reason() -> None:
    source = Source("nvidia-smi -q -x", "timeout", "", "no answer within 10 s")
    told = probed({"nvidia-smi -q -x": source, "kb:devices": json.dumps({"/dev/nvidia*": ["/dev/nvidia0"]})})
    assert told.why("nvidia driver_state") == ("timeout", "no answer within 10 s")
    assert told.why("nvidia driver_version") == ("timeout", "no answer within 10 s")


def test_a_tool_that_fails_tells_its_own_words() -> None:
    words = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
    told = probed(
        {"nvidia-smi -q -x": Source("nvidia-smi -q -x", "failed", words, f"exit code 9: {words}", exit_code=9)}
    )
    assert told.why("nvidia driver_state") == ("failed", words)


def test_a_crash_of_nvml_does_not_hide_a_driver_that_answers_nvidia_smi() -> None:
    reason = "NVML crashed the process that asked it (SIGSEGV)"
    told = probed({"kb:nvml": Source("kb:nvml", "failed", "", reason), "nvidia-smi": smi_table(TABLE_4070)})
    assert told.value("nvidia driver_state") == "running"
    assert told.why("nvidia nvml_version") == ("failed", reason)
    assert told.value("gpu/0 name") == "NVIDIA GeForce RTX 4070"


def test_a_device_without_a_driver_is_told_with_what_is_bound_to_it() -> None:
    card = {"card": "card1", "vendor": "0x10de", "device": "0x2786", "driver": "nouveau"}
    told = probed({"kb:drm": json.dumps([card])})
    reason = "card1 is an NVIDIA device, driver nouveau, but no driver of NVIDIA is loaded"
    assert told.why("nvidia driver_state") == ("absent", reason)
    assert told.value("gpu/0 vendor") == "NVIDIA"
    assert told.value("gpu/0 driver") == "nouveau"


def test_a_fallen_gpu_is_a_warning_of_a_running_driver() -> None:
    lost = "Unable to determine the device handle for GPU1: 0000:07:00.0: Unknown Error"
    told = probed({"nvidia-smi": f"{lost}\n{smi_table(TABLE_4070)}"})
    assert told.value("nvidia driver_state") == "running"
    assert told.value("nvidia warnings") == [lost]


def test_a_driver_without_gpus_is_no_running_driver() -> None:
    told = probed({"nvidia-smi -q -x": Source("nvidia-smi -q -x", "failed", "No devices were found\n", "exit code 6")})
    assert told.why("nvidia driver_state") == ("failed", "No devices were found")


def test_different_versions_of_one_driver_are_a_conflict() -> None:
    told = probed({"kb:nvml": nvml(nvml_gpu(), driver="550.54.15"), "/proc/driver/nvidia/version": PROPRIETARY})
    assert told["nvidia driver_version"].status == "conflict"


def test_nvidia_smi_is_found_under_any_path_and_as_a_program_of_windows() -> None:
    for line in ("/usr/lib/wsl/lib/nvidia-smi -q -x", "nvidia-smi.exe -q -x"):
        assert probed({line: smi_xml(xml_gpu())}).value("gpu count") == 1
