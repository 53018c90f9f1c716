"""GPUs of Macs, of Intel, and of Jetsons of all ages."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelerator_probing import probed

PROFILER = "system_profiler SPDisplaysDataType"
TEXT = """\
Graphics/Displays:

    Apple M2 Max:

      Chipset Model: Apple M2 Max
      Type: GPU
      Bus: Built-In
      Total Number of Cores: 38
      Vendor: Apple (0x106b)
      Metal Support: Metal 3
      Displays:
        Color LCD:
          Display Type: Built-in Liquid Retina XDR Display
          Resolution: 3456 x 2234 Retina
"""
INTEL_MAC = """\
Graphics/Displays:

    Intel UHD Graphics 630:

      Chipset Model: Intel UHD Graphics 630
      Type: GPU
      Bus: Built-In
      VRAM (Dynamic, Max): 1536 MB
      Vendor: Intel
      Device ID: 0x3e9b
      Metal: Supported, feature set macOS GPUFamily2 v1

    AMD Radeon Pro 5500M:

      Chipset Model: AMD Radeon Pro 5500M
      Type: GPU
      Bus: PCIe
      PCIe Lane Width: x16
      VRAM (Total): 8 GB
      Vendor: AMD (0x1002)
      Metal Family: Supported, Metal GPUFamily macOS 2
"""


def test_the_text_of_system_profiler_is_read_as_its_json_is() -> None:
    told = probed({PROFILER: TEXT})
    assert told.value("gpu/0 name") == "Apple M2 Max"
    assert told.value("gpu/0 cores") == 38
    assert told.value("gpu/0 metal") == "Metal 3"
    assert told.value("gpu count") == 1


def test_an_intel_mac_has_gpus_of_other_makers_with_memory() -> None:
    told = probed({PROFILER: INTEL_MAC})
    assert (told.value("gpu/0 vendor"), told.value("gpu/1 vendor")) == ("Intel", "AMD")
    assert told.value("gpu/0 memory_bytes") == 1536 << 20
    assert told.value("gpu/1 memory_bytes") == 8 << 30
    assert told.value("gpu/0 metal") == "feature set macOS GPUFamily2 v1"
    assert told.value("gpu/1 metal") == "Metal GPUFamily macOS 2"


def test_a_virtual_mac_whose_adapter_has_no_maker_has_no_gpu() -> None:
    row = {"_name": "Apple Paravirtual device", "sppci_model": "Display", "spdisplays_vendor": "sppci_vendor_other"}
    told = probed({PROFILER: json.dumps({"SPDisplaysDataType": [row]})})
    assert told.why("gpu count") == ("absent", "no GPU was found")


@given(st.integers(0, 700), st.text(max_size=10))
def test_no_damage_to_what_system_profiler_prints_raises(place: int, garbage: str) -> None:
    probed({PROFILER: INTEL_MAC[:place] + garbage + INTEL_MAC[place:]})


def test_xpu_smi_tells_of_intel_gpus_and_not_of_their_virtual_functions() -> None:
    physical = {
        "device_id": 0,
        "device_type": "GPU",
        "device_function_type": "physical",
        "device_name": "Intel(R) Data Center GPU Max 1100",
        "pci_bdf_address": "0000:29:00.0",
        "pci_device_id": "0xbda",
        "memory_physical_size_byte": "51539607552",
        "driver_version": "I915_24.2.17_PSB_240905.19",
    }
    virtual = {**physical, "device_function_type": "virtual", "pci_bdf_address": "0000:29:00.1"}
    told = probed({"xpu-smi discovery -j": json.dumps({"device_list": [physical, virtual]})})
    assert told.value("gpu count") == 1
    assert told.value("gpu/0 name") == "Intel(R) Data Center GPU Max 1100"
    assert told.value("gpu/0 memory_bytes") == 51539607552
    assert told.value("gpu/0 pci_device_id") == "8086:0bda"
    assert told.value("intel_gpu driver_version") == "I915_24.2.17_PSB_240905.19"


@pytest.mark.parametrize(
    ("compatible", "release", "name", "jetpack"),
    [
        ("nvidia,jetson-nano\nnvidia,tegra210\n", "# R32 (release), REVISION: 7.1, GCID: 1", "Tegra X1", "4.6.1"),
        ("nvidia,p2972-0000\nnvidia,tegra194\n", "# R35 (release), REVISION: 5.0, GCID: 1", "Xavier", "5.1.3"),
        ("nvidia,p3768\nnvidia,tegra234\n", "# R36 (release), REVISION: 3.0, GCID: 1", "Orin", "6.0"),
        ("nvidia,p3971\nnvidia,tegra264\n", "# R38 (release), REVISION: 2.0, GCID: 1", "Thor", "7.0"),
    ],
)
def test_jetsons_are_known_by_their_chip_and_release(compatible: str, release: str, name: str, jetpack: str) -> None:
    told = probed({"/proc/device-tree/compatible": compatible, "/etc/nv_tegra_release": release})
    assert told.value("gpu/0 name") == name
    assert told.value("jetson jetpack_version") == jetpack


def test_a_release_and_a_chip_that_nobody_knows_are_told_as_such() -> None:
    told = probed(
        {
            "/proc/device-tree/compatible": "nvidia,p9999\nnvidia,tegra999\n",
            "/etc/nv_tegra_release": "# R99 (release), REVISION: 1.0, GCID: 1",
        }
    )
    assert told.why("gpu/0 name") == ("failed", "the chip tegra999 is not known")
    assert told.why("jetson jetpack_version") == ("not_read", "no JetPack is known for L4T 99.1.0")


@pytest.mark.parametrize(
    ("release", "version"),
    [("# R36 (release), REVISION: 4.3, GCID: 1", ("ok", None)), ("?", ("failed", "no release in its text"))],
)
def test_a_container_on_a_jetson_knows_the_release_but_not_the_chip(
    release: str, version: tuple[str, str | None]
) -> None:
    told = probed({"/etc/nv_tegra_release": release})
    assert told.why("jetson l4t_version") == version
    assert told.why("gpu count")[0] == "absent"


@pytest.mark.parametrize("compatible", ["raspberrypi,5-model-b\nbrcm,bcm2712\n", "nvidia,dgx-spark\n", ""])
def test_other_boards_are_no_jetsons(compatible: str) -> None:
    told = probed({"/proc/device-tree/compatible": compatible})
    assert not [key for key in told if key.startswith("jetson")]
