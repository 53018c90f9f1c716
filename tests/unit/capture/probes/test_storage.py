from typing import Any

import pytest

from envkb.capture.probes import storage
from host_probing import seen

ROOT = {
    "path": "/home/ada/env",
    "st_dev": "259:2",
    "mount_point": "/",
    "mount_source": "/dev/nvme0n1p2",
    "file_system": "btrfs",
    "mount_options": "rw,relatime,ssd,compress=zstd:1,subvol=/@",
    "block": "nvme0n1",
    "rotational": False,
    "transport": "nvme",
    "model": "Samsung SSD 990 PRO 2TB",
    "total_bytes": 2_000_000_000_000,
    "free_bytes": 800_000_000_000,
}


def test_what_an_environment_lies_on_is_told_in_full() -> None:
    queue = "/sys/block/nvme0n1/queue/"
    texts = {
        "kb:storage": {"environment": ROOT},
        queue + "scheduler": "[none] mq-deadline\n",
        queue + "read_ahead_kb": "128\n",
    }

    told = seen(texts, storage.probe).values("storage/environment")

    assert told == {
        "block": "nvme0n1",
        "device_kind": "nvme",
        "drive_model": "Samsung SSD 990 PRO 2TB",
        "file_system": "btrfs",
        "free_bytes": 800_000_000_000,
        "io_scheduler": "none",
        "mount_options": ["relatime", "compress=zstd:1"],
        "mount_point": "/",
        "read_ahead_bytes": 131072,
        "read_only": False,
        "total_bytes": 2_000_000_000_000,
        "transport": "nvme",
    }


def test_a_cache_on_the_same_file_system_says_only_that() -> None:
    told = seen({"kb:storage": {"environment": ROOT, "cache-uv": ROOT}}, storage.probe)

    assert told.values("storage/cache-uv") == {"same_file_system_as_environment": True}


def test_a_cache_elsewhere_cannot_be_linked_from() -> None:
    cache = {"st_dev": "0:45", "file_system": "nfs4", "mount_source": "server:/export", "total_bytes": 1}

    told = seen({"kb:storage": {"environment": ROOT, "cache-uv": cache}}, storage.probe).values("storage/cache-uv")

    assert told["same_file_system_as_environment"] is False
    assert told["device_kind"] == "network"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"file_system": "tmpfs"}, "memory"),
        ({"file_system": "9p", "mount_options": "rw,aname=drvfs;path=C:\\"}, "windows-drive"),
        ({"file_system": "9p", "mount_source": "C:\\"}, "windows-drive"),
        ({"file_system": "drvfs"}, "windows-drive"),
        ({"file_system": "9p", "mount_source": "hostshare"}, "network"),
        ({"file_system": "fuse.sshfs"}, "network"),
        ({"file_system": "ext4", "transport": "mmc", "rotational": False}, "sd-card"),
        ({"file_system": "ext4", "transport": "usb", "rotational": True}, "usb"),
        ({"file_system": "ext4", "transport": "virtio", "rotational": True}, "virtual"),
        ({"file_system": "ext4", "transport": "vmbus"}, "virtual"),
        ({"file_system": "xfs", "transport": "ata", "rotational": True}, "hdd"),
        ({"file_system": "xfs", "transport": "ata", "rotational": False}, "ssd"),
        ({"file_system": "squashfs", "transport": "loop"}, "image"),
        ({"file_system": "overlay"}, None),
        ({"file_system": "apfs"}, None),
        ({}, None),
    ],
)
def test_a_folder_lies_on_something_that_has_one_name(told: dict[str, Any], kind: str | None) -> None:
    assert storage.device_kind(told) == kind


def test_what_a_containers_layers_lie_on_is_hidden() -> None:
    told = seen({"kb:storage": {"environment": {"file_system": "overlay", "st_dev": "0:50"}}}, storage.probe)

    assert told.why("storage/environment", "device_kind") == ("absent", "the layers of a container hide it")


def test_foreign_json_is_passed_over_and_a_missing_one_explained() -> None:
    for document in (
        [],
        {"environment": None},
        {"environment": {"total_bytes": "x", "mount_options": 3}},
        {"A b": ROOT},
    ):
        told = seen({"kb:storage": document}, storage.probe)
        assert told.why("storage/environment", "file_system") == ("absent", "kb:storage does not tell it")
    assert seen({}, storage.probe).why("storage/environment", "file_system")[0] == "not_read"
