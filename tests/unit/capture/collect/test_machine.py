import errno
import os
from pathlib import Path

import pytest

from envkb.capture.collect.machine import Machine, unreadable
from envkb.capture.collect.rows import UnreadableError
from machine_tree import MachineTree


def why(machine: Machine, path: str) -> tuple[str, str]:
    with pytest.raises(UnreadableError) as caught:
        machine.read(path)
    return caught.value.status, caught.value.reason


def test_a_file_is_read_below_the_root(tree: MachineTree) -> None:
    tree.write({"/etc/os-release": "ID=debian\n"})
    assert tree.machine().read("/etc/os-release") == ("ID=debian\n", None)
    assert tree.machine().peek("/etc/os-release") == "ID=debian"


def test_a_missing_file_is_absent(tree: MachineTree) -> None:
    assert why(tree.machine(), "/etc/nothing") == ("absent", "no such file")
    assert tree.machine().peek("/etc/nothing") == ""


def test_a_large_file_keeps_start_and_end(tree: MachineTree) -> None:
    tree.write({"/proc/large": b"a" * 40 + b"b" * 40})
    text, full = tree.machine().read("/proc/large", limit=20)
    assert full == 80
    assert text.startswith("a" * 10 + "\n[")
    assert text.endswith("]\n" + "b" * 10)


def test_a_fifo_is_never_opened(tree: MachineTree) -> None:
    os.mkfifo(tree.root / "trap")
    assert why(tree.machine(), "/trap") == ("failed", "not a regular file")


def test_a_folder_is_no_file(tree: MachineTree) -> None:
    assert why(tree.machine(), "/") == ("failed", "not a regular file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_denied(tree: MachineTree) -> None:
    tree.write({"/secret": "x"})
    (tree.root / "secret").chmod(0)
    assert why(tree.machine(), "/secret") == ("denied", "permission denied")


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (errno.ENOENT, "absent"),
        (errno.ENOTDIR, "absent"),
        (errno.EACCES, "denied"),
        (errno.EPERM, "denied"),
        (errno.EIO, "failed"),
        (errno.ENODEV, "failed"),
    ],
)
def test_each_refusal_of_the_system_has_its_status(number: int, status: str) -> None:
    assert unreadable(OSError(number, os.strerror(number))).status == status


def test_a_pattern_gives_paths_of_the_machine(tree: MachineTree) -> None:
    tree.write({"/sys/block/sdb/size": "1", "/sys/block/sda/size": "1"})
    assert tree.machine().glob("/sys/block/*/size") == ["/sys/block/sda/size", "/sys/block/sdb/size"]


def test_a_program_on_path_comes_before_the_usual_folders(tree: MachineTree) -> None:
    tree.write({"/usr/sbin/tool": "", "/usr/sbin/other": ""})
    for name in ("tool", "other"):
        (tree.root / "usr/sbin" / name).chmod(0o755)
    mine = tree.program("tool", "")
    assert tree.machine().which("tool") == str(mine)
    assert tree.machine().which("other") == str(tree.root / "usr/sbin/other")


def test_what_cannot_run_is_no_program(tree: MachineTree) -> None:
    (tree.bin / "tool").write_text("")
    (tree.bin / "folder").mkdir()
    assert tree.machine().which("tool") is None
    assert tree.machine().which("folder") is None


def test_wsl_is_told_by_its_kernel(tree: MachineTree) -> None:
    tree.write({"/proc/version": "Linux version 6.6.87.2-microsoft-standard-WSL2 (gcc)\n"})
    assert tree.machine().is_wsl
    assert not tree.machine("Darwin").is_wsl


def test_a_working_directory_that_is_gone_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert Machine().cwd == "/"
