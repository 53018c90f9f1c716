from envkb.capture.probes import memory
from envkb.capture.snapshot import Source
from host_probing import APPLE_M4_SYSCTL, absent, seen

MEMINFO = """MemTotal:       24684084 kB
MemFree:        24420220 kB
MemAvailable:   24367712 kB
SwapTotal:             0 kB
SwapFree:              0 kB
VmallocTotal:   34359738367 kB
HugePages_Total:       8
HugePages_Free:        8
Hugepagesize:       2048 kB
"""


def test_kilobytes_of_the_kernel_are_1024_bytes() -> None:
    told = seen({"/proc/meminfo": MEMINFO}, memory.probe)

    assert told.value("memory", "total_bytes") == 24684084 * 1024
    assert told.value("memory", "hugepage_bytes") == 2 << 20
    assert told.value("memory", "hugepages_total") == 8


def test_no_swap_is_a_zero_that_was_read() -> None:
    told = seen({"/proc/meminfo": MEMINFO, "/proc/swaps": "Filename\tType\tSize\tUsed\tPriority\n"}, memory.probe)

    assert told.value("memory", "swap_total_bytes") == 0
    assert told.value("memory", "swap_devices") == 0
    assert told.value("memory", "swap_kinds") is None


def test_swap_in_memory_is_told_apart_from_swap_on_disk() -> None:
    swaps = "Filename Type Size Used Priority\n/dev/zram0 partition 8 0 100\n/swapfile file 8 0 -2\n"

    told = seen({"/proc/swaps": swaps}, memory.probe)

    assert told.value("memory", "swap_kinds") == ["file", "zram"]


def test_the_chosen_word_of_a_setting_is_its_value() -> None:
    texts = {
        "/sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
        "/sys/module/zswap/parameters/enabled": "N\n",
        "/proc/sys/vm/swappiness": "60\n",
    }

    told = seen(texts, memory.probe).values("memory")

    assert told == {"transparent_hugepages": "madvise", "zswap": False, "swappiness": 60}


def test_a_mac_tells_memory_pages_and_swap() -> None:
    vm_stat = (
        "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n"
        "Pages free:                               1000.\n"
        "Pages inactive:                           2000.\n"
        "Pages speculative:                         500.\n"
    )

    told = seen({"sysctl hw": APPLE_M4_SYSCTL, "vm_stat": vm_stat}, memory.probe)

    assert told.value("memory", "total_bytes") == 16 << 30
    assert told.value("memory", "page_bytes") == 16384
    assert told.value("memory", "swap_total_bytes") == 2 << 30
    assert told.value("memory", "free_bytes") == 1000 * 16384
    assert told.value("memory", "available_bytes") == 3500 * 16384


def test_the_hardware_overview_tells_a_macs_memory_too() -> None:
    told = seen({"system_profiler SPHardwareDataType": "      Memory: 36 GB\n"}, memory.probe)

    assert told.value("memory", "total_bytes") == 36 << 30


def test_the_size_of_a_page_comes_from_the_collector() -> None:
    assert seen({"kb:uname": {"page_bytes": 65536}}, memory.probe).value("memory", "page_bytes") == 65536
    assert seen({"kb:uname": {}}, memory.probe).why("memory", "page_bytes")[0] == "not_read"


def test_memory_that_could_not_be_read_says_why() -> None:
    told = seen({}, memory.probe, broken=(Source("/proc/meminfo", status="denied"),))

    assert told.why("memory", "total_bytes") == ("denied", "reading /proc/meminfo is not permitted")
    assert seen({}, memory.probe, broken=absent("/proc/meminfo")).value("memory", "total_bytes") is None
