"""The table of plain `nvidia-smi`, through its generations, and what stands in its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelerator_texts import TABLE_4070, smi_table
from envkb.capture.probes.nvidia_table import read_table

MIB = 1 << 20

DRIVER_440 = """\
+-----------------------------------------------------------------------------+
| NVIDIA-SMI 440.33.01    Driver Version: 440.33.01    CUDA Version: 10.2     |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
|   0  Tesla V100-SXM2...  On   | 00000000:06:00.0 Off |                    2 |
| N/A   38C    P0    44W / 300W |     12MiB / 16160MiB |      3%   E. Process |
+-------------------------------+----------------------+----------------------+
|   1  Tesla V100-SXM2...  On   | 00000000:07:00.0 Off |                    0 |
| N/A   36C    P0    43W / 300W |      0MiB / 16160MiB |      0%      Default |
+-------------------------------+----------------------+----------------------+
"""
DRIVER_390 = """\
+-----------------------------------------------------------------------------+
| NVIDIA-SMI 390.116                Driver Version: 390.116                   |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
|   0  GeForce GTX 1060    Off  | 00000000:01:00.0  On |                  N/A |
| N/A   49C    P8     5W /  N/A |    388MiB /  6078MiB |      0%      Default |
+-------------------------------+----------------------+----------------------+
"""
WINDOWS = """\
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 566.14                 Driver Version: 566.14         CUDA Version: 12.7     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                  Driver-Model | Bus-Id          Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
|                                         |                        |               MIG M. |
|=========================================+========================+======================|
|   0  NVIDIA GeForce RTX 4090 ...  WDDM  |   00000000:01:00.0  On |                  Off |
| N/A   44C    P8              6W /   80W |     901MiB /  16376MiB |      2%      Default |
|                                         |                        |                  N/A |
+-----------------------------------------+------------------------+----------------------+
"""
DRIVER_610 = """\
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 610.43.02              KMD Version: 610.43.02     CUDA UMD Version: 13.3     |
+-----------------------------------------+------------------------+----------------------+
|   0  NVIDIA GeForce RTX 5060        Off |   00000000:01:00.0  On |                  N/A |
+-----------------------------------------+------------------------+----------------------+
"""
DIVIDED = """\
| NVIDIA-SMI 550.54.14              Driver Version: 550.54.14      CUDA Version: 12.4     |
|   0  NVIDIA A100-SXM4-80GB          On  |   00000000:3F:00.0 Off |                   On |
| N/A   28C    P0             53W /  400W |      87MiB /  81920MiB |     N/A      Default |
|                                         |                        |              Enabled |
+-----------------------------------------+------------------------+----------------------+
|   1  NVIDIA A100-SXM4-80GB          On  |   00000000:41:00.0 Off |                    0 |
| N/A   28C    P0             53W /  400W |       4MiB /  81920MiB |      0%      Default |
|                                         |                        |            Disabled* |
+-----------------------------------------+------------------------+----------------------+
| MIG devices:                                                                            |
| GPU  GI  CI  MIG |                     Memory-Usage |        Vol|        Shared         |
|      ID  ID  Dev |                       BAR1-Usage | SM     Unc| CE ENC  DEC  OFA  JPG |
|==================+==================================+===========+=======================|
|  0    3   0   0  |              37MiB /  40192MiB   | 42      0 |  3   0    2    0    0 |
|                  |               0MiB /  65535MiB   |           |                       |
+------------------+----------------------------------+-----------+-----------------------+
|  0    5   0   1  |              12MiB /   9728MiB   | 14      0 |  1   0    0    0    0 |
|                  |               0MiB /  16383MiB   |           |                       |
"""
FAULTY = """\
| NVIDIA-SMI 535.183.01             Driver Version: 535.183.01   CUDA Version: 12.2     |
|   0  NVIDIA GeForce RTX 3090        Off | 00000000:01:00.0 Off |                  N/A |
|ERR!  ERR! ERR!             ERR! / ERR!  |   ERR! / 24576MiB    |     ERR!      Default |
|                                         |                      |                  N/A |
+-----------------------------------------+----------------------+----------------------+
|   2  ERR!                           Off | 00000000:03:00.0 Off |                 ERR! |
| 0%   46C    P8   Unknown Error /  350W  |     10MiB / 24576MiB |      0%      Default |
|                                         |                      |                  N/A |
"""


def test_the_narrow_table_of_driver_440_cuts_names_and_has_no_mig() -> None:
    answer = read_table(DRIVER_440, "nvidia-smi")
    assert answer
    assert answer.driver == {"smi_version": "440.33.01", "driver_version": "440.33.01", "cuda_driver_version": "10.2"}
    first, second = answer.devices
    assert first.values["name"] == "Tesla V100-SXM2..."
    assert (first.address, second.address) == ("0000:06:00.0", "0000:07:00.0")
    assert first.values["ecc_mode"] == "enabled"
    assert first.values["compute_mode"] == "exclusive_process"
    assert first.values["memory_bytes"] == 16160 * MIB
    assert "mig_mode" not in first.values


def test_driver_390_tells_no_cuda_version() -> None:
    answer = read_table(DRIVER_390, "nvidia-smi")
    assert answer
    assert "cuda_driver_version" not in answer.driver
    (gpu,) = answer.devices
    assert gpu.values["name"] == "GeForce GTX 1060"
    assert gpu.values["power_draw_w"] == 5.0
    assert gpu.misses["power_limit_w"][0] == "not_applicable"
    assert gpu.values["display_active"] == "enabled"


def test_windows_tells_the_driver_model_where_linux_tells_persistence() -> None:
    answer = read_table(WINDOWS, "nvidia-smi.exe")
    assert answer
    (gpu,) = answer.devices
    assert gpu.values["driver_model"] == "WDDM"
    assert gpu.values["name"] == "NVIDIA GeForce RTX 4090 ..."
    assert gpu.values["ecc_mode"] == "disabled"


def test_newer_drivers_name_the_kernel_mode_and_the_user_mode_driver() -> None:
    answer = read_table(DRIVER_610, "nvidia-smi")
    assert answer
    assert answer.driver["driver_version"] == "610.43.02"
    assert answer.driver["cuda_driver_version"] == "13.3"
    assert answer.devices[0].values["name"] == "NVIDIA GeForce RTX 5060"


def test_a_row_that_lost_its_readings_does_not_take_those_of_the_next_gpu() -> None:
    title = "|   {}  NVIDIA L4                      Off |   00000000:0{}:00.0 Off |                    0 |"
    answer = read_table("\n".join([title.format(0, 1), title.format(1, 2)]), "nvidia-smi")
    assert answer
    assert [gpu.address for gpu in answer.devices] == ["0000:01:00.0", "0000:02:00.0"]
    assert "memory_bytes" not in answer.devices[0].values


def test_instances_belong_to_the_gpu_whose_number_they_bear() -> None:
    answer = read_table(DIVIDED, "nvidia-smi")
    assert answer
    first, second = answer.devices
    assert first.values["mig_device_count"] == 2
    assert [part.values["memory_bytes"] for part in first.partitions] == [40192 * MIB, 9728 * MIB]
    assert first.partitions[1].values["multiprocessor_count"] == 14
    assert second.values["mig_mode"] == "disabled"
    assert "mig_device_count" not in second.values


def test_what_a_faulty_gpu_does_not_tell_is_failed_and_not_zero() -> None:
    answer = read_table(FAULTY, "nvidia-smi")
    assert answer
    first, second = answer.devices
    assert first.misses["temperature_c"] == ("failed", "ERR!")
    assert first.misses["memory_used_bytes"] == ("failed", "ERR!")
    assert first.values["memory_bytes"] == 24576 * MIB
    assert second.misses["name"] == ("failed", "ERR!")
    assert second.misses["power_draw_w"] == ("failed", "Unknown Error")
    assert second.values["power_limit_w"] == 350.0
    assert second.ordinal == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n\n",
            "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
        ),
        (
            "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.54\n",
            "Failed to initialize NVML: Driver/library version mismatch (NVML library version 550.54)",
        ),
        ("Failed to initialize NVML: Unknown Error", "Failed to initialize NVML: Unknown Error"),
        (
            "Failed to initialize NVML: GPU access blocked by the operating system\n",
            "Failed to initialize NVML: GPU access blocked by the operating system",
        ),
        ("No devices were found\n", "No devices were found"),
        (
            "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.\n",
            "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.",
        ),
        ("Segmentation fault (core dumped)", "Segmentation fault (core dumped)"),
    ],
)
def test_a_complaint_in_the_tables_place_is_the_reason(text: str, reason: str) -> None:
    answer = read_table(text, "nvidia-smi")
    assert answer
    assert answer.failure == ("failed", reason)
    assert not answer.devices


def test_a_gpu_that_fell_off_the_bus_is_a_warning_beside_those_that_answer() -> None:
    lost = "Unable to determine the device handle for GPU1: 0000:07:00.0: Unknown Error"
    answer = read_table(f"{lost}\n{smi_table(TABLE_4070)}", "nvidia-smi")
    assert answer
    assert answer.warnings == [lost]
    assert len(answer.devices) == 1
    assert answer.failure is None


def test_a_table_whose_blanks_a_forum_squeezed_is_read_all_the_same() -> None:
    squeezed = "\n".join(" ".join(line.split()) for line in smi_table(TABLE_4070).splitlines())
    answer = read_table(squeezed, "nvidia-smi")
    assert answer
    assert answer.devices[0].values["name"] == "NVIDIA GeForce RTX 4070"
    assert answer.devices[0].values["power_limit_w"] == 200.0


@pytest.mark.parametrize("text", ["", "hello\n", "| a | b |\n| 1 | 2 | 3 |", "GPU 0: x"])
def test_a_text_that_is_no_table_tells_nothing(text: str) -> None:
    assert read_table(text, "nvidia-smi") is None


@given(st.integers(0, 4000), st.text(max_size=30), st.sampled_from([DRIVER_440, DIVIDED, FAULTY, WINDOWS]))
def test_no_damage_to_a_table_raises(place: int, garbage: str, table: str) -> None:
    read_table(table[:place] + garbage + table[place + len(garbage) :], "nvidia-smi")
    read_table(table[:place], "nvidia-smi")
