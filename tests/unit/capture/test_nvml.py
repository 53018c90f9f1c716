import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkb.capture.collect.machine import Machine
from envkb.capture.nvml import library_paths, read_nvml
from envkb.errors import ToolMissingError
from envkb.process import Completed, run
from machine_tree import MachineTree

LIBRARY = "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1"
# A driver of one GPU that knows most answers; each fault is added below.
DRIVER = """
class NVMLError(Exception):
    pass

class Row:
    def __init__(self, **values):
        self.__dict__.update(values)

NVML_CLOCK_GRAPHICS, NVML_CLOCK_SM, NVML_CLOCK_MEM = 0, 1, 2
NVML_TEMPERATURE_GPU = 0
NVML_TEMPERATURE_THRESHOLD_SLOWDOWN = 1
NVML_DEVICE_ARCH_ADA = 8
NVML_BRAND_GEFORCE = 5
NVML_COMPUTEMODE_DEFAULT = 0
nvmlClocksThrottleReasonNone = 0
nvmlClocksThrottleReasonGpuIdle = 1
nvmlClocksThrottleReasonSwPowerCap = 4
nvmlClocksThrottleReasonAll = 5

def refuse(*_):
    raise NVMLError("Not Supported")

def __getattr__(name):
    if name.startswith("nvmlDeviceGet"):
        return refuse
    raise AttributeError(name)

def nvmlInit(): pass
def nvmlSystemGetDriverVersion(): return b"550.54.14"
def nvmlSystemGetCudaDriverVersion_v2(): return 12040
def nvmlSystemGetNVMLVersion(): return "12.550.54.14"
def nvmlDeviceGetCount(): return 1
def nvmlDeviceGetHandleByIndex(index): return index
def nvmlDeviceGetName(gpu): return "NVIDIA GeForce RTX 4070"
def nvmlDeviceGetBrand(gpu): return 5
def nvmlDeviceGetArchitecture(gpu): return 8
def nvmlDeviceGetCudaComputeCapability(gpu): return (8, 9)
def nvmlDeviceGetMemoryInfo(gpu): return Row(total=12878610432, used=1048576)
def nvmlDeviceGetPowerManagementLimit(gpu): return 200000
def nvmlDeviceGetEccMode(gpu): raise NVMLError("Not Supported")
def nvmlDeviceGetClockInfo(gpu, kind): return 2475 + kind
def nvmlDeviceGetCurrentClocksThrottleReasons(gpu): return 5
"""


