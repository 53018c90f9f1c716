"""The operating system: distribution, kernel, C library, and the state it is in."""

import re

from envkb.capture.probes.cpu_sysctl import read_sysctl
from envkb.capture.probes.environment_json import flag, mapping, text
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.precedence import see_first
from envkb.capture.probes.quantities import decimal, whole
from envkb.capture.probes.reasons import explain
from envkb.capture.probes.wording import colon_pairs, first_line, meaningful, shell_pairs
from envkb.capture.snapshot import Snapshot

UNAME = "kb:uname"
OS_RELEASE = "/etc/os-release"
_LIBC = "kb:libc"
_CLOCK = "kb:clock"
_RELEASE_FIELDS = (
    ("id", "ID"),
    ("id_like", "ID_LIKE"),
    ("name", "NAME"),
    ("pretty_name", "PRETTY_NAME"),
    ("version", "VERSION_ID"),
    ("codename", "VERSION_CODENAME"),
    ("variant", "VARIANT_ID"),
    ("build", "BUILD_ID"),
)
_VERSION = r"\d+(?:\.\d+)+"
_PREEMPTION = r"\b(PREEMPT_RT|PREEMPT_DYNAMIC|PREEMPT_LAZY|PREEMPT)\b"


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note distribution, kernel, C library, load and clock."""
    _kernel(snapshot, notes)
    _distribution(snapshot, notes)
    _libc(snapshot, notes)
    _of_macos(snapshot, notes)
    _state(snapshot, notes)
    _clock(snapshot, notes)
    for name, source in (("kernel_release", UNAME), ("name", OS_RELEASE), ("libc_version", _LIBC)):
        explain(snapshot, notes, "os", name, source)


def _kernel(snapshot: Snapshot, notes: Observations) -> None:
    uname = mapping(snapshot.json(UNAME))
    for name, key in (
        ("kernel", "system"),
        ("kernel_release", "release"),
        ("kernel_version", "version"),
        ("machine", "machine"),
    ):
        notes.see("os", name, meaningful(text(uname.get(key))), UNAME)
    release = "/proc/sys/kernel/osrelease"
    notes.see("os", "kernel_release", first_line(snapshot.text(release)), release)
    version = snapshot.text("/proc/version") or ""
    preemption = re.search(_PREEMPTION, version) or re.search(_PREEMPTION, str(uname.get("version", "")))
    notes.see("os", "kernel_preemption", preemption[1] if preemption else None, "/proc/version")


def _distribution(snapshot: Snapshot, notes: Observations) -> None:
    told = shell_pairs(snapshot.text(OS_RELEASE))
    for name, field in _RELEASE_FIELDS:
        notes.see("os", name, meaningful(told.get(field)), OS_RELEASE)
    debian = "/etc/debian_version"
    notes.see("os", "debian_version", first_line(snapshot.text(debian)), debian)
    issue = snapshot.text("/etc/rpi-issue") or ""
    notes.see("os", "raspberry_pi_image", first_line(issue), "/etc/rpi-issue")


def _libc(snapshot: Snapshot, notes: Observations) -> None:
    libc = mapping(snapshot.json(_LIBC))
    for name, key in (("libc", "name"), ("libc_version", "version")):
        notes.see("os", name, meaningful(text(libc.get(key))), _LIBC)
    printed = snapshot.text("ldd --version") or ""
    ldd = first_line(printed)
    if ldd is None:
        return
    musl = re.search(r"^Version (\S+)", printed, re.MULTILINE) if "musl" in printed else None
    version = musl[1] if musl else (re.findall(_VERSION, ldd) or [None])[-1]
    notes.see("os", "libc", "musl" if "musl" in printed else "glibc", "ldd --version")
    notes.see("os", "libc_version", version, "ldd --version")
    build = re.search(r"\(([^()]{3,60})\)", ldd)
    notes.see("os", "libc_build", build[1] if build else None, "ldd --version")


def _of_macos(snapshot: Snapshot, notes: Observations) -> None:
    told = dict(colon_pairs(snapshot.text("sw_vers")))
    for name, field in (("name", "ProductName"), ("version", "ProductVersion"), ("build", "BuildVersion")):
        notes.see("os", name, meaningful(told.get(field)), "sw_vers")
    sysctl = read_sysctl(snapshot)
    see_first(notes, "os", "version", (sysctl.values.get("kern.osproductversion"), sysctl.source))
    see_first(notes, "os", "build", (sysctl.values.get("kern.osversion"), sysctl.source))
    if told:
        see_first(notes, "os", "id", ("macos", "sw_vers"))
        full = f"{told.get('ProductName', 'macOS')} {told.get('ProductVersion', '')}".strip()
        see_first(notes, "os", "pretty_name", (full, "sw_vers"))


def _state(snapshot: Snapshot, notes: Observations) -> None:
    load = (snapshot.text("/proc/loadavg") or "").split()
    for name, place in (("load_1m", 0), ("load_5m", 1), ("load_15m", 2)):
        notes.see("os", name, decimal(load[place]) if len(load) > place else None, "/proc/loadavg")
    runnable, slash, threads = (load[3] if len(load) > 3 else "").partition("/")  # noqa: PLR2004 - the fourth column
    notes.see("os", "runnable_threads", whole(runnable) if slash else None, "/proc/loadavg")
    notes.see("os", "system_threads", whole(threads) if slash else None, "/proc/loadavg")
    uptime = (snapshot.text("/proc/uptime") or "").split()
    notes.see("os", "uptime_s", decimal(uptime[0]) if uptime else None, "/proc/uptime")
    _steal(snapshot, notes)
    for resource in ("cpu", "memory", "io"):
        path = f"/proc/pressure/{resource}"
        found = re.search(r"some .*?avg60=(\S+)", snapshot.text(path) or "")
        notes.see("os", f"{resource}_pressure_percent", decimal(found[1]) if found else None, path)


def _steal(snapshot: Snapshot, notes: Observations) -> None:
    # user nice system idle iowait irq softirq steal, in ticks since the start
    first = (snapshot.text("/proc/stat") or "").partition("\n")[0].split()
    ticks = [number for text in first[1:9] if (number := whole(text)) is not None]
    if first[:1] == ["cpu"] and len(ticks) == 8 and sum(ticks) > 0:  # noqa: PLR2004 - the columns above
        notes.see("os", "steal_percent", round(100 * ticks[7] / sum(ticks), 3), "/proc/stat")
        notes.see("os", "io_wait_percent", round(100 * ticks[4] / sum(ticks), 3), "/proc/stat")


def _clock(snapshot: Snapshot, notes: Observations) -> None:
    clock = mapping(snapshot.json(_CLOCK))
    for name, key in (("clock_synchronized", "synchronized"), ("real_time_clock", "rtc")):
        notes.see("os", name, flag(clock.get(key)), _CLOCK)
    folder = "/sys/devices/system/clocksource/clocksource0/"
    notes.see(
        "os", "clock_source", first_line(snapshot.text(folder + "current_clocksource")), folder + "current_clocksource"
    )
    available = (snapshot.text(folder + "available_clocksource") or "").split()
    notes.see("os", "clock_sources", [*available], folder + "available_clocksource")
