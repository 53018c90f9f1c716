"""Terms of the processor: what it is, how it is laid out, how fast it may run, what it is protected against."""

from typing import Final

from envkb.model.vocabulary.term import Term

# Linux' names of the vulnerabilities it has known so far; newer ones are told together.
VULNERABILITIES: Final = {
    "gather_data_sampling": "Gather Data Sampling (Downfall)",
    "ghostwrite": "GhostWrite of T-Head's RISC-V cores",
    "indirect_target_selection": "Indirect Target Selection",
    "itlb_multihit": "iTLB multihit",
    "l1tf": "L1 Terminal Fault (Foreshadow)",
    "mds": "Microarchitectural Data Sampling",
    "meltdown": "Meltdown",
    "mmio_stale_data": "Processor MMIO Stale Data",
    "old_microcode": "microcode with known holes",
    "reg_file_data_sampling": "Register File Data Sampling",
    "retbleed": "Retbleed",
    "spec_rstack_overflow": "Speculative Return Stack Overflow (Inception)",
    "spec_store_bypass": "Speculative Store Bypass",
    "spectre_v1": "Spectre, variant 1",
    "spectre_v2": "Spectre, variant 2",
    "srbds": "Special Register Buffer Data Sampling",
    "tsa": "Transient Scheduler Attacks",
    "tsx_async_abort": "TSX Asynchronous Abort",
    "vmscape": "VMScape",
}
CACHE_LEVELS: Final = {
    "l1": "unified first-level",
    "l1d": "first-level data",
    "l1i": "first-level instruction",
    "l2": "second-level",
    "l2d": "second-level data",
    "l2i": "second-level instruction",
    "l3": "third-level",
    "l4": "fourth-level",
}

_WHAT_IT_IS: Final = (
    Term("cpu", "model", "str", "Model name, in the CPU's or the kernel's words.", identity=True),
    Term("cpu", "vendor", "str", "Maker, as the CPU names itself (`GenuineIntel`).", identity=True),
    Term("cpu", "vendor_name", "str", "Maker, as people call it (`Intel`).", identity=True),
    Term("cpu", "architecture", "str", "Instruction set architecture, as Linux names it.", identity=True),
    Term(
        "cpu",
        "microarchitecture",
        "str",
        "Microarchitecture, as archspec and compilers spell it: by the model number, and by what the flags show.",
        identity=True,
    ),
    Term("cpu", "codename", "str", "Maker's name of the product line, by the model number.", identity=True),
    Term("cpu", "core_types", "list", "Names of the kinds of core (big.LITTLE has several).", identity=True),
    Term("cpu", "cores_by_type", "list", "Number of logical CPUs of each kind of core."),
    Term("cpu", "bios_model", "str", "Model name that the firmware gives."),
    Term("cpu", "isa", "str", "Instruction set string of a RISC-V or LoongArch core.", identity=True),
    Term("cpu", "isa_level", "str", "Newest level of x86-64 (psABI) all of whose features are there.", identity=True),
    Term("cpu", "flags", "list", "Instruction set features, sorted; a record keeps them as rows.", identity=True),
    Term("cpu", "ml_features", "list", "The features that kernels for machine learning choose by.", identity=True),
    Term("cpu", "family", "str", "Family number.", identity=True),
    Term("cpu", "model_number", "str", "Model number.", identity=True),
    Term("cpu", "stepping", "str", "Stepping, or revision of an ARM core (`r1p1`).", identity=True),
    Term("cpu", "implementer", "str", "ARM's number of the core's designer.", identity=True),
    Term("cpu", "parts", "list", "ARM's part numbers of the kinds of core.", identity=True),
    Term("cpu", "variants", "list", "ARM's variant numbers of the kinds of core."),
    Term("cpu", "revisions", "list", "ARM's revision numbers of the kinds of core."),
    Term("cpu", "microcode", "str", "Version of the microcode that is loaded."),
    Term("cpu", "mmu", "str", "Kind of memory management unit."),
    Term("cpu", "op_modes", "str", "Operating modes (`32-bit, 64-bit`)."),
    Term("cpu", "byte_order", "str", "Order of bytes in a word."),
    Term("cpu", "address_physical_bits", "int", "Bits of a physical address."),
    Term("cpu", "address_virtual_bits", "int", "Bits of a virtual address."),
    Term("cpu", "bogomips", "float", "The kernel's delay calibration; no measure of speed."),
    Term("cpu", "virtualization", "str", "Hardware support for virtual machines (`VT-x`, `AMD-V`)."),
    Term("cpu", "virtualization_type", "str", "How this system is virtualized, as lscpu says (`full`, `para`)."),
    Term("cpu", "hypervisor_vendor", "str", "Maker of the hypervisor below, in lscpu's words."),
)

