import pytest

from envkb.capture.probes import system, system_settings
from envkb.capture.snapshot import Source
from host_probing import APPLE_M4_SYSCTL, seen

OS_RELEASE = """PRETTY_NAME="Ubuntu 24.04.1 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.1 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
"""
UNAME = {
    "system": "Linux",
    "release": "6.8.0-45-generic",
    "version": "#45-Ubuntu SMP PREEMPT_DYNAMIC Fri Aug 30 12:02:04 UTC 2024",
    "machine": "x86_64",
}
LIMITS = """Limit                     Soft Limit           Hard Limit           Units
Max stack size            8388608              unlimited            bytes
Max open files            1024                 1048576              files
Max locked memory         unlimited            unlimited            bytes
"""


def test_the_distribution_is_read_without_its_quotes() -> None:
    told = seen({"/etc/os-release": OS_RELEASE, "kb:uname": UNAME}, system.probe)

    assert told.value("os", "id") == "ubuntu"
    assert told.value("os", "version") == "24.04"
    assert told.value("os", "pretty_name") == "Ubuntu 24.04.1 LTS"
    assert told.value("os", "kernel_release") == "6.8.0-45-generic"
    assert told.value("os", "kernel_preemption") == "PREEMPT_DYNAMIC"


@pytest.mark.parametrize(
    ("ldd", "name", "version"),
    [
        ("ldd (Debian GLIBC 2.36-9+deb12u14) 2.36\nCopyright (C) 2022\n", "glibc", "2.36"),
        ("ldd (GNU libc) 2.17\n", "glibc", "2.17"),
        ("musl libc (x86_64)\nVersion 1.2.5\nDynamic Program Loader\n", "musl", "1.2.5"),
    ],
)
def test_the_c_library_is_told_by_ldd(ldd: str, name: str, version: str) -> None:
    told = seen({"ldd --version": ldd}, system.probe)

    assert (told.value("os", "libc"), told.value("os", "libc_version")) == (name, version)


def test_two_c_libraries_are_a_conflict_with_both() -> None:
    texts = {"kb:libc": {"name": "glibc", "version": "2.35"}, "ldd --version": "ldd (GNU libc) 2.36\n"}

    assert seen(texts, system.probe).facts["os", "libc_version"].status == "conflict"


def test_a_mac_is_named_by_its_own_tool() -> None:
    sw_vers = "ProductName:\t\tmacOS\nProductVersion:\t\t15.3.1\nBuildVersion:\t\t24D70\n"

    told = seen({"sw_vers": sw_vers, "sysctl hw": APPLE_M4_SYSCTL}, system.probe)

    assert told.value("os", "id") == "macos"
    assert told.value("os", "version") == "15.3.1"
    assert told.value("os", "build") == "24D70"
    assert told.value("os", "pretty_name") == "macOS 15.3.1"


def test_load_and_stolen_time_are_numbers_of_the_moment() -> None:
    texts = {
        "/proc/loadavg": "0.50 0.25 0.10 3/103 4711\n",
        "/proc/uptime": "2199.24 4000.00\n",
        "/proc/stat": "cpu  100 0 100 700 50 0 0 50 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n",
        "/proc/pressure/cpu": "some avg10=1.00 avg60=2.50 avg300=0.10 total=9\nfull avg10=0.00\n",
    }

    told = seen(texts, system.probe).values("os")

    assert (told["load_1m"], told["runnable_threads"], told["uptime_s"]) == (0.5, 3, 2199.24)
    assert (told["steal_percent"], told["io_wait_percent"], told["cpu_pressure_percent"]) == (5.0, 5.0, 2.5)


def test_a_clock_nobody_vouches_for_is_unknown_rather_than_wrong() -> None:
    told = seen({"kb:clock": {"unix_s": 1.0, "rtc": False, "synchronized": None}}, system.probe)

    assert told.value("os", "real_time_clock") is False
    assert told.value("os", "clock_synchronized") is None


def test_a_system_that_names_itself_nowhere_says_so() -> None:
    told = seen({}, system.probe, broken=(Source("/etc/os-release", status="absent"),))

    assert told.why("os", "name") == ("absent", "there is no /etc/os-release")


def test_a_limit_that_is_not_set_is_no_number() -> None:
    told = seen({"/proc/self/limits": LIMITS}, system_settings.probe)

    assert told.value("limit", "open_files") == 1024
    assert told.value("limit", "stack_bytes") == 8388608
    assert told.why("limit", "locked_memory_bytes") == ("absent", "unlimited")


def test_settings_and_confinement_are_read() -> None:
    texts = {
        "/proc/sys/kernel/randomize_va_space": "2\n",
        "/sys/kernel/security/lsm": "lockdown,capability,yama,apparmor\n",
        "/proc/self/status": "Name:\tcat\nSeccomp:\t2\n",
    }

    told = seen(texts, system_settings.probe)

    assert told.values("kernel") == {
        "address_randomization": 2,
        "security_modules": ["lockdown", "capability", "yama", "apparmor"],
    }
    assert told.values("limit") == {"seccomp": "filter"}
