import json

import pytest

from envkb.capture.collect.devices import cuda_toolkits, cudnn, device_jobs, drm_cards, libcuda, loader_cache
from envkb.capture.collect.rows import UnreadableError
from machine_tree import MachineTree


@pytest.mark.parametrize(
    ("file", "text", "version"),
    [
        ("version.json", json.dumps({"cuda": {"name": "CUDA SDK", "version": "12.4.1"}}), "12.4.1"),
        ("version.txt", "CUDA Version 10.2.89\n", "10.2.89"),
        ("include/cuda.h", "#define CUDA_VERSION 13000\n", "13.0"),
        ("include/cuda.h", "/* The\n#define CUDA_VERSION 12060 */", "12.6"),
    ],
)
def test_a_toolkit_tells_its_version(tree: MachineTree, file: str, text: str, version: str) -> None:
    tree.write({f"/usr/local/cuda-x/{file}": text})
    (toolkit,) = cuda_toolkits(tree.machine())["toolkits"]
    assert (toolkit["version"], toolkit["source"]) == (version, f"/usr/local/cuda-x/{file}")


def test_a_toolkit_without_a_version_is_listed(tree: MachineTree) -> None:
    tree.write({"/usr/local/cuda-12/bin/nvcc": "", "/usr/local/cuda-12/version.json": "{"})
    (toolkit,) = cuda_toolkits(tree.machine())["toolkits"]
    assert (toolkit["version"], toolkit["nvcc"]) == (None, True)


def test_a_toolkit_named_by_a_variable_is_found(tree: MachineTree) -> None:
    tree.write({"/data/cuda/version.txt": "CUDA Version 11.8.0"})
    found = cuda_toolkits(tree.machine(CUDA_HOME="/data/cuda", CUDA_PATH="/nowhere"))["toolkits"]
    assert [toolkit["path"] for toolkit in found] == ["/data/cuda"]


def test_the_compiler_on_path_is_a_fact_of_its_own(tree: MachineTree) -> None:
    assert cuda_toolkits(tree.machine())["nvcc"] is None
    path = tree.program("nvcc", "")
    assert cuda_toolkits(tree.machine())["nvcc"]["path"] == str(path)


def test_cudnn_headers_tell_their_version(tree: MachineTree) -> None:
    tree.write(
        {
            "/usr/include/cudnn_version.h": "#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 1\n"
            "#define CUDNN_PATCHLEVEL 0\n",
            "/usr/local/cuda-12/include/cudnn_version.h": "#define NOTHING\n",
        }
    )
    assert [row["version"] for row in cudnn(tree.machine())] == ["9.1.0", None]


def test_no_cudnn_is_a_reason(tree: MachineTree) -> None:
    with pytest.raises(UnreadableError, match="cudnn_version"):
        cudnn(tree.machine())


def test_the_drivers_library_is_found_on_disk_and_in_the_loaders_cache(tree: MachineTree) -> None:
    tree.write(
        {
            "/usr/lib/wsl/lib/libcuda.so.1": "",
            "/etc/ld.so.cache": b"\0libcuda.so.1\0/usr/lib/x/libcuda.so.1\0libcudart.so\0/x/libcudart.so\0",
        }
    )
    told = libcuda(tree.machine())
    assert [entry["path"] for entry in told["paths"]] == ["/usr/lib/wsl/lib/libcuda.so.1"]
    assert told["ld_cache"] == ["/usr/lib/x/libcuda.so.1"]


def test_no_driver_library_is_a_reason(tree: MachineTree) -> None:
    with pytest.raises(UnreadableError, match=r"libcuda\.so"):
        libcuda(tree.machine())
    assert loader_cache(tree.machine(), b"libcuda.so") == []


def test_cards_are_listed_without_their_connectors(tree: MachineTree) -> None:
    card = "/sys/class/drm/card1"
    tree.write(
        {
            f"{card}/device/vendor": "0x1002\n",
            f"{card}/device/device": "0x74a1\n",
            f"{card}/device/mem_info_vram_total": "206141652992\n",
            f"{card}-HDMI-A-1/status": "connected",
        }
    )
    (tree.root / "sys/bus/pci/drivers/amdgpu").mkdir(parents=True)
    (tree.root / card.lstrip("/") / "device/driver").symlink_to(tree.root / "sys/bus/pci/drivers/amdgpu")
    assert drm_cards(tree.machine()) == [
        {"card": "card1", "vendor": "0x1002", "device": "0x74a1", "vram_bytes": "206141652992", "driver": "amdgpu"}
    ]


def test_device_files_are_listed_by_pattern(tree: MachineTree) -> None:
    tree.write({"/dev/nvidia0": "", "/dev/nvidiactl": "", "/dev/kfd": ""})
    told = json.loads(device_jobs(tree.machine())[0].read()["text"])
    assert told["/dev/nvidia*"] == ["/dev/nvidia0", "/dev/nvidiactl"]
    assert told["/dev/kfd"] == ["/dev/kfd"]
    assert told["/dev/dxg"] == []


def test_macos_tells_of_its_gpus_elsewhere(tree: MachineTree) -> None:
    assert device_jobs(tree.machine("Darwin")) == []


def test_a_card_without_a_driver_is_listed_by_its_address(tree: MachineTree) -> None:
    bus = "/sys/bus/pci/devices"
    tree.write(
        {
            f"{bus}/0000:00:02.0/class": "0x030000\n",
            f"{bus}/0000:00:02.0/vendor": "0x8086\n",
            f"{bus}/0000:01:00.0/class": "0x030200\n",
            f"{bus}/0000:01:00.0/vendor": "0x10de\n",
            f"{bus}/0000:02:00.0/class": "0x020000\n",
            "/sys/class/drm/card0/name": "",
        }
    )
    (tree.root / "sys/class/drm/card0/device").symlink_to(tree.root / f"{bus}/0000:00:02.0".lstrip("/"))
    assert drm_cards(tree.machine()) == [
        {"card": "card0", "vendor": "0x8086", "address": "0000:00:02.0"},
        {"vendor": "0x10de", "address": "0000:01:00.0"},
    ]
