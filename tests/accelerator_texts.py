"""Outputs of vendors' tools for made-up machines, as their formats print them."""

import json
from collections.abc import Iterable
from typing import Any


def smi_xml(*gpus: str, driver: str = "560.35.03", cuda: str = "12.6", version: int = 12) -> str:
    """Return `nvidia-smi -q -x` of a driver with these GPUs."""
    return "\n".join(
        [
            '<?xml version="1.0" ?>',
            f'<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v{version}.dtd">',
            "<nvidia_smi_log>",
            "\t<timestamp>Mon Mar  2 10:00:00 2026</timestamp>",
            f"\t<driver_version>{driver}</driver_version>",
            f"\t<cuda_version>{cuda}</cuda_version>",
            f"\t<attached_gpus>{len(gpus)}</attached_gpus>",
            *gpus,
            "</nvidia_smi_log>\n",
        ]
    )


def xml_gpu(
    name: str = "NVIDIA GeForce RTX 4070",
    *,
    address: str = "00000000:01:00.0",
    memory: str = "12282 MiB",
    architecture: str = "Ada Lovelace",
    power: str = "200.00 W",
    mig: str = "N/A",
    instances: Iterable[str] = (),
    reasons: Iterable[str] = ("gpu_idle",),
) -> str:
    """Return one GPU's element, in the words of the format's version 12."""
    parts = "".join(instances)
    flags = "".join(f"<clocks_event_reason_{reason}>Active</clocks_event_reason_{reason}>" for reason in reasons)
    return f"""
    <gpu id="{address}">
        <product_name>{name}</product_name>
        <product_architecture>{architecture}</product_architecture>
        <persistence_mode>Enabled</persistence_mode>
        <display_active>Disabled</display_active>
        <mig_mode><current_mig>{mig}</current_mig><pending_mig>{mig}</pending_mig></mig_mode>
        <mig_devices>{parts or "None"}</mig_devices>
        <serial>withheld</serial>
        <vbios_version>95.04.3E.00.0A</vbios_version>
        <pci>
            <pci_device_id>278610DE</pci_device_id>
            <pci_gpu_link_info>
                <pcie_gen><max_link_gen>4</max_link_gen><current_link_gen>1</current_link_gen></pcie_gen>
                <link_widths><max_link_width>16x</max_link_width><current_link_width>8x</current_link_width></link_widths>
            </pci_gpu_link_info>
        </pci>
        <fan_speed>0 %</fan_speed>
        <performance_state>P8</performance_state>
        <clocks_event_reasons>{flags}
            <clocks_event_reason_sync_boost>Not Active</clocks_event_reason_sync_boost>
        </clocks_event_reasons>
        <fb_memory_usage><total>{memory}</total><reserved>300 MiB</reserved><used>12 MiB</used></fb_memory_usage>
        <compute_mode>Default</compute_mode>
        <ecc_mode><current_ecc>N/A</current_ecc><pending_ecc>N/A</pending_ecc></ecc_mode>
        <temperature><gpu_temp>38 C</gpu_temp><memory_temp>N/A</memory_temp></temperature>
        <gpu_power_readings>
            <power_state>P8</power_state>
            <average_power_draw>N/A</average_power_draw>
            <instant_power_draw>12.50 W</instant_power_draw>
            <current_power_limit>{power}</current_power_limit>
            <default_power_limit>200.00 W</default_power_limit>
        </gpu_power_readings>
        <clocks><graphics_clock>210 MHz</graphics_clock><mem_clock>405 MHz</mem_clock></clocks>
        <max_clocks><graphics_clock>3105 MHz</graphics_clock><mem_clock>10501 MHz</mem_clock></max_clocks>
    </gpu>"""


def xml_instance(index: int, memory: str = "9856 MiB", multiprocessors: int = 16) -> str:
    """Return one MIG instance of a GPU's element."""
    return f"""<mig_device><index>{index}</index><gpu_instance_id>{index + 7}</gpu_instance_id>
        <compute_instance_id>0</compute_instance_id>
        <device_attributes><shared><multiprocessor_count>{multiprocessors}</multiprocessor_count></shared></device_attributes>
        <fb_memory_usage><total>{memory}</total></fb_memory_usage></mig_device>"""


