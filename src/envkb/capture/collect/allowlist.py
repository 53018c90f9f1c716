"""Everything that is read: the ids of a snapshot's sources.

Files, by path
    Every path of `NAMED_FILES` is listed, absent ones too; of `GLOBS` only what exists. NUL bytes become line
    feeds (device tree), bytes that are no UTF-8 become U+FFFD, and what is longer than 256 KiB is cut in the
    middle. In `/proc/cpuinfo` a line of 80 characters or more that equals the same line of the block before
    (flags, bugs) stands only once, and the serial number of a board never.
    Files of the own control group carry the path they were read from, with its parents up to the root:
    `/sys/fs/cgroup/[<controller>/]<group>/{cpu.max,memory.max,...}` (v2), `{cpu.cfs_quota_us,...}` (v1).

Commands, as typed
    Every command of `COMMANDS` that belongs to this system is listed; one that is not installed is `absent`.
    The text is standard output (standard error where that is empty); serials, UUIDs and process lists are taken
    out. A command with a needed file is listed only where that file exists.

`kb:NAME`, JSON unless said otherwise
    kb:uname             {system, release, version, machine, page_bytes}: never the node name
    kb:libc              {name: glibc|musl|macos, version, source}
    kb:machine-key       text: 20 hex digits (`host.key`); absent with its reason in a container or without an id
    kb:affinity          {cpus: [int], count: int, cpu_count: int}: the CPUs this process may run on
    kb:cpu-topology      {cpus: [{cpu, core_id, physical_package_id, die_id, core_cpus_list, cpu_capacity, max_khz,
                         base_khz, governor}], caches: {CPU: [{level, type, size, shared_cpu_list}]} for the first
                         CPU of each kind (capacity, maximum clock)}; numbers as the kernel's text, absent keys left out
    kb:layers            {dockerenv, containerenv, container_manager, container_variable, kubernetes, wsl_distro,
                         wsl_interop, mnt_c, workdir_on_windows, hypervisor_flag, chroot_variable ...}
    kb:devices           {"/dev/nvidia*": [...], "/dev/kfd": [...], "/dev/dri/*": [...], ...}: what exists
    kb:drm               [{card, address, vendor, device, driver, vram_bytes, ...}]: display and compute cards; `card`
                         is missing where the kernel's DRM layer does not know one (no driver)
    kb:libcuda           {paths: [{path, target}], ld_cache: [...]}: places of the driver's library
    kb:cuda-toolkits     {toolkits: [{path, target, version, source}], nvcc: {path, target} or null}
    kb:cudnn             [{path, version}]: cuDNN headers on disk, outside of the environment
    kb:storage           {ROLE: {path, exists, mount_point, mount_source, file_system, mount_options, device, block,
                         rotational, transport, model, total_bytes, free_bytes, st_dev}}; roles `environment`,
                         `workdir`, `tmp`, `home`, `cache-pip`, `cache-uv`, `cache-conda`, `cache-pixi`
    kb:variables         {NAME: value}: environment variables that matter to an ML environment
    kb:managers          {NAME: {path, target, on_path, version, source, reason}} for uv, pip, conda, mamba,
                         micromamba, pixi, poetry, pipx, rye, hatch, pdm; those present. Versions are read from files;
                         those of the fast binaries uv, pixi and micromamba are in the command `uv --version`
    kb:config-files      {TOOL: [{path, text}]}: configuration of pip, uv, conda, pixi; weakest first
    kb:clock             {unix_s, monotonic_s, rtc, synchronized, source}
    kb:wslconfig         text: the `.wslconfig` of the Windows user
    kb:target            {asked, python, prefix, kind, why}: which environment was read, and why that one
    kb:environment       see `envkb.capture.collect.environment`
    kb:locks             [{path, name, beside, bytes, sha256, text}]: lock files beside the project
    kb:import            added by whoever has the target import torch
    kb:nvml              written by `envkb.capture.nvml_child`, on this machine only; over SSH `nvidia-smi -q -x`
"""

