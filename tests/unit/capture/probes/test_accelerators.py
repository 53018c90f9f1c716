"""Whole machines, and how several GPUs and several sources are brought together."""

import json

import pytest

from accelerator_probing import probed
from accelerator_texts import (
    TABLE_4070,
    amd_gpu,
    amd_static,
    nvml,
    nvml_gpu,
    smi_table,
    smi_xml,
    xml_gpu,
    xml_instance,
)
from envkb.capture.snapshot import Source

GIB = 1 << 30


def test_an_rtx_4070_under_wsl2_with_driver_560_has_cuda_12_6_of_the_driver_alone() -> None:
    told = probed(
        {
            "kb:nvml": nvml(nvml_gpu()),
            "nvidia-smi": smi_table(TABLE_4070),
            "kb:devices": json.dumps({"/dev/dxg": ["/dev/dxg"], "/dev/nvidia*": []}),
            "kb:drm": json.dumps([{"card": "card0", "vendor": "0x1414", "device": "0x008e", "driver": "dxgkrnl"}]),
            "kb:libcuda": json.dumps(
                {"paths": [{"path": "/usr/lib/wsl/lib/libcuda.so.1", "target": "/usr/lib/wsl/lib/libcuda.so.1.1"}]}
            ),
            "kb:cuda-toolkits": json.dumps({"toolkits": [], "nvcc": None}),
        }
    )
    assert told.value("nvidia driver_state") == "running"
    assert told.value("nvidia driver_version") == "560.94"
    assert told.value("nvidia smi_version") == "560.35.03"
    assert told.value("nvidia cuda_driver_version") == "12.6"
    assert told.value("nvidia libcuda_paths") == ["/usr/lib/wsl/lib/libcuda.so.1"]
    assert told.value("gpu/0 name") == "NVIDIA GeForce RTX 4070"
    assert told.value("gpu/0 compute_capability") == "8.9"
    assert told.value("gpu/0 memory_bytes") == 12878610432
    assert told.value("gpu count") == 1
    assert told.value("display/0 vendor") == "Microsoft"
    assert told.why("cuda/toolkits versions")[0] == "absent"
    assert not [key for key, fact in told.items() if fact.status == "conflict"]


def test_an_h100_divided_by_mig_tells_every_instance_with_its_profile() -> None:
    part = {"name": "NVIDIA H100 80GB HBM3 MIG 3g.40gb", "memory_total_bytes": 42144366592, "multiprocessors": 60}
    whole = nvml_gpu(
        "NVIDIA H100 80GB HBM3",
        architecture="hopper",
        compute_capability="9.0",
        mig_mode=True,
        mig_devices=[{"index": 0, **part}, {"index": 1, **part}],
        ecc_mode=True,
    )
    told = probed({"kb:nvml": nvml(whole, driver="550.54.15", cuda="12.4")})
    assert told.value("gpu/0 mig_mode") == "enabled"
    assert told.value("gpu/0 mig_device_count") == 2
    assert told.value("gpu/0/mig/1 profile") == "3g.40gb"
    assert told.value("gpu/0/mig/1 memory_bytes") == 42144366592
    assert told.value("gpu/0/mig/1 multiprocessor_count") == 60
    assert told.value("gpu count") == 1


def test_the_xml_tells_the_instances_of_an_h100_too() -> None:
    gpu = xml_gpu("NVIDIA H100 80GB HBM3", mig="Enabled", instances=[xml_instance(0), xml_instance(1)])
    told = probed({"nvidia-smi -q -x": smi_xml(gpu)})
    assert told.value("gpu/0 mig_device_count") == 2
    assert told.value("gpu/0/mig/0 memory_bytes") == 9856 << 20


def test_two_gpus_of_different_makers_are_two_subjects_and_one_driver_each() -> None:
    told = probed(
        {
            "nvidia-smi -q -x": smi_xml(xml_gpu()),
            "rocm-smi --showallinfo --json": json.dumps(
                {
                    "card1": {
                        "Card Series": "AMD Radeon RX 7900 XTX",
                        "PCI Bus": "0000:03:00.0",
                        "VRAM Total Memory (B)": "25753026560",
                        "GFX Version": "gfx1100",
                    },
                    "system": {"Driver version": "6.7.0"},
                }
            ),
            "kb:drm": json.dumps(
                [
                    {"card": "card0", "vendor": "0x10de", "device": "0x2786", "driver": "nvidia"},
                    {"card": "card1", "vendor": "0x1002", "device": "0x744c", "driver": "amdgpu"},
                ]
            ),
        }
    )
    assert told.value("gpu count") == 2
    assert (told.value("gpu/0 vendor"), told.value("gpu/1 vendor")) == ("NVIDIA", "AMD")
    assert told.value("gpu/1 gfx_target") == "gfx1100"
    assert (told.value("gpu/0 driver"), told.value("gpu/1 driver")) == ("nvidia", "amdgpu")
    assert told.value("amd driver_version") == "6.7.0"


