"""Settings of the kernel, and limits of this process, that change what a measurement gives."""

import re

from envkb.capture.probes.observations import Observations
from envkb.capture.probes.quantities import whole
from envkb.capture.probes.wording import first_line
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

_KERNEL = "/proc/sys/kernel/"
_LIMITS = "/proc/self/limits"
_STATUS = "/proc/self/status"
_NUMBERS = (
    ("address_randomization", _KERNEL + "randomize_va_space"),
    ("perf_event_paranoid", _KERNEL + "perf_event_paranoid"),
    ("ptrace_scope", _KERNEL + "yama/ptrace_scope"),
    ("nmi_watchdog", _KERNEL + "nmi_watchdog"),
    ("scheduler_autogroup", _KERNEL + "sched_autogroup_enabled"),
    ("realtime", "/sys/kernel/realtime"),
    ("selinux_enforcing", "/sys/fs/selinux/enforce"),
)
_LIMIT = r"(?m)^(Max [a-z ]+?)\s{2,}(\S+)\s+(\S+)"
_NAMED_LIMITS = {
    "Max open files": "open_files",
    "Max locked memory": "locked_memory_bytes",
    "Max stack size": "stack_bytes",
    "Max processes": "processes",
}
_SECCOMP = {"0": "off", "1": "strict", "2": "filter"}


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note kernel settings, the limits of this process and what confines it."""
    for name, path in _NUMBERS:
        notes.see("kernel", name, whole(snapshot.text(path)), path)
    modules = first_line(snapshot.text("/sys/kernel/security/lsm"))
    notes.see(
        "kernel", "security_modules", [*(modules or "").split(",")] if modules else None, "/sys/kernel/security/lsm"
    )
    _limits(snapshot, notes)
    _confinement(snapshot, notes)


def _limits(snapshot: Snapshot, notes: Observations) -> None:
    for label, soft, _ in re.findall(_LIMIT, snapshot.text(_LIMITS) or ""):
        name = _NAMED_LIMITS.get(label)
        if name is None:
            continue
        if soft == "unlimited":
            notes.miss("limit", name, Status.ABSENT, "unlimited", _LIMITS)
        else:
            notes.see("limit", name, whole(soft), _LIMITS)


def _confinement(snapshot: Snapshot, notes: Observations) -> None:
    told = dict(re.findall(r"^(\w+):\t(.*)$", snapshot.text(_STATUS) or "", re.MULTILINE))
    notes.see("limit", "seccomp", _SECCOMP.get(told.get("Seccomp", "").strip()), _STATUS)
