import pytest

from envkb.capture.collect.rows import UnreadableError
from envkb.capture.collect.wsl import wslconfig
from machine_tree import MachineTree

WSL = {"/proc/version": "Linux version 6.6.87.2-microsoft-standard-WSL2\n"}
CONFIG = "[wsl2]\nmemory=16GB\n"


def test_the_limits_are_read_without_naming_the_user(tree: MachineTree) -> None:
    tree.write({**WSL, "/mnt/c/Users/ada/.wslconfig": CONFIG, "/mnt/c/Users/Public/.wslconfig": "x"})
    assert wslconfig(tree.machine()) == CONFIG.strip()


def test_users_who_agree_are_one(tree: MachineTree) -> None:
    tree.write({**WSL, "/mnt/c/Users/ada/.wslconfig": CONFIG, "/mnt/c/Users/bob/.wslconfig": CONFIG})
    assert wslconfig(tree.machine()) == CONFIG.strip()


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({}, "not_applicable"),
        (WSL, "absent"),
        ({**WSL, "/mnt/c/Users/ada/.wslconfig": "a", "/mnt/c/Users/bob/.wslconfig": "b"}, "failed"),
    ],
)
def test_without_one_answer_there_is_a_reason(tree: MachineTree, files: dict[str, str], status: str) -> None:
    tree.write(files)
    with pytest.raises(UnreadableError) as caught:
        wslconfig(tree.machine())
    assert caught.value.status == status
