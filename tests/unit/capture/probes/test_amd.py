"""AMD's tools through their versions, and the kernel's tables."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelerator_probing import probed
from accelerator_texts import amd_gpu, amd_static
from envkb.capture.probes.amd_kfd import gfx_target
from envkb.capture.snapshot import Source

SMI = "amd-smi static --json"
ROCM = "rocm-smi --showallinfo --json"


def test_rocm_7_wraps_the_list_and_moves_the_power_limits() -> None:
    gpu = amd_gpu(
        limit={
            "ppt0": {"max_power_limit": {"value": 330, "unit": "W"}, "socket_power_limit": {"value": 300, "unit": "W"}}
        },
        vram={"type": "GDDR6", "size": {"value": 34208743424, "unit": "B"}},
    )
    told = probed({SMI: json.dumps({"gpu_data": [gpu]})})
    assert told.value("gpu/0 power_limit_w") == 300.0
    assert told.value("gpu/0 power_limit_max_w") == 330.0
    assert told.value("gpu/0 memory_bytes") == 34208743424
    assert told.value("amd driver_version") == "6.10.5"


def test_rocm_6_0_prints_bare_numbers() -> None:
    told = probed({SMI: amd_static(amd_gpu(vram={"vram_type": "HBM3", "size_mb": 196592}, limit={"max_power": 750}))})
    assert told.value("gpu/0 memory_bytes") == 196592 << 20
    assert told.value("gpu/0 power_limit_max_w") == 750.0


def test_what_amd_smi_cannot_tell_is_not_applicable() -> None:
    told = probed({SMI: amd_static(amd_gpu(asic={"market_name": "N/A", "target_graphics_version": "N/A"}))})
    assert told.why("gpu/0 name") == ("not_applicable", "N/A")
    assert told.why("gpu/0 gfx_target") == ("not_applicable", "N/A")


def test_warnings_around_the_json_are_passed_over() -> None:
    text = f"WARNING: User is missing the following required groups: render\n{amd_static(amd_gpu())}\n"
    assert probed({SMI: text}).value("gpu/0 name") == "AMD Instinct MI300X"


def test_a_tool_that_fails_tells_why_there_is_no_driver_version() -> None:
    told = probed({SMI: Source(SMI, "failed", "", "exit code 255: no permission")})
    assert told.why("amd driver_version") == ("failed", "exit code 255: no permission")


def test_rocm_smi_without_names_of_pci_devices_gives_no_number_for_a_name() -> None:
    told = probed({ROCM: json.dumps({"card0": {"Card series": "0x744c", "VRAM Total Memory (B)": "25753026560"}})})
    assert told.why("gpu/0 name")[0] == "failed"
    assert told.value("gpu/0 memory_bytes") == 25753026560


def test_the_second_die_of_a_card_says_why_it_draws_no_power_of_its_own() -> None:
    told = probed({ROCM: json.dumps({"card0": {"Average Graphics Package Power (W)": "N/A (Secondary die)"}})})
    assert told.why("gpu/0 power_draw_w") == ("not_applicable", "N/A (Secondary die)")


def test_cards_are_numbered_by_number_and_not_by_letter() -> None:
    cards = {f"card{number}": {"Card Series": f"Card {number}"} for number in (10, 2, 0)}
    told = probed({ROCM: json.dumps(cards)})
    assert [told.value(f"gpu/{index} name") for index in range(3)] == ["Card 0", "Card 2", "Card 10"]


def test_the_lines_of_rocm_smi_are_read_as_its_json_is() -> None:
    text = """\
======================= ROCm System Management Interface =======================
GPU[0]\t\t: Card series: \t\tAMD Radeon RX 6800 XT
GPU[0]\t\t: Max Graphics Package Power (W): 255.0
GPU[1]          : GPU use (%): 3
================================================================================
"""
    told = probed({"rocm-smi --showallinfo": text})
    assert told.value("gpu/0 name") == "AMD Radeon RX 6800 XT"
    assert told.value("gpu/0 power_limit_w") == 255.0
    assert told.value("gpu/1 utilization_gpu_percent") == 3


def test_the_concise_table_tells_how_many_there_are() -> None:
    text = """\
=========================== ROCm System Management Interface ===========================
===================================== Concise Info =====================================
GPU  Temp (DieEdge)  AvgPwr  SCLK    MCLK    Fan     Perf  PwrCap  VRAM%  GPU%
0    31.0c           39.0W   300Mhz  1200Mhz 0%      auto  290.0W    0%   0%
1    30.0c           37.0W   300Mhz  1200Mhz 0%      auto  290.0W    0%   0%
========================================================================================
"""
    assert probed({"rocm-smi": text}).value("gpu count") == 2


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (90402, "gfx942"),
        (90010, "gfx90a"),
        (100301, "gfx1031"),
        (110000, "gfx1100"),
        (120001, "gfx1201"),
        (90006, "gfx906"),
    ],
)
def test_the_kernels_number_of_an_instruction_set_is_spelled_as_compilers_do(number: int, name: str) -> None:
    assert gfx_target(number) == name


def test_the_kernel_alone_tells_of_a_gpu_without_any_tool() -> None:
    node = "/sys/class/kfd/kfd/topology/nodes/1/properties"
    told = probed(
        {
            node: "simd_count 80\nsimd_per_cu 2\ngfx_target_version 100301\ndevice_id 29663\nlocation_id 1792\n",
            "kb:drm": json.dumps(
                [
                    {
                        "card": "card0",
                        "vendor": "0x1002",
                        "device": "0x73df",
                        "driver": "amdgpu",
                        "vram_bytes": "12868124672",
                        "max_link_speed": "16.0 GT/s PCIe",
                        "max_link_width": "16",
                        "link_width": "255",
                    }
                ]
            ),
        }
    )
    assert told.value("gpu count") == 1
    assert told.value("gpu/0 gfx_target") == "gfx1031"
    assert told.value("gpu/0 multiprocessor_count") == 40
    assert told.value("gpu/0 memory_bytes") == 12868124672
    assert told.value("gpu/0 pci_address") == "0000:07:00.0"
    assert told.value("gpu/0 pcie_gen_max") == 4
    assert "gpu/0 pcie_width_current" not in told


@given(st.integers(0, 1200), st.text(max_size=10))
def test_no_damage_raises(place: int, garbage: str) -> None:
    text = amd_static(amd_gpu())
    probed({SMI: text[:place] + garbage + text[place:], ROCM: garbage, "rocm-smi": f"GPU[{garbage}] : {garbage}: 1"})
