"""Terms of GPUs, their drivers, and other display adapters."""

from typing import Final

from envkb.model.vocabulary.term import Term

_GPU: Final = (
    Term("gpu", "count", "int", "Number of GPUs, of all makers.", identity=True),
    Term("gpu/*", "vendor", "str", "Who made the GPU.", identity=True),
    Term("gpu/*", "name", "str", "Model, in the words of its maker's tool.", identity=True),
    Term("gpu/*", "architecture", "str", "Generation of the chip, as its maker calls it.", identity=True),
    Term(
        "gpu/*", "compute_capability", "str", "CUDA compute capability: what kernels must be built for.", identity=True
    ),
    Term(
        "gpu/*",
        "gfx_target",
        "str",
        "AMD's name of the instruction set: what kernels must be built for.",
        identity=True,
    ),
    Term("gpu/*", "metal", "str", "Version or family of Metal that macOS supports on it.", identity=True),
    Term("gpu/*", "cores", "int", "Number of GPU cores, as Apple counts them.", identity=True),
    Term("gpu/*", "multiprocessor_count", "int", "Number of multiprocessors (AMD: compute units).", identity=True),
    Term("gpu/*", "cuda_cores", "int", "Number of CUDA cores, as NVML counts them.", identity=True),
    Term("gpu/*", "execution_units", "int", "Number of execution units, as Intel counts them.", identity=True),
    Term("gpu/*", "tiles", "int", "Number of tiles of an Intel GPU.", identity=True),
    Term("gpu/*", "memory_bytes", "int", "Memory of its own, all of it.", identity=True),
    Term("gpu/*", "memory_reserved_bytes", "int", "What driver and firmware keep of the memory."),
    Term("gpu/*", "memory_used_bytes", "int", "Memory in use when it was read."),
    Term("gpu/*", "memory_type", "str", "Kind of memory, HBM3 for example.", identity=True),
    Term("gpu/*", "memory_bus_width_bits", "int", "Width of the memory bus.", identity=True),
    Term("gpu/*", "bar1_memory_bytes", "int", "How much of the memory the CPU can map at once."),
    Term("gpu/*", "pci_address", "str", "Place on the PCI bus: domain, bus, device and function."),
    Term("gpu/*", "pci_device_id", "str", "PCI vendor and device, as the kernel writes them.", identity=True),
    Term("gpu/*", "pci_subsystem_id", "str", "PCI vendor and device of the board."),
    Term("gpu/*", "pcie_gen_current", "int", "PCIe generation of the link now; low while idle."),
    Term("gpu/*", "pcie_gen_max", "int", "Highest PCIe generation of GPU and slot together."),
    Term("gpu/*", "pcie_width_current", "int", "Number of PCIe lanes in use."),
    Term("gpu/*", "pcie_width_max", "int", "Highest number of PCIe lanes of GPU and slot together."),
    Term("gpu/*", "driver", "str", "Kernel driver that is bound to it."),
    Term("gpu/*", "driver_model", "str", "Driver model of Windows: WDDM, TCC or MCDM."),
    Term("gpu/*", "vbios_version", "str", "Version of the firmware on the board."),
    Term("gpu/*", "gsp_firmware_version", "str", "Version of the firmware on the GPU's own system processor."),
    Term("gpu/*", "power_limit_w", "float", "Power limit that is set."),
    Term("gpu/*", "power_limit_default_w", "float", "Power limit after a reset."),
    Term("gpu/*", "power_limit_enforced_w", "float", "Power limit in force, the lowest of all limits."),
    Term("gpu/*", "power_limit_min_w", "float", "Lowest power limit that can be set."),
    Term("gpu/*", "power_limit_max_w", "float", "Highest power limit that can be set."),
    Term("gpu/*", "power_draw_w", "float", "Power drawn when it was read."),
    Term("gpu/*", "clock_graphics_mhz", "int", "Clock of the multiprocessors when it was read."),
    Term("gpu/*", "clock_memory_mhz", "int", "Clock of the memory when it was read."),
    Term("gpu/*", "max_clock_graphics_mhz", "int", "Highest clock of the multiprocessors."),
    Term("gpu/*", "max_clock_memory_mhz", "int", "Highest clock of the memory."),
    Term("gpu/*", "temperature_c", "int", "Temperature of the chip when it was read."),
    Term("gpu/*", "temperature_memory_c", "int", "Temperature of the memory when it was read."),
    Term("gpu/*", "temperature_slowdown_c", "int", "Temperature above which the hardware lowers its clocks."),
    Term("gpu/*", "temperature_shutdown_c", "int", "Temperature above which the hardware turns itself off."),
    Term(
        "gpu/*", "throttle_reasons", "list", "Why clocks are below their maximum, in NVML's words; `none` for nothing."
    ),
    Term("gpu/*", "performance_state", "str", "Performance state, P0 the fastest."),
    Term("gpu/*", "performance_level", "str", "How AMD's driver chooses clocks: `auto`, `high`, `manual` ..."),
    Term("gpu/*", "fan_percent", "int", "Fan speed in per cent of its maximum when it was read."),
    Term("gpu/*", "utilization_gpu_percent", "int", "Share of time in which a kernel ran, before it was read."),
    Term("gpu/*", "compute_process_count", "int", "Number of processes that computed on it when it was read."),
    Term("gpu/*", "compute_mode", "str", "Who may compute on it: `default`, `exclusive_process`, `prohibited`."),
    Term(
        "gpu/*", "persistence_mode", "str", "Whether the driver stays loaded without a client: `enabled` or `disabled`."
    ),
    Term("gpu/*", "display_active", "str", "Whether a display is driven by it: `enabled` or `disabled`."),
    Term("gpu/*", "ecc_mode", "str", "Whether memory errors are corrected: `enabled` or `disabled`."),
    Term("gpu/*", "mig_mode", "str", "Whether it is divided into instances: `enabled` or `disabled`.", identity=True),
    Term("gpu/*", "mig_device_count", "int", "Number of instances it is divided into.", identity=True),
    Term("gpu/*", "virtualization_mode", "str", "How a hypervisor hands it through, as NVIDIA's driver says."),
    Term("gpu/*", "addressing_mode", "str", "How GPU and system share addresses: `HMM`, `ATS`."),
    Term("gpu/*", "compute_partition", "str", "How AMD's driver divides it: SPX, DPX, CPX ...", identity=True),
    Term("gpu/*", "memory_partition", "str", "How AMD's driver divides its memory: NPS1, NPS4 ...", identity=True),
    Term("gpu/*/mig/*", "profile", "str", "Profile of the instance, `3g.20gb` for example.", identity=True),
    Term("gpu/*/mig/*", "memory_bytes", "int", "Memory of the instance.", identity=True),
    Term("gpu/*/mig/*", "multiprocessor_count", "int", "Multiprocessors of the instance.", identity=True),
    Term("gpu/*/mig/*", "gpu_instance_id", "int", "Number of its GPU instance."),
    Term("gpu/*/mig/*", "compute_instance_id", "int", "Number of its compute instance within the GPU instance."),
)

