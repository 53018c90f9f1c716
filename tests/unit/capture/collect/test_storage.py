import os
from pathlib import Path

import pytest

from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import UnreadableError
from envkb.capture.collect.storage import (
    Mount,
    cache_folders,
    conda_roots,
    covering,
    darwin_mounts,
    mount_table,
    storage,
)
from machine_tree import MachineTree

MOUNTINFO = r"""25 30 0:23 / /proc rw,nosuid shared:12 - proc proc rw
30 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
40 30 0:40 /home /home rw,relatime shared:2 - btrfs /dev/sda1 rw,compress=zstd:3
41 30 0:41 / /mnt/with\040blank rw - drvfs C:\134 rw,noatime
a line that is no mount
"""
DARWIN = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//ada@nas.example/share on /Volumes/share (smbfs, nodev)
"""


def test_the_mount_table_is_read_with_its_escapes(tree: MachineTree) -> None:
    tree.write({"/proc/self/mountinfo": MOUNTINFO})
    mounts = {mount.point: mount for mount in mount_table(tree.machine())}
    assert mounts["/"] == Mount("/", "/dev/nvme0n1p2", "ext4", "rw,relatime,errors=remount-ro", "259:2")
    assert mounts["/mnt/with blank"].source == "C:\\"
    assert len(mounts) == 4


def test_macos_mounts_are_read(tree: MachineTree) -> None:
    tree.program("mount", f"cat <<'END'\n{DARWIN}END")
    mounts = {mount.point: mount for mount in mount_table(tree.machine("Darwin"))}
    assert mounts["/"].file_system == "apfs"
    assert mounts["/"].options == "sealed,local,read-only,journaled"
    assert mounts["/Volumes/share"].source == "//ada@nas.example/share"
    assert list(darwin_mounts("nonsense")) == []


@pytest.mark.parametrize(
    ("path", "device", "point"),
    [
        ("/home/ada/.venv", "0:40", "/home"),
        ("/home", "0:40", "/home"),
        ("/homework", "259:2", "/"),
        ("/home/ada", "9:9", "/home"),
    ],
)
def test_a_path_lies_on_the_longest_mount_above_it(tree: MachineTree, path: str, device: str, point: str) -> None:
    tree.write({"/proc/self/mountinfo": MOUNTINFO})
    mount = covering(list(mount_table(tree.machine())), path, device)
    assert mount is not None
    assert mount.point == point


def test_a_later_mount_covers_an_earlier_one() -> None:
    mounts = [Mount("/data", "old", "ext4", "", "1:1"), Mount("/data", "new", "xfs", "", "1:1")]
    assert covering(mounts, "/data/x", "1:1") == mounts[1]


def test_a_folder_of_this_machine_tells_space_and_device(tmp_path: Path) -> None:
    told = storage(Machine(), {"environment": str(tmp_path), "cache-uv": str(tmp_path / "nowhere")})
    assert set(told) == {"environment"}
    assert told["environment"]["total_bytes"] >= told["environment"]["free_bytes"] > 0


def test_no_folder_at_all_is_a_reason(tree: MachineTree) -> None:
    with pytest.raises(UnreadableError, match="none of the folders"):
        storage(tree.machine(), {"environment": "/nowhere", "home": ""})


def test_caches_lie_where_each_manager_says(tree: MachineTree) -> None:
    tree.write({"/opt/conda/conda-meta/history": "", "/opt/conda/pkgs/x": ""})
    assert cache_folders(tree.machine(UV_CACHE_DIR="/fast/uv")) == {
        "cache-pip": "/home/ada/.cache/pip",
        "cache-uv": "/fast/uv",
        "cache-conda": "/opt/conda/pkgs",
        "cache-pixi": "/home/ada/.cache/rattler/cache",
    }
    assert cache_folders(tree.machine("Darwin"))["cache-pip"] == "/home/ada/Library/Caches/pip"


def test_the_root_of_the_active_environment_is_a_conda_root(tree: MachineTree) -> None:
    tree.write({"/data/forge/conda-meta/history": "", "/data/forge/envs/ml/conda-meta/history": ""})
    assert conda_roots(tree.machine(CONDA_PREFIX="/data/forge/envs/ml")) == ["/data/forge"]


def disk(tree: MachineTree, folder: str, *, rotational: str, model: str = "") -> None:
    tree.write({f"{folder}/queue/rotational": f"{rotational}\n"})
    if model:
        tree.write({f"{folder}/device/model": f"{model}\n"})


def mounted(tree: MachineTree, source: str, device: str | None = None) -> Machine:
    """Mount the tree's disk at the root; None stands for the device number that the tree really has."""
    status = tree.root.stat()
    own = f"{os.major(status.st_dev)}:{os.minor(status.st_dev)}"
    tree.write({"/proc/self/mountinfo": f"1 0 {device or own} / / rw - ext4 {source} rw\n", "/data/x": ""})
    return tree.machine()


def link(tree: MachineTree, path: str, target: str) -> None:
    place = tree.root / path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(tree.root / target.lstrip("/"))


def test_a_partition_tells_of_its_disk(tree: MachineTree) -> None:
    machine = mounted(tree, "/dev/nvme0n1p2")
    folder = "/sys/devices/pci0000:00/0000:00:02.4/nvme/nvme0/nvme0n1"
    disk(tree, folder, rotational="0", model="Samsung SSD 990")
    tree.write({f"{folder}/nvme0n1p2/partition": "2\n"})
    status = tree.root.stat()
    link(tree, f"/sys/dev/block/{os.major(status.st_dev)}:{os.minor(status.st_dev)}", f"{folder}/nvme0n1p2")
    link(tree, "/sys/class/block/nvme0n1p2", f"{folder}/nvme0n1p2")
    told = storage(machine, {"environment": "/data"})["environment"]
    assert (told["block"], told["rotational"], told["model"], told["transport"]) == (
        "nvme0n1",
        False,
        "Samsung SSD 990",
        "nvme",
    )


def test_an_encrypted_volume_tells_of_the_disk_below(tree: MachineTree) -> None:
    machine = mounted(tree, "/dev/dm-0")
    folder = "/sys/devices/pci0000:00/ata1/host0/block/sda"
    disk(tree, folder, rotational="1")
    disk(tree, "/sys/devices/virtual/block/dm-0", rotational="0")
    tree.write({f"{folder}/sda3/partition": "3\n"})
    link(tree, "/sys/devices/virtual/block/dm-0/slaves/sda3", f"{folder}/sda3")
    link(tree, "/sys/class/block/dm-0", "/sys/devices/virtual/block/dm-0")
    told = storage(machine, {"environment": "/data"})["environment"]
    assert (told["block"], told["rotational"], told["transport"]) == ("sda", True, "ata")


def test_a_file_system_without_a_disk_has_none(tree: MachineTree) -> None:
    told = storage(mounted(tree, "tmpfs"), {"environment": "/data"})["environment"]
    assert "block" not in told
    assert told["file_system"] == "ext4"