def test_a_mac_mini_m4_has_ten_gpu_cores_and_metal_and_no_memory_of_its_own() -> None:
    document = {
        "SPHardwareDataType": [{"chip_type": "Apple M4"}],
        "SPDisplaysDataType": [
            {
                "_name": "Apple M4",
                "spdisplays_mtlgpufamilysupport": "spdisplays_metal3",
                "spdisplays_vendor": "sppci_vendor_Apple",
                "sppci_bus": "spdisplays_builtin",
                "sppci_cores": "10",
                "sppci_device_type": "spdisplays_gpu",
                "sppci_model": "Apple M4",
            }
        ],
    }
    told = probed({"system_profiler -json SPHardwareDataType SPDisplaysDataType": json.dumps(document)})
    assert told.value("gpu/0 name") == "Apple M4"
    assert told.value("gpu/0 cores") == 10
    assert told.value("gpu/0 metal") == "Metal 3"
    assert told.why("gpu/0 memory_bytes") == ("not_applicable", "the GPU shares the machine's memory")
    assert told.value("gpu count") == 1


def test_a_jetson_orin_has_a_gpu_that_nvml_does_not_know() -> None:
    told = probed(
        {
            "/proc/device-tree/compatible": "nvidia,p3737-0000+p3701-0005\nnvidia,p3701-0005\nnvidia,tegra234\n",
            "/etc/nv_tegra_release": "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64",
            "kb:nvml": Source("kb:nvml", status="absent", reason="libnvidia-ml.so.1 is not installed"),
            "kb:devices": json.dumps({"/dev/nvhost*": ["/dev/nvhost-gpu"]}),
        }
    )
    assert told.value("jetson l4t_version") == "36.4.3"
    assert told.value("jetson jetpack_version") == "6.2"
    assert told.value("gpu/0 name") == "Orin"
    assert told.value("gpu/0 compute_capability") == "8.7"
    assert told.why("gpu/0 memory_bytes")[0] == "not_applicable"
    assert told.why("nvidia driver_state")[0] == "not_applicable"


def test_a_jetson_whose_driver_answers_is_one_gpu_with_the_drivers_name() -> None:
    table = smi_table(
        "|   0  Orin (nvgpu)                  N/A  | N/A              N/A |                  N/A |\n"
        "| N/A   N/A  N/A               N/A /  N/A | Not Supported        |     N/A          N/A |\n"
        "|                                         |                        |                  N/A |",
        header="| NVIDIA-SMI 540.4.0                Driver Version: 540.4.0      CUDA Version: 12.6     |",
    )
    told = probed({"/proc/device-tree/compatible": "nvidia,p3767\nnvidia,tegra234\n", "nvidia-smi": table})
    assert told.value("gpu count") == 1
    assert told.value("gpu/0 name") == "Orin (nvgpu)"
    assert told.value("gpu/0 compute_capability") == "8.7"
    assert told.value("nvidia driver_version") == "540.4.0"
    assert told.why("gpu/0 memory_bytes")[0] == "not_applicable"


