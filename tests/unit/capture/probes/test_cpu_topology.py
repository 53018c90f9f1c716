import pytest

from envkb.capture.probes import cpu_topology
from envkb.capture.snapshot import Source
from host_probing import APPLE_M4_SYSCTL, BIG_LITTLE_LSCPU, seen, x86_cpuinfo

LSCPU = (
    "CPU(s): 8\nThread(s) per core: 2\nCore(s) per socket: 4\nSocket(s): 1\nNUMA node(s): 1\nNUMA node0 CPU(s): 0-7\n"
)


def rows(*kinds: tuple[int, str, str]) -> dict[str, object]:
    """Return `kb:cpu-topology` of CPUs given as (count, siblings each, capacity)."""
    cpus: list[dict[str, object]] = []
    for count, threads, capacity in kinds:
        for _ in range(count):
            first = len(cpus) - len(cpus) % int(threads)
            shared = str(len(cpus)) if threads == "1" else f"{first}-{first + int(threads) - 1}"
            cpus.append(
                {"cpu": len(cpus), "physical_package_id": "0", "core_cpus_list": shared, "cpu_capacity": capacity}
            )
    return {"cpus": cpus, "caches": {}}


def test_lscpu_and_cpuinfo_that_agree_make_one_fact() -> None:
    texts = {"lscpu": LSCPU, "/proc/cpuinfo": x86_cpuinfo(cores=4, threads_per_core=2)}

    told = seen(texts, cpu_topology.probe)

    assert told.values("cpu") == {
        "cores": 4,
        "cores_per_socket": 4,
        "numa_nodes": 1,
        "sockets": 1,
        "threads": 8,
        "threads_per_core": 2,
    }
    assert told.value("numa/0", "cpus") == "0-7"


def test_a_container_that_hides_cpus_makes_a_conflict() -> None:
    texts = {"lscpu": LSCPU, "/proc/cpuinfo": x86_cpuinfo(cores=2)}

    fact = seen(texts, cpu_topology.probe).facts["cpu", "threads"]

    assert fact.status == "conflict"
    assert fact.value == [{"source": "lscpu", "value": 8}, {"source": "/proc/cpuinfo", "value": 2}]


def test_cpus_that_are_switched_off_make_no_conflict() -> None:
    lscpu = LSCPU.replace("CPU(s): 8", "CPU(s): 8\nOn-line CPU(s) list: 0-3\nOff-line CPU(s) list: 4-7", 1)

    told = seen({"lscpu": lscpu, "/proc/cpuinfo": x86_cpuinfo(cores=4)}, cpu_topology.probe)

    assert told.value("cpu", "threads") == 8
    assert told.value("cpu", "offline_cpus") == "4-7"


def test_a_text_that_was_cut_counts_nothing() -> None:
    cut = Source("/proc/cpuinfo", text=x86_cpuinfo(cores=3), full_bytes=400_000)

    told = seen({"lscpu": LSCPU}, cpu_topology.probe, broken=(cut,))

    assert told.value("cpu", "threads") == 8
    assert told.value("cpu", "cores") == 4


def test_one_set_of_cpus_in_two_spellings_is_no_conflict() -> None:
    texts = {"lscpu": "NUMA node0 CPU(s): 0,1\n", "/sys/devices/system/node/node0/cpulist": "0-1\n"}

    assert seen(texts, cpu_topology.probe).value("numa/0", "cpus") == "0-1"


def test_an_old_lscpu_tells_its_cpus_by_a_mask() -> None:
    told = seen({"lscpu": "On-line CPU(s) mask: 0xf\nOff-line CPU(s) mask: f0\n"}, cpu_topology.probe)

    assert told.value("cpu", "offline_cpus") == "4-7"


def test_cores_of_all_kinds_are_added_up() -> None:
    told = seen({"lscpu": BIG_LITTLE_LSCPU}, cpu_topology.probe)

    assert told.value("cpu", "cores") == 8
    assert told.value("cpu", "threads") == 8


