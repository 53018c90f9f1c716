"""Terms of the operating system, its settings, and the limits of a process in it."""

from typing import Final

from envkb.model.vocabulary.term import Term

_SYSTEM: Final = (
    Term("os", "id", "str", "Short name of the distribution or system (`debian`, `macos`).", identity=True),
    Term("os", "id_like", "str", "Distributions that it descends from."),
    Term("os", "name", "str", "Name of the distribution or system.", identity=True),
    Term("os", "pretty_name", "str", "Name with version, for people."),
    Term("os", "version", "str", "Version of the distribution or system.", identity=True),
    Term("os", "codename", "str", "Name of the release."),
    Term("os", "variant", "str", "Edition of the distribution."),
    Term("os", "build", "str", "Build of the system."),
    Term("os", "debian_version", "str", "Point release of Debian below."),
    Term("os", "raspberry_pi_image", "str", "Image that Raspberry Pi OS was installed from."),
    Term("os", "kernel", "str", "Name of the kernel.", identity=True),
    Term("os", "kernel_release", "str", "Release of the kernel.", identity=True),
    Term("os", "kernel_version", "str", "Build of the kernel."),
    Term("os", "kernel_preemption", "str", "How the kernel may be interrupted."),
    Term("os", "machine", "str", "Machine type that the kernel reports.", identity=True),
    Term("os", "libc", "str", "C library: `glibc`, `musl`, `macos`.", identity=True),
    Term("os", "libc_version", "str", "Version of the C library; wheels ask for a lowest one.", identity=True),
    Term("os", "libc_build", "str", "The distribution's build of the C library."),
    Term("os", "clock_source", "str", "Hardware by which the kernel tells time."),
    Term("os", "clock_sources", "list", "Hardware by which it could."),
    Term("os", "clock_synchronized", "bool", "Whether the clock follows a time server."),
    Term("os", "real_time_clock", "bool", "Whether a clock goes on while the machine is off."),
    Term("os", "uptime_s", "float", "Time since the system was started."),
    Term("os", "load_1m", "float", "Load average over one minute, when it was read."),
    Term("os", "load_5m", "float", "Load average over five minutes, when it was read."),
    Term("os", "load_15m", "float", "Load average over fifteen minutes, when it was read."),
    Term("os", "runnable_threads", "int", "Threads that ran or wanted to, when it was read."),
    Term("os", "system_threads", "int", "Threads of all processes, when it was read."),
    Term("os", "steal_percent", "float", "CPU time since the start that a hypervisor gave to others."),
    Term("os", "io_wait_percent", "float", "CPU time since the start spent waiting for disks."),
    Term("os", "cpu_pressure_percent", "float", "Share of the last minute in which some task waited for a CPU."),
    Term("os", "memory_pressure_percent", "float", "Share of the last minute in which some task waited for memory."),
    Term("os", "io_pressure_percent", "float", "Share of the last minute in which some task waited for a disk."),
)

_KERNEL: Final = (
    Term("kernel", "address_randomization", "int", "Whether addresses of a process are random (0: not, 2: all)."),
    Term("kernel", "perf_event_paranoid", "int", "Who may use performance counters; above 1 profilers see little."),
    Term("kernel", "ptrace_scope", "int", "Which processes a debugger or sampling profiler may attach to."),
    Term("kernel", "nmi_watchdog", "int", "Whether a watchdog takes one performance counter."),
    Term("kernel", "scheduler_autogroup", "int", "Whether each session gets the same share of the CPUs."),
    Term("kernel", "realtime", "int", "Whether it is a real-time kernel."),
    Term("kernel", "selinux_enforcing", "int", "Whether SELinux forbids rather than reports."),
    Term("kernel", "security_modules", "list", "Security modules that look at every call."),
)

_LIMITS: Final = (
    Term("limit", "open_files", "int", "Files that a process may have open; data loaders with many workers hit it."),
    Term("limit", "locked_memory_bytes", "int", "Memory that a process may lock; RDMA needs much."),
    Term("limit", "stack_bytes", "int", "Stack of a thread."),
    Term("limit", "processes", "int", "Processes and threads that a user may have."),
    Term("limit", "seccomp", "str", "Whether a filter looks at every system call."),
)

_PROBING: Final = (Term("kb", "probe_failed", "str", "Probes that failed, with their errors."),)

TERMS: Final[tuple[Term, ...]] = (*_SYSTEM, *_KERNEL, *_LIMITS, *_PROBING)
