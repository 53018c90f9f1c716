import pytest

from envkb.capture.collect.cpus import cpu_jobs, topology
from envkb.capture.collect.rows import UnreadableError
from machine_tree import MachineTree

BASE = "/sys/devices/system/cpu"


def cpu(number: int, capacity: int, max_khz: int) -> dict[str, str]:
    folder = f"{BASE}/cpu{number}"
    return {
        f"{folder}/topology/core_id": f"{number}\n",
        f"{folder}/topology/physical_package_id": "0\n",
        f"{folder}/topology/core_cpus_list": f"{number}\n",
        f"{folder}/cpu_capacity": f"{capacity}\n",
        f"{folder}/cpufreq/cpuinfo_max_freq": f"{max_khz}\n",
        f"{folder}/cache/index0/level": "1\n",
        f"{folder}/cache/index0/type": "Data\n",
        f"{folder}/cache/index0/size": "64K\n" if capacity > 500 else "32K\n",
        f"{folder}/cache/index0/shared_cpu_list": f"{number}\n",
    }


def test_every_cpu_is_a_row_and_each_kind_shows_its_caches(tree: MachineTree) -> None:
    for number in range(8):
        tree.write(cpu(number, 400 if number < 4 else 1024, 1_800_000 if number < 4 else 2_400_000))
    told = topology(tree.machine())
    assert [row["cpu"] for row in told["cpus"]] == list(range(8))
    assert told["cpus"][7] == {
        "cpu": 7,
        "core_id": "7",
        "physical_package_id": "0",
        "core_cpus_list": "7",
        "cpu_capacity": "1024",
        "max_khz": "2400000",
    }
    assert {number: caches[0]["size"] for number, caches in told["caches"].items()} == {"0": "32K", "4": "64K"}


def test_cpus_are_counted_not_spelled(tree: MachineTree) -> None:
    tree.write({f"{BASE}/cpu{number}/topology/core_id": "0" for number in (0, 2, 10)})
    tree.write({f"{BASE}/cpufreq/boost": "1", f"{BASE}/cpuidle/current_driver": "none"})
    assert [row["cpu"] for row in topology(tree.machine())["cpus"]] == [0, 2, 10]


def test_a_machine_without_sysfs_says_so(tree: MachineTree) -> None:
    with pytest.raises(UnreadableError, match="lists no CPU"):
        topology(tree.machine())


def test_macos_has_no_such_table(tree: MachineTree) -> None:
    assert cpu_jobs(tree.machine("Darwin")) == []
