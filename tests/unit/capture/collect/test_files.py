import os

import pytest

from envkb.capture.collect.allowlist import COMMANDS, GLOBS, NAMED_FILES
from envkb.capture.collect.files import file_jobs, group_files, read_file, trimmed
from machine_tree import MachineTree

FLAGS = (
    "flags\t\t: " + " ".join(["fpu", "vme", "de", "pse", "tsc", "msr", "pae", "mce", "cx8", "apic", "sep"] * 3) + "\n"
)


def test_named_files_are_listed_even_where_they_are_absent(tree: MachineTree) -> None:
    rows = {job.source_id: job.read() for job in file_jobs(tree.machine())}
    assert set(rows) == set(NAMED_FILES)
    assert rows["/proc/cpuinfo"] == {"id": "/proc/cpuinfo", "status": "absent", "text": ""}


def test_patterns_list_only_what_is_there(tree: MachineTree) -> None:
    tree.write({"/sys/devices/system/cpu/vulnerabilities/meltdown": "Not affected\n"})
    rows = {job.source_id: job.read() for job in file_jobs(tree.machine())}
    assert rows["/sys/devices/system/cpu/vulnerabilities/meltdown"]["text"] == "Not affected\n"
    assert len(rows) == len(NAMED_FILES) + 1


def test_loop_devices_are_no_disks(tree: MachineTree) -> None:
    tree.write({f"/sys/block/{name}/queue/rotational": "1\n" for name in ("loop0", "zram0", "ram1", "sda")})
    found = [job.source_id for job in file_jobs(tree.machine()) if job.source_id.startswith("/sys/block")]
    assert found == ["/sys/block/sda/queue/rotational"]


def test_macos_has_no_files_to_read(tree: MachineTree) -> None:
    assert file_jobs(tree.machine("Darwin")) == []


def test_a_fifo_in_an_allowed_place_is_reported(tree: MachineTree) -> None:
    (tree.root / "proc").mkdir()
    os.mkfifo(tree.root / "proc" / "meminfo")
    row = read_file(tree.machine(), "/proc/meminfo")
    assert (row["status"], row["reason"]) == ("failed", "not a regular file")


def test_the_flags_of_many_cpus_stand_once() -> None:
    block = "processor\t: {}\n" + FLAGS
    assert trimmed(block.format(0) + block.format(1)) == block.format(0) + "processor\t: 1\n"


def test_flags_that_differ_all_stay() -> None:
    text = FLAGS + FLAGS.replace("fpu", "avx") + FLAGS
    assert trimmed(text) == text


@pytest.mark.parametrize(
    ("path", "text", "kept"),
    [
        (
            "/proc/cpuinfo",
            "Revision\t: d04170\nSerial\t\t: 10000000abcdef\nModel\t: Pi\n",
            "Revision\t: d04170\nModel\t: Pi\n",
        ),
        (
            "/proc/driver/nvidia/gpus/0000:01:00.0/information",
            "Model: \t NVIDIA RTX\nGPU UUID: \t GPU-00\n",
            "Model: \t NVIDIA RTX\n",
        ),
    ],
)
def test_serial_numbers_are_never_taken(tree: MachineTree, path: str, text: str, kept: str) -> None:
    tree.write({path: text})
    assert read_file(tree.machine(), path)["text"] == kept


def test_a_device_tree_becomes_lines(tree: MachineTree) -> None:
    tree.write({"/proc/device-tree/compatible": b"raspberrypi,5-model-b\0brcm,bcm2712\0"})
    assert read_file(tree.machine(), "/proc/device-tree/compatible")["text"] == "raspberrypi,5-model-b\nbrcm,bcm2712"


def test_limits_are_read_up_to_the_root_of_the_groups(tree: MachineTree) -> None:
    tree.write({"/proc/self/cgroup": "0::/user.slice/app.scope\n"})
    found = list(group_files(tree.machine()))
    maxima = [path for path in found if path.endswith("/cpu.max") and "unified" not in path]
    assert maxima == [
        "/sys/fs/cgroup/user.slice/app.scope/cpu.max",
        "/sys/fs/cgroup/user.slice/cpu.max",
        "/sys/fs/cgroup/cpu.max",
    ]


def test_limits_of_the_first_version_lie_below_each_controller(tree: MachineTree) -> None:
    tree.write(
        {
            "/proc/self/cgroup": "4:memory:/docker/c0ffee\n3:cpu,cpuacct:/\n1:name=systemd:/x\n",
            "/sys/fs/cgroup/memory/docker/c0ffee/memory.limit_in_bytes": "1073741824\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
        }
    )
    rows = {job.source_id: job.read()["text"] for job in file_jobs(tree.machine()) if "cgroup/" in job.source_id}
    assert rows == {
        "/sys/fs/cgroup/memory/docker/c0ffee/memory.limit_in_bytes": "1073741824\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
    }


def test_nothing_that_names_one_machine_is_on_the_list() -> None:
    asked = [*NAMED_FILES, *GLOBS, *(command.line for command in COMMANDS)]
    assert not [
        source for source in asked if any(word in source for word in ("serial", "uuid", "machine-id", "hostname"))
    ]