def test_clusters_stand_for_sockets_where_the_firmware_tells_none() -> None:
    lscpu = "CPU(s): 4\nThread(s) per core: 1\nCore(s) per cluster: 4\nSocket(s): -\nCluster(s): 1\n"

    told = seen({"lscpu": lscpu}, cpu_topology.probe)

    assert told.value("cpu", "cores") == 4
    assert told.value("cpu", "clusters") == 1
    assert told.value("cpu", "sockets") is None


def test_intels_fast_and_slow_cores_are_counted_as_cores() -> None:
    topology = rows((16, "2", "1024"), (8, "1", "600"))
    texts = {
        "kb:cpu-topology": topology,
        "/sys/devices/cpu_core/cpus": "0-15\n",
        "/sys/devices/cpu_atom/cpus": "16-23\n",
    }

    told = seen(texts, cpu_topology.probe)

    assert told.value("cpu", "performance_cores") == 8
    assert told.value("cpu", "efficiency_cores") == 8
    assert told.value("cpu", "cores") == 16
    assert told.value("cpu", "threads") == 24


def test_arms_fast_and_slow_cores_are_told_by_their_capacity() -> None:
    told = seen({"kb:cpu-topology": rows((4, "1", "279"), (3, "1", "866"), (1, "1", "1024"))}, cpu_topology.probe)

    assert told.value("cpu", "performance_cores") == 4
    assert told.value("cpu", "efficiency_cores") == 4


def test_cores_of_one_kind_say_so() -> None:
    told = seen({"kb:cpu-topology": rows((4, "1", "1024"))}, cpu_topology.probe)

    assert told.why("cpu", "efficiency_cores") == ("not_applicable", "all cores are of one kind")


def test_an_apple_chip_tells_its_fast_and_slow_cores() -> None:
    told = seen({"sysctl hw": APPLE_M4_SYSCTL}, cpu_topology.probe)

    assert (told.value("cpu", "performance_cores"), told.value("cpu", "efficiency_cores")) == (4, 6)
    assert (told.value("cpu", "cores"), told.value("cpu", "threads")) == (10, 10)


def test_the_hardware_overview_tells_the_cores_of_a_mac_too() -> None:
    text = "Hardware:\n    Chip: Apple M1\n    Total Number of Cores: 8 (4 performance and 4 efficiency)\n"

    told = seen({"system_profiler SPHardwareDataType": text}, cpu_topology.probe)

    assert (told.value("cpu", "cores"), told.value("cpu", "performance_cores")) == (8, 4)


def test_numa_nodes_come_from_the_kernels_files_without_lscpu() -> None:
    node = "/sys/devices/system/node/node1/"
    texts = {
        "/sys/devices/system/node/online": "0-1\n",
        node + "cpulist": "4-7\n",
        node + "meminfo": "Node 1 MemTotal:       16384 kB\nNode 1 MemFree:  12 kB\n",
    }

    told = seen(texts, cpu_topology.probe)

    assert told.value("cpu", "numa_nodes") == 2
    assert told.values("numa/1") == {"cpus": "4-7", "memory_bytes": 16 << 20}


@pytest.mark.parametrize(("text", "active"), [("1\n", True), ("0\n", False), ("x", None)])
def test_threads_that_share_cores_are_on_or_off_or_unknown(text: str, active: bool | None) -> None:  # noqa: FBT001 - a case
    told = seen({"/sys/devices/system/cpu/smt/active": text}, cpu_topology.probe)

    assert told.value("cpu", "smt_active") is active


def test_foreign_json_in_the_table_is_passed_over() -> None:
    for table in ([], {"cpus": 3}, {"cpus": [1, None, "x"]}, {"cpus": [{}]}, "no json"):
        assert seen({"kb:cpu-topology": table}, cpu_topology.probe) is not None