from __future__ import annotations

from typing import NamedTuple

NAMED_FILES = (
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/version",
    "/proc/swaps",
    "/proc/loadavg",
    "/proc/stat",
    "/proc/pressure/cpu",
    "/proc/pressure/memory",
    "/proc/pressure/io",
    "/proc/uptime",
    "/proc/self/cgroup",
    "/proc/self/mountinfo",
    "/proc/self/status",
    "/proc/self/limits",
    "/proc/sys/kernel/osrelease",
    "/proc/sys/kernel/randomize_va_space",
    "/proc/sys/kernel/perf_event_paranoid",
    "/proc/sys/kernel/yama/ptrace_scope",
    "/proc/sys/kernel/nmi_watchdog",
    "/proc/sys/kernel/sched_autogroup_enabled",
    "/proc/sys/kernel/numa_balancing",
    "/proc/sys/vm/dirty_background_ratio",
    "/proc/sys/vm/dirty_ratio",
    "/proc/sys/vm/max_map_count",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/vm/overcommit_ratio",
    "/proc/sys/vm/swappiness",
    "/proc/sys/vm/zone_reclaim_mode",
    "/etc/os-release",
    "/etc/debian_version",
    "/etc/nv_tegra_release",
    "/etc/rpi-issue",
    "/proc/device-tree/model",
    "/proc/device-tree/compatible",
    "/proc/device-tree/system/linux,revision",
    "/proc/driver/nvidia/version",
    "/sys/module/nvidia/version",
    "/sys/module/amdgpu/version",
    "/sys/module/i915/version",
    "/sys/hypervisor/type",
    "/sys/class/dmi/id/sys_vendor",
    "/sys/class/dmi/id/product_name",
    "/sys/class/dmi/id/product_family",
    "/sys/class/dmi/id/product_version",
    "/sys/class/dmi/id/product_sku",
    "/sys/class/dmi/id/board_vendor",
    "/sys/class/dmi/id/board_name",
    "/sys/class/dmi/id/bios_vendor",
    "/sys/class/dmi/id/bios_version",
    "/sys/class/dmi/id/bios_date",
    "/sys/class/dmi/id/bios_release",
    "/sys/class/dmi/id/chassis_type",
    "/sys/devices/system/cpu/online",
    "/sys/devices/system/cpu/present",
    "/sys/devices/system/cpu/possible",
    "/sys/devices/system/cpu/offline",
    "/sys/devices/system/cpu/isolated",
    "/sys/devices/system/cpu/nohz_full",
    "/sys/devices/system/cpu/cpuidle/current_driver",
    "/sys/devices/system/cpu/cpuidle/current_governor",
    "/sys/devices/system/cpu/cpuidle/current_governor_ro",
    "/sys/devices/system/cpu/smt/active",
    "/sys/devices/system/cpu/smt/control",
    "/sys/devices/system/cpu/cpufreq/boost",
    "/sys/devices/system/cpu/intel_pstate/no_turbo",
    "/sys/devices/system/cpu/intel_pstate/status",
    "/sys/devices/system/cpu/amd_pstate/status",
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver",
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq",
    "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq",
    "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_min_freq",
    "/sys/devices/system/cpu/cpu0/cpufreq/base_frequency",
    "/sys/devices/system/cpu/cpu0/cpufreq/energy_performance_preference",
    "/sys/devices/system/cpu/cpu0/microcode/version",
    "/sys/devices/system/node/online",
    "/sys/devices/cpu_core/cpus",
    "/sys/devices/cpu_atom/cpus",
    "/sys/devices/system/clocksource/clocksource0/current_clocksource",
    "/sys/devices/system/clocksource/clocksource0/available_clocksource",
    "/sys/kernel/mm/ksm/run",
    "/sys/kernel/mm/transparent_hugepage/defrag",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/kernel/realtime",
    "/sys/kernel/security/lsm",
    "/sys/fs/selinux/enforce",
    "/sys/firmware/acpi/platform_profile",
    "/sys/kernel/mm/transparent_hugepage/shmem_enabled",
    "/sys/module/zswap/parameters/enabled",
)