def smi_table(*rows: str, header: str = "") -> str:
    """Return the table of plain `nvidia-smi` with these GPUs."""
    usual = "| NVIDIA-SMI 560.35.03             Driver Version: 560.94         CUDA Version: 12.6     |"
    rule = "+-----------------------------------------+------------------------+----------------------+"
    return "\n".join(
        [
            "Mon Mar  2 10:00:00 2026",
            "+-----------------------------------------------------------------------------------------+",
            header or usual,
            "|-----------------------------------------+------------------------+----------------------+",
            "| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |",
            "| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |",
            "|                                         |                        |               MIG M. |",
            "|=========================================+========================+======================|",
            *(f"{row}\n{rule}" for row in rows),
            "",
            "+-----------------------------------------------------------------------------------------+",
            "| Processes:                                                                              |",
            "|  GPU   GI   CI        PID   Type   Process name                              GPU Memory |",
            "|        ID   ID                                                               Usage      |",
            "|=========================================================================================|",
            "|    0   N/A  N/A      4242      C   python                                       512MiB |",
            "+-----------------------------------------------------------------------------------------+",
        ]
    )


TABLE_4070 = """\
|   0  NVIDIA GeForce RTX 4070        On  |   00000000:01:00.0  On |                  N/A |
|  0%   41C    P8              8W /  200W |     876MiB /  12282MiB |      4%      Default |
|                                         |                        |                  N/A |"""


def nvml(*gpus: dict[str, Any], driver: str = "560.94", cuda: str = "12.6", **more: Any) -> str:
    """Return `kb:nvml` of a driver with these GPUs."""
    told = {
        "driver_version": driver,
        "cuda_driver_version": cuda,
        "nvml_version": "12.560.35.03",
        "gpu_count": len(gpus),
    }
    return json.dumps({**told, **more, "gpus": [{"index": index, **gpu} for index, gpu in enumerate(gpus)]})


def nvml_gpu(name: str = "NVIDIA GeForce RTX 4070", **changes: Any) -> dict[str, Any]:
    """Return one GPU's answers, those of a desktop card."""
    no = {"error": "Not Supported"}
    return {
        "name": name,
        "brand": "geforce",
        "architecture": "ada",
        "compute_capability": "8.9",
        "cuda_cores": 5888,
        "multiprocessors": no,
        "vbios_version": "95.04.3e.00.0a",
        "pci_bus_id": "00000000:01:00.0",
        "pci_device_id": "0x278610de",
        "memory_total_bytes": 12878610432,
        "memory_used_bytes": 918552576,
        "memory_bus_width_bits": 192,
        "bar1_total_bytes": 17179869184,
        "pcie_generation": 1,
        "pcie_generation_max": 4,
        "pcie_width": 16,
        "pcie_width_max": 16,
        "display_active": True,
        "persistence_mode": True,
        "compute_mode": "default",
        "ecc_mode": no,
        "mig_mode": no,
        "mig_devices": no,
        "power_draw_w": 8.412,
        "power_limit_w": 200.0,
        "power_limit_enforced_w": {"error": "Insufficient Permissions"},
        "temperature_c": 41,
        "performance_state": "P8",
        "utilization_percent": 4,
        "compute_processes": 1,
        "throttle_reasons": ["GpuIdle"],
        "clock_graphics_mhz": 210,
        "clock_mem_mhz": 405,
        "clock_graphics_max_mhz": 3105,
        "clock_mem_max_mhz": 10501,
        **changes,
    }


def amd_static(*gpus: dict[str, Any]) -> str:
    """Return `amd-smi static --json` with these GPUs, as ROCm 6 prints it."""
    return json.dumps(list(gpus))


def amd_gpu(index: int = 0, address: str = "0000:05:00.0", **changes: Any) -> dict[str, Any]:
    """Return one AMD Instinct MI300X."""
    return {
        "gpu": index,
        "asic": {
            "market_name": "AMD Instinct MI300X",
            "vendor_id": "0x1002",
            "device_id": "0x74a1",
            "asic_serial": "withheld",
            "num_compute_units": 304,
            "target_graphics_version": "gfx942",
        },
        "bus": {
            "bdf": address,
            "max_pcie_width": 16,
            "max_pcie_speed": {"value": 32, "unit": "GT/s"},
            "pcie_interface_version": "Gen 5",
        },
        "ifwi": {"version": "022.040.003.043.000001"},
        "limit": {"max_power": {"value": 750, "unit": "W"}, "socket_power": {"value": 750, "unit": "W"}},
        "driver": {"name": "amdgpu", "version": "6.10.5"},
        "partition": {"compute_partition": "SPX", "memory_partition": "NPS1"},
        "vram": {"type": "HBM3", "size": {"value": 196592, "unit": "MB"}, "bit_width": 8192},
        **changes,
    }