@pytest.fixture
def read(tree: MachineTree, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a call that reads NVML of a made-up driver, given what it does otherwise."""
    tree.write({LIBRARY: ""})

    def call(fault: str = "", timeout_s: float = 30.0) -> dict[str, Any]:
        modules = tmp_path / "modules"
        modules.mkdir(exist_ok=True)
        (modules / "pynvml.py").write_text(DRIVER + fault)
        return read_nvml(tree.machine(), modules=str(modules), timeout_s=timeout_s)

    return call


def test_no_library_means_no_child_is_started(tree: MachineTree) -> None:
    def never(*_: Any, **__: Any) -> Completed:
        raise AssertionError("started a child")

    row = read_nvml(tree.machine(), runner=never)
    assert (row["status"], row["reason"]) == ("absent", "libnvidia-ml.so.1 is not installed: no NVIDIA driver")


def test_a_driver_tells_of_its_gpus(read: Callable[..., dict[str, Any]]) -> None:
    row = read()
    told = json.loads(row["text"])
    assert (row["id"], row["status"], row["exit_code"]) == ("kb:nvml", "ok", 0)
    assert (told["driver_version"], told["cuda_driver_version"], told["gpu_count"]) == ("550.54.14", "12.4", 1)
    (gpu,) = told["gpus"]
    assert gpu["name"] == "NVIDIA GeForce RTX 4070"
    assert gpu["architecture"] == "ada"
    assert gpu["brand"] == "geforce"
    assert gpu["compute_capability"] == "8.9"
    assert gpu["memory_total_bytes"] == 12878610432
    assert gpu["power_limit_w"] == 200.0
    assert (gpu["clock_graphics_mhz"], gpu["clock_mem_mhz"]) == (2475, 2477)
    assert gpu["throttle_reasons"] == ["GpuIdle", "SwPowerCap"]


def test_what_a_gpu_cannot_tell_is_an_error_of_that_answer_alone(read: Callable[..., dict[str, Any]]) -> None:
    (gpu,) = json.loads(read()["text"])["gpus"]
    assert gpu["ecc_mode"] == {"error": "Not Supported"}
    assert gpu["temperature_c"] == {"error": "Not Supported"}


def test_nothing_that_names_one_gpu_is_asked(read: Callable[..., dict[str, Any]]) -> None:
    fault = "def nvmlDeviceGetUUID(gpu): return 'GPU-1'\ndef nvmlDeviceGetSerial(gpu): return '042'\n"
    (gpu,) = json.loads(read(fault)["text"])["gpus"]
    assert not [name for name in gpu if "uuid" in name or "serial" in name]


def test_mig_devices_are_listed(read: Callable[..., dict[str, Any]]) -> None:
    fault = """
def nvmlDeviceGetMigMode(gpu): return (1, 1)
def nvmlDeviceGetMaxMigDeviceCount(gpu): return 2
def nvmlDeviceGetMigDeviceHandleByIndex(gpu, index):
    if index:
        raise NVMLError("Not Found")
    return 10
"""
    (gpu,) = json.loads(read(fault)["text"])["gpus"]
    assert gpu["mig_mode"] is True
    assert [(device["index"], device["memory_total_bytes"]) for device in gpu["mig_devices"]] == [(0, 12878610432)]


def test_a_driver_that_does_not_start_is_told_in_its_own_words(read: Callable[..., dict[str, Any]]) -> None:
    row = read("def nvmlInit(): raise NVMLError('Driver/library version mismatch')")
    assert (row["status"], row["reason"]) == ("failed", "NVML: Driver/library version mismatch")


def test_a_lost_gpu_leaves_the_others(read: Callable[..., dict[str, Any]]) -> None:
    fault = """
def nvmlDeviceGetCount(): return 2
def nvmlDeviceGetHandleByIndex(index):
    if index == 0:
        raise NVMLError("GPU is lost")
    return index
"""
    lost, other = json.loads(read(fault)["text"])["gpus"]
    assert lost == {"index": 0, "error": "GPU is lost"}
    assert other["name"] == "NVIDIA GeForce RTX 4070"


def test_a_driver_that_hangs_is_a_time_out_and_keeps_what_came(read: Callable[..., dict[str, Any]]) -> None:
    row = read("import time\ndef nvmlDeviceGetTemperature(gpu, kind): time.sleep(60)", timeout_s=1.5)
    assert (row["status"], row["reason"]) == ("timeout", "NVML did not answer within 1.5 s")
    assert json.loads(row["text"])["driver_version"] == "550.54.14"


def test_a_driver_that_crashes_names_the_signal(read: Callable[..., dict[str, Any]]) -> None:
    row = read("import os, signal\ndef nvmlDeviceGetTemperature(gpu, kind): os.kill(os.getpid(), signal.SIGSEGV)")
    assert (row["status"], row["reason"]) == ("failed", "NVML crashed the process that asked it (SIGSEGV)")
    assert json.loads(row["text"])["gpus"] == []


def test_a_child_that_breaks_says_how(read: Callable[..., dict[str, Any]]) -> None:
    row = read("raise RuntimeError('bad wheel')")
    assert (row["status"], row["reason"]) == ("failed", "the child that asks NVML failed: RuntimeError: bad wheel")


def test_a_child_that_cannot_start_is_a_reason(tree: MachineTree) -> None:
    def missing(*_: Any, **__: Any) -> Completed:
        raise ToolMissingError("python is not installed")

    tree.write({LIBRARY: ""})
    assert read_nvml(tree.machine(), runner=missing)["reason"] == "python is not installed"


def test_a_library_that_the_loader_does_not_know_is_put_on_its_path(tree: MachineTree) -> None:
    seen: dict[str, str] = {}

    def watched(*_: Any, env: Any, **options: Any) -> Completed:
        seen.update(env)
        return run(["true"], **options)

    tree.write({"/usr/lib/wsl/lib/libnvidia-ml.so.1": ""})
    read_nvml(tree.machine(LD_LIBRARY_PATH="/opt/x"), runner=watched)
    assert seen["LD_LIBRARY_PATH"] == os.pathsep.join(("/opt/x", "/usr/lib/wsl/lib"))


def test_a_library_on_the_users_path_is_found(tree: MachineTree) -> None:
    tree.write({"/opt/driver/libnvidia-ml.so.1": ""})
    assert library_paths(tree.machine(LD_LIBRARY_PATH="/opt/driver")) == ["/opt/driver/libnvidia-ml.so.1"]
    assert library_paths(tree.machine()) == []


def test_the_real_machine_answers_with_a_row() -> None:
    assert read_nvml(Machine())["status"] in ("ok", "absent", "failed")


def test_what_the_library_itself_prints_is_no_answer(read: Callable[..., dict[str, Any]]) -> None:
    row = read("def nvmlInit(): print('123\\nwarning\\n[1]', flush=True)")
    assert (row["status"], json.loads(row["text"])["driver_version"]) == ("ok", "550.54.14")


def test_a_library_that_ends_the_process_is_told_with_the_exit_code(read: Callable[..., dict[str, Any]]) -> None:
    row = read("def nvmlInit():\n    import os\n    os._exit(3)")
    assert row["reason"] == "the child that asks NVML failed: exit code 3"