GLOBS = (
    "/sys/devices/system/cpu/vulnerabilities/*",
    "/sys/devices/system/cpu/cpu0/cache/index*/level",
    "/sys/devices/system/cpu/cpu0/cache/index*/type",
    "/sys/devices/system/cpu/cpu0/cache/index*/size",
    "/sys/devices/system/cpu/cpu0/cache/index*/shared_cpu_list",
    "/sys/devices/system/node/node*/cpulist",
    "/sys/devices/system/node/node*/meminfo",
    "/sys/class/power_supply/*/type",
    "/sys/class/power_supply/*/online",
    "/sys/class/power_supply/*/status",
    "/sys/class/power_supply/*/capacity",
    "/sys/class/thermal/thermal_zone*/type",
    "/sys/class/thermal/thermal_zone*/temp",
    "/sys/class/powercap/intel-rapl:*/constraint_*_power_limit_uw",
    "/sys/block/*/queue/rotational",
    "/sys/block/*/queue/scheduler",
    "/sys/block/*/queue/read_ahead_kb",
    "/sys/block/*/device/model",
    "/sys/class/kfd/kfd/topology/nodes/*/properties",
    "/sys/class/kfd/kfd/topology/nodes/*/name",
    "/proc/driver/nvidia/gpus/*/information",
    "/usr/local/cuda*/version.json",
    "/usr/local/cuda*/version.txt",
    "/opt/cuda*/version.json",
    "/opt/rocm*/.info/version",
)

BOTH = ("Linux", "Darwin")
LINUX = ("Linux",)
DARWIN = ("Darwin",)
WSL = ("WSL",)


class Command(NamedTuple):
    """One allowed command.

    Attributes:
        line: As typed; its words, split at spaces, are what is started, and it is the id of the source.
        systems: Where it can exist; `WSL` beside `Linux` means: under WSL alone.
        timeout_s: After which the whole process group is killed.
        answers: Exit codes that are answers rather than failures.
        needs: A file or folder without which it is not started.
    """

    line: str
    systems: tuple[str, ...] = LINUX
    timeout_s: float = 3.0
    answers: tuple[int, ...] = (0,)
    needs: str = ""


COMMANDS = (
    Command("lscpu"),
    Command("systemd-detect-virt -v", answers=(0, 1)),
    Command("systemd-detect-virt --container", answers=(0, 1)),
    Command("ldd --version", answers=(0, 1)),
    Command("nvidia-smi -q -x", timeout_s=10.0),
    Command("amd-smi static --json", timeout_s=10.0),
    Command("rocm-smi --showallinfo --json", timeout_s=10.0),
    Command("xpu-smi discovery -j", timeout_s=10.0),
    Command("vcgencmd get_throttled"),
    Command("vcgencmd version"),
    Command("nvcc --version"),
    Command("gcc --version"),
    Command("cmake --version", BOTH),
    Command("clang --version"),
    Command("clang --version", DARWIN, needs="/Library/Developer/CommandLineTools"),
    Command("uv --version", BOTH),
    Command("pixi --version", BOTH),
    Command("micromamba --version", BOTH),
    Command("sw_vers", DARWIN),
    Command(
        "sysctl hw machdep.cpu kern.osproductversion kern.osversion kern.osrelease kern.hv_vmm_present vm.swapusage",
        DARWIN,
        answers=(0, 1),
    ),
    Command("system_profiler -json SPHardwareDataType SPDisplaysDataType", DARWIN, timeout_s=10.0),
    Command("vm_stat", DARWIN),
    Command("pmset -g batt", DARWIN),
    Command("pmset -g therm", DARWIN),
    Command("mount", DARWIN),
    Command("cmd.exe /c ver", WSL, timeout_s=2.0),
    Command("wsl.exe --version", WSL, timeout_s=2.0),
    Command("wmic.exe computersystem get TotalPhysicalMemory /value", WSL, timeout_s=2.0),
)