def test_an_mi300x_is_told_by_amd_smi_rocm_smi_and_the_kernel_without_contradiction() -> None:
    told = probed(
        {
            "amd-smi static --json": amd_static(amd_gpu(), amd_gpu(1, "0000:26:00.0")),
            "rocm-smi --showallinfo --json": json.dumps(
                {
                    "card0": {
                        "Card Series": "AMD Instinct MI300X OAM",
                        "PCI Bus": "0000:05:00.0",
                        "VRAM Total Memory (B)": "206141652992",
                        "Max Graphics Package Power (W)": "750.0",
                        "pcie clock level": "1 (32.0GT/s x16)",
                    }
                }
            ),
            "/sys/class/kfd/kfd/topology/nodes/0/properties": "cpu_cores_count 96\nsimd_count 0\n",
            "/sys/class/kfd/kfd/topology/nodes/1/properties": (
                "simd_count 1216\nsimd_per_cu 4\ngfx_target_version 90402\nvendor_id 4098\ndevice_id 29857\n"
                "location_id 1280\ndomain 0\nmax_engine_clk_fcompute 2100\n"
            ),
            "/opt/rocm/.info/version": "6.2.4-116\n",
            "/opt/rocm-6.2.4/.info/version": "6.2.4-116\n",
            "/sys/module/amdgpu/version": "6.10.5\n",
        }
    )
    assert told.value("gpu count") == 2
    assert told.value("gpu/0 name") == "AMD Instinct MI300X"
    assert told.value("gpu/0 memory_bytes") == 206141652992
    assert told.value("gpu/0 gfx_target") == "gfx942"
    assert told.value("gpu/0 multiprocessor_count") == 304
    assert told.value("gpu/0 pcie_gen_max") == 5
    assert told.value("gpu/0 pcie_gen_current") == 5
    assert told.value("gpu/0 max_clock_graphics_mhz") == 2100
    assert told.value("gpu/1 pci_address") == "0000:26:00.0"
    assert told.value("rocm versions") == ["6.2.4"]
    assert told.value("amd driver_version") == "6.10.5"
    assert not [key for key, fact in told.items() if fact.status == "conflict"]


def test_a_machine_without_a_gpu_says_so_in_two_facts_and_no_more() -> None:
    nothing = {
        name: Source(name, status="absent", reason=f"{name.split()[0]} is not installed")
        for name in (
            "nvidia-smi -q -x",
            "amd-smi static --json",
            "rocm-smi --showallinfo --json",
            "xpu-smi discovery -j",
        )
    }
    told = probed({**nothing, "kb:drm": "[]", "kb:devices": "{}"})
    assert {key: fact.status.value for key, fact in told.items()} == {
        "gpu count": "absent",
        "nvidia driver_state": "absent",
    }


def test_a_servers_management_chip_is_a_display_and_no_gpu() -> None:
    told = probed({"kb:drm": json.dumps([{"card": "card0", "vendor": "0x1a03", "device": "0x2000", "driver": "ast"}])})
    assert told.value("display/0 vendor") == "ASPEED"
    assert told.why("gpu count") == ("absent", "no GPU was found")


def test_a_gpu_that_only_the_kernel_lists_says_that_nobody_told_its_name() -> None:
    told = probed({"kb:drm": json.dumps([{"card": "card0", "vendor": "0x8086", "device": "0xa780", "driver": "i915"}])})
    assert told.value("gpu/0 vendor") == "Intel"
    assert told.value("gpu/0 pci_device_id") == "8086:a780"
    assert told.why("gpu/0 name") == ("not_read", "no source tells it")


@pytest.mark.parametrize(
    "name", ["Microsoft Basic Render Driver", "Microsoft Remote Display Adapter", "llvmpipe (LLVM 15.0.7)"]
)
def test_a_placeholder_is_no_model(name: str) -> None:
    told = probed({"nvidia-smi -q -x": smi_xml(xml_gpu(name))})
    assert told.why("gpu/0 name") == ("failed", f"a placeholder, no model: {name!r}")


def test_sources_that_round_do_not_contradict_those_that_do_not() -> None:
    told = probed(
        {"kb:nvml": nvml(nvml_gpu(memory_total_bytes=12878610432 + 1000)), "nvidia-smi": smi_table(TABLE_4070)}
    )
    assert told.value("gpu/0 memory_bytes") == 12878611432
    assert told["gpu/0 memory_bytes"].status == "ok"


def test_sources_that_disagree_on_the_memory_are_a_conflict_that_shows_both() -> None:
    told = probed({"kb:nvml": nvml(nvml_gpu(memory_total_bytes=16 * GIB)), "nvidia-smi": smi_table(TABLE_4070)})
    assert told["gpu/0 memory_bytes"].status == "conflict"
    assert told.value("gpu/0 memory_bytes") == [
        {"source": "kb:nvml", "value": 16 * GIB},
        {"source": "nvidia-smi", "value": 12282 << 20},
    ]


def test_readings_of_a_moment_come_from_the_best_source_alone() -> None:
    told = probed({"kb:nvml": nvml(nvml_gpu(temperature_c=70)), "nvidia-smi": smi_table(TABLE_4070)})
    assert told.value("gpu/0 temperature_c") == 70