_DRIVERS: Final = (
    Term("nvidia", "driver_state", "str", "`running` where the NVIDIA driver answered; else why it did not."),
    Term("nvidia", "driver_version", "str", "Version of the NVIDIA driver.", identity=True),
    Term(
        "nvidia",
        "cuda_driver_version",
        "str",
        "Newest CUDA that the NVIDIA driver supports; no toolkit.",
        identity=True,
    ),
    Term("nvidia", "nvml_version", "str", "Version of the driver's management library."),
    Term("nvidia", "smi_version", "str", "Version of the tool nvidia-smi; under WSL2 not that of the driver."),
    Term("nvidia", "kernel_module_kind", "str", "`open` or `proprietary`.", identity=True),
    Term("nvidia", "gpu_count", "int", "Number of GPUs that the driver says are attached.", identity=True),
    Term("nvidia", "libcuda_paths", "list", "Where the driver's CUDA library lies; under WSL2 in /usr/lib/wsl/lib."),
    Term("nvidia", "warnings", "list", "What the driver's tools complained of although they answered."),
    Term("amd", "driver_version", "str", "Version of AMD's kernel driver.", identity=True),
    Term("rocm", "versions", "list", "Versions of ROCm on disk.", identity=True),
    Term("intel_gpu", "driver_version", "str", "Version of Intel's GPU driver.", identity=True),
    Term("jetson", "chip", "str", "Chip of a Jetson, as the device tree calls it.", identity=True),
    Term("jetson", "l4t_version", "str", "Release of Linux for Tegra.", identity=True),
    Term("jetson", "jetpack_version", "str", "JetPack that the release of Linux for Tegra belongs to."),
)

_DISPLAYS: Final = (
    Term("display/*", "vendor", "str", "Who made, or pretends, an adapter that only shows pictures."),
    Term("display/*", "name", "str", "Model of the adapter."),
    Term("display/*", "driver", "str", "Kernel driver that is bound to it."),
    Term("display/*", "pci_device_id", "str", "PCI vendor and device, as the kernel writes them."),
)

TERMS: Final[tuple[Term, ...]] = _GPU + _DRIVERS + _DISPLAYS