_LAYOUT: Final = (
    Term("cpu", "sockets", "int", "Number of processor packages.", identity=True),
    Term("cpu", "dies", "int", "Number of dies in all packages."),
    Term("cpu", "clusters", "int", "Number of clusters of cores (ARM)."),
    Term("cpu", "cores", "int", "Number of physical cores.", identity=True),
    Term("cpu", "threads", "int", "Number of logical CPUs.", identity=True),
    Term("cpu", "online_threads", "int", "Number of logical CPUs that are switched on."),
    Term("cpu", "threads_per_core", "int", "Logical CPUs that share one core.", identity=True),
    Term("cpu", "cores_per_socket", "int", "Cores in one package (or cluster)."),
    Term("cpu", "performance_cores", "int", "Number of fast cores, where there are several kinds.", identity=True),
    Term(
        "cpu", "efficiency_cores", "int", "Number of the slowest cores, where there are several kinds.", identity=True
    ),
    Term("cpu", "online_cpus", "str", "Numbers of the CPUs that are switched on."),
    Term("cpu", "offline_cpus", "str", "Numbers of the CPUs that are switched off."),
    Term("cpu", "present_cpus", "str", "Numbers of the CPUs that are there."),
    Term("cpu", "possible_cpus", "str", "Numbers of the CPUs that could be plugged in."),
    Term("cpu", "isolated_cpus", "str", "Numbers of the CPUs that the scheduler leaves alone."),
    Term("cpu", "tickless_cpus", "str", "Numbers of the CPUs without a scheduler tick while one task runs."),
    Term("cpu", "smt_active", "bool", "Whether cores run several threads at once."),
    Term("cpu", "smt_control", "str", "The kernel's switch for several threads a core."),
    Term("cpu", "numa_nodes", "int", "Number of NUMA nodes.", identity=True),
    Term("numa/*", "cpus", "str", "Numbers of the node's CPUs."),
    Term("numa/*", "memory_bytes", "int", "Memory of the node."),
    Term("cpu", "cache_line_bytes", "int", "Length of a cache line."),
)

_CLOCKS: Final = (
    Term("cpu", "base_mhz", "float", "Clock that is guaranteed, by the kernel or by the model's name."),
    Term("cpu", "max_mhz", "float", "Highest clock of the fastest core."),
    Term("cpu", "min_mhz", "float", "Lowest clock."),
    Term("cpu", "limit_mhz", "float", "Highest clock that the present policy allows."),
    Term("cpu", "current_mhz", "float", "Clock of the fastest core when it was read."),
    Term("cpu", "governor", "str", "What decides the clock (`performance`, `powersave`, `schedutil`)."),
    Term("cpu", "scaling_driver", "str", "Driver that sets the clock."),
    Term("cpu", "energy_preference", "str", "What the CPU is to favour, from `performance` to `power`."),
    Term("cpu", "intel_pstate", "str", "Mode of Intel's clock driver."),
    Term("cpu", "amd_pstate", "str", "Mode of AMD's clock driver."),
    Term("cpu", "turbo", "bool", "Whether clocks above the base are allowed."),
    Term("cpu", "idle_driver", "str", "Driver of the idle states."),
    Term("cpu", "idle_governor", "str", "What chooses the idle state."),
)

_CACHES: Final = tuple(
    term
    for level, words in CACHE_LEVELS.items()
    for term in (
        Term("cpu", f"{level}_bytes", "int", f"All {words} caches together.", identity=True),
        Term("cpu", f"{level}_instances", "int", f"Number of {words} caches."),
        Term("cpu", f"{level}_instance_bytes", "int", f"One {words} cache."),
    )
)

_MITIGATIONS: Final = (
    *(
        Term("mitigation", name, "str", f"What the kernel does about {words}.")
        for name, words in VULNERABILITIES.items()
    ),
    Term("mitigation", "others", "list", "What the kernel does about vulnerabilities that have no term of their own."),
    Term("mitigation", "vulnerable", "int", "Number of vulnerabilities that nothing is done about."),
    Term("mitigation", "vulnerable_to", "list", "The vulnerabilities that nothing is done about."),
)

TERMS: Final[tuple[Term, ...]] = (*_WHAT_IT_IS, *_LAYOUT, *_CLOCKS, *_CACHES, *_MITIGATIONS)
