"""The XML of `nvidia-smi -q -x`, through its versions, cut, faulty and hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelerator_texts import smi_xml, xml_gpu, xml_instance
from envkb.capture.probes.nvidia_xml import read_xml

MIB = 1 << 20

VERSION_4 = """<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v4.dtd">
<nvidia_smi_log>
    <driver_version>331.38</driver_version>
    <attached_gpus>1</attached_gpus>
    <gpu id="0000:03:00.0">
        <product_name>Tesla K20m</product_name>
        <memory_usage><total>4799 MB</total><used>13 MB</used></memory_usage>
        <clocks_throttle_reasons>
            <clocks_throttle_reason_gpu_idle>Active</clocks_throttle_reason_gpu_idle>
            <clocks_throttle_reason_hw_slowdown>Active</clocks_throttle_reason_hw_slowdown>
            <clocks_throttle_reason_unknown>Not Active</clocks_throttle_reason_unknown>
        </clocks_throttle_reasons>
        <power_readings><power_draw>26.23 W</power_draw><power_limit>225.00 W</power_limit></power_readings>
        <ecc_mode><current_ecc>Enabled</current_ecc></ecc_mode>
    </gpu>
</nvidia_smi_log>
"""


def test_a_gpu_of_version_12_tells_its_facts_with_units_in_the_names() -> None:
    answer = read_xml(smi_xml(xml_gpu()), "nvidia-smi -q -x")
    assert answer
    assert answer.driver == {"driver_version": "560.35.03", "cuda_driver_version": "12.6", "gpu_count": 1}
    (gpu,) = answer.devices
    assert gpu.address == "0000:01:00.0"
    expected = {
        "name": "NVIDIA GeForce RTX 4070",
        "architecture": "Ada Lovelace",
        "memory_bytes": 12282 * MIB,
        "pci_device_id": "10de:2786",
        "pcie_gen_current": 1,
        "pcie_width_max": 16,
        "power_draw_w": 12.5,
        "power_limit_w": 200.0,
        "max_clock_graphics_mhz": 3105,
        "temperature_c": 38,
        "throttle_reasons": ["gpu_idle"],
        "persistence_mode": "enabled",
        "display_active": "disabled",
        "compute_mode": "default",
    }
    assert {name: gpu.values[name] for name in expected} == expected
    assert gpu.misses["ecc_mode"] == ("not_applicable", "N/A")
    assert gpu.misses["mig_mode"] == ("not_applicable", "N/A")


def test_the_words_of_old_versions_are_read_too() -> None:
    answer = read_xml(VERSION_4, "nvidia-smi -q -x")
    assert answer
    (gpu,) = answer.devices
    assert "cuda_driver_version" not in answer.driver
    assert gpu.values["memory_bytes"] == 4799 * MIB
    assert gpu.values["throttle_reasons"] == ["gpu_idle", "hw_slowdown"]
    assert gpu.values["power_limit_w"] == 225.0
    assert gpu.values["ecc_mode"] == "enabled"


@pytest.mark.parametrize(
    ("architecture", "device", "capability"),
    [
        ("Ampere", "20B010DE", "8.0"),
        ("Ampere", "220410DE", "8.6"),
        ("Pascal", "15F810DE", "6.0"),
        ("Pascal", "1C3010DE", "6.1"),
        ("Hopper", "233010DE", "9.0"),
        ("Blackwell", "290110DE", None),
        ("Ampere", "000000DE", None),
    ],
)
def test_the_compute_capability_is_told_where_the_chip_has_only_one(
    architecture: str, device: str, capability: str | None
) -> None:
    text = smi_xml(xml_gpu(architecture=architecture)).replace("278610DE", device)
    answer = read_xml(text, "nvidia-smi -q -x")
    assert answer
    (gpu,) = answer.devices
    assert gpu.values.get("compute_capability") == capability
    if capability is None:
        assert gpu.misses["compute_capability"] == ("not_read", "nvidia-smi -q does not tell it")


def test_nothing_that_holds_the_clocks_down_is_told_as_none() -> None:
    answer = read_xml(smi_xml(xml_gpu(reasons=())), "nvidia-smi -q -x")
    assert answer
    assert answer.devices[0].values["throttle_reasons"] == ["none"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("N/A", "not_applicable"),
        ("[N/A]", "not_applicable"),
        ("[Not Supported]", "not_applicable"),
        ("Requested functionality has been deprecated", "not_applicable"),
        ("Insufficient Permissions", "denied"),
        ("[Insufficient Permissions]", "denied"),
        ("Unknown Error", "failed"),
        ("[Unknown Error]", "failed"),
        ("ERR!", "failed"),
        ("GPU is lost", "failed"),
        ("[GPU requires reset]", "failed"),
        ("a handful", "failed"),
    ],
)
def test_what_stands_in_a_values_place_becomes_its_status(text: str, status: str) -> None:
    answer = read_xml(smi_xml(xml_gpu(power=text)), "nvidia-smi -q -x")
    assert answer
    found, reason = answer.devices[0].misses["power_limit_w"]
    assert found == status
    assert text.strip("[]") in reason


def test_a_reading_that_moved_to_another_name_is_found_behind_a_placeholder() -> None:
    text = smi_xml(xml_gpu()).replace("<power_state>P8</power_state>", "<power_draw> N/A </power_draw>")
    answer = read_xml(text, "nvidia-smi -q -x")
    assert answer
    assert answer.devices[0].values["power_draw_w"] == 12.5


def test_a_version_of_cuda_that_is_not_told_is_not_read_as_a_version() -> None:
    answer = read_xml(smi_xml(xml_gpu(), cuda="N/A"), "nvidia-smi -q -x")
    assert answer
    assert "cuda_driver_version" not in answer.driver


def test_warnings_before_the_document_are_passed_over() -> None:
    text = "WARNING: infoROM is corrupted at gpu 0000:01:00.0\n" + smi_xml(xml_gpu())
    answer = read_xml(text, "nvidia-smi -q -x")
    assert answer
    assert len(answer.devices) == 1


def test_a_cut_document_tells_what_came_before_the_cut() -> None:
    text = smi_xml(xml_gpu("NVIDIA A100 80GB PCIe"), xml_gpu("NVIDIA L4", address="00000000:02:00.0"))
    answer = read_xml(text[: text.index("NVIDIA L4") + 4], "nvidia-smi -q -x")
    assert answer
    first, second = answer.devices
    assert first.values["name"] == "NVIDIA A100 80GB PCIe"
    assert second.address == "0000:02:00.0"
    assert "name" not in second.values


def test_a_document_that_lost_its_middle_tells_the_gpus_around_the_hole() -> None:
    gpus = [xml_gpu(f"NVIDIA L{index}", address=f"00000000:0{index}:00.0") for index in range(1, 4)]
    text = smi_xml(*gpus)
    hole = text.index("NVIDIA L2")
    answer = read_xml(text[:hole] + "\n[... 700 bytes left out by kb ...]\n" + text[hole + 700 :], "nvidia-smi -q -x")
    assert answer
    assert [gpu.values.get("name") for gpu in answer.devices] == ["NVIDIA L1", None, "NVIDIA L3"]


def test_an_instance_tells_all_but_its_profile() -> None:
    answer = read_xml(smi_xml(xml_gpu(mig="Enabled", instances=[xml_instance(0)])), "nvidia-smi -q -x")
    assert answer
    (part,) = answer.devices[0].partitions
    assert part.values == {
        "memory_bytes": 9856 * MIB,
        "gpu_instance_id": 7,
        "compute_instance_id": 0,
        "multiprocessor_count": 16,
    }
    assert part.misses["profile"][0] == "not_read"


def test_an_entity_is_never_expanded() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 20))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{bomb}]><nvidia_smi_log><gpu id="00000000:01:00.0">'
        "<product_name>&e19;</product_name></gpu></nvidia_smi_log>"
    )
    answer = read_xml(text, "nvidia-smi -q -x")
    assert answer
    assert "name" not in answer.devices[0].values


def test_a_name_as_long_as_a_page_is_no_name() -> None:
    answer = read_xml(smi_xml(xml_gpu("NVIDIA " + "x" * 500)), "nvidia-smi -q -x")
    assert answer
    assert answer.devices[0].misses["name"][0] == "failed"


def test_a_number_too_large_for_json_readers_is_no_value() -> None:
    answer = read_xml(smi_xml(xml_gpu(memory="9" * 40 + " MiB", power="9" * 400 + " W")), "nvidia-smi -q -x")
    assert answer
    assert answer.devices[0].misses["memory_bytes"][0] == "failed"
    assert answer.devices[0].misses["power_limit_w"][0] == "failed"


@given(st.integers(0, 4000), st.text(max_size=20))
def test_no_damage_to_a_document_raises(place: int, garbage: str) -> None:
    text = smi_xml(xml_gpu(mig="Enabled", instances=[xml_instance(0)]))
    read_xml(text[:place] + garbage + text[place + len(garbage) :], "nvidia-smi -q -x")
    read_xml(text[:place], "nvidia-smi -q -x")


@given(st.text())
def test_no_text_after_the_roots_name_raises(text: str) -> None:
    read_xml("<nvidia_smi_log" + text, "nvidia-smi -q -x")
