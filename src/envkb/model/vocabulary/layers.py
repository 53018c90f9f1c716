"""Terms of the layers between the hardware and the process: hypervisor, WSL, container, control group."""

from typing import Final

from envkb.model.vocabulary.term import Term

_HOST: Final = (
    Term("host", "layers", "list", "Layers below the process, the outermost first (`kvm`, `docker`).", identity=True),
    Term("host", "virtual", "bool", "Whether this is a virtual machine.", identity=True),
    Term("host", "hypervisor", "str", "The hypervisor below.", identity=True),
    Term("host", "hypervisor_evidence", "list", "Sources that tell of the hypervisor."),
    Term("host", "container", "str", "The kind of container this runs in.", identity=True),
    Term("host", "container_evidence", "list", "What tells of the container."),
    Term("host", "kubernetes", "bool", "Whether this runs in a pod of Kubernetes."),
    Term("host", "slurm", "bool", "Whether this runs in a job of Slurm."),
    Term("host", "ci", "bool", "Whether this runs in a continuous integration service."),
    Term("host", "colab", "bool", "Whether this runs in Google Colab."),
    Term("host", "codespaces", "bool", "Whether this runs in GitHub Codespaces."),
    Term("host", "affinity", "str", "Numbers of the CPUs that the process may run on."),
    Term("host", "affinity_cpus", "int", "Number of the CPUs that the process may run on."),
    Term("host", "effective_cpus", "float", "CPUs' worth of time that all limits together leave."),
    Term("host", "effective_memory_bytes", "int", "Memory that all limits together leave."),
)

_LAYER: Final = (
    Term("layer/*", "name", "str", "Name of the layer; layer 0 is the outermost."),
    Term(
        "layer/*",
        "kind",
        "str",
        "Kind of the layer: `hardware`, `hypervisor`, `wsl`, `container`, `cgroup`, `affinity`, `environment`.",
    ),
    Term("layer/*", "cpus", "float", "CPUs that the layer leaves."),
    Term("layer/*", "memory_bytes", "int", "Memory that the layer leaves."),
)

_CGROUP: Final = (
    Term("cgroup", "version", "str", "Version of control groups: `v1`, `v2`, `hybrid`."),
    Term("cgroup", "cpu_limit", "float", "CPUs' worth of time that the tightest control group leaves."),
    Term("cgroup", "cpuset", "str", "Numbers of the CPUs that the tightest control group leaves."),
    Term("cgroup", "cpuset_cpus", "int", "Number of the CPUs that the tightest control group leaves."),
    Term("cgroup", "memory_limit_bytes", "int", "Memory from which on processes are killed."),
    Term("cgroup", "memory_high_bytes", "int", "Memory from which on processes are slowed down."),
    Term("cgroup", "swap_limit_bytes", "int", "Swap that the tightest control group leaves."),
)

_WSL: Final = (
    Term(
        "wsl", "version", "int", "Generation of WSL: 1 has no kernel of its own, 2 is a virtual machine.", identity=True
    ),
    Term("wsl", "package_version", "str", "Version of WSL itself."),
    Term("wsl", "kernel_package", "str", "Version of the kernel that comes with WSL."),
    Term("wsl", "windows_version", "str", "Version of Windows below."),
    Term("wsl", "windows_memory_bytes", "int", "Memory of the machine, as Windows sees it."),
    Term("wsl", "interop", "bool", "Whether Windows programs can be started."),
    Term("wsl", "windows_drive_mounted", "bool", "Whether drive C: is mounted."),
    Term("wsl", "workdir_on_windows", "bool", "Whether the work lies on a Windows drive, where many files are slow."),
    Term("wsl", "memory_limit_bytes", "int", "Memory that .wslconfig leaves to WSL."),
    Term("wsl", "processors_limit", "int", "Logical CPUs that .wslconfig leaves to WSL."),
    Term("wsl", "swap_limit_bytes", "int", "Swap that .wslconfig gives to WSL."),
    Term("wsl", "networking_mode", "str", "How WSL reaches the network, by .wslconfig."),
    Term("wsl", "memory_reclaim", "str", "Whether WSL gives memory back, by .wslconfig."),
    Term("wsl", "custom_kernel", "bool", "Whether .wslconfig names a kernel of one's own."),
)

TERMS: Final[tuple[Term, ...]] = (*_HOST, *_LAYER, *_CGROUP, *_WSL)
