import os
import socket

import pytest

from envkb.capture.collect.variables import is_secret, machine_values, variables
from machine_tree import MachineTree


@pytest.mark.parametrize(
    "name",
    [
        "HF_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "UV_PUBLISH_PASSWORD",
        "WANDB_API_KEY",
        "PGPASSWORD",
        "DB_PASSWD",
        "NPM_AUTH",
    ],
)
def test_a_name_that_looks_secret_is_one(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["PWD", "OLDPWD", "PATH", "KEYBOARD", "MONKEY", "TOKENIZERS_PARALLELISM", "COMPASS"])
def test_a_harmless_name_is_none(name: str) -> None:
    assert not is_secret(name)


def test_variables_that_matter_are_taken_and_no_others(tree: MachineTree) -> None:
    machine = tree.machine(
        OMP_NUM_THREADS="4", CUDA_VISIBLE_DEVICES="0", UV_PUBLISH_TOKEN="hidden", BROWSER="x", PYTHONPATH="/x"
    )
    assert variables(machine) == {"OMP_NUM_THREADS": "4", "CUDA_VISIBLE_DEVICES": "0", "PYTHONPATH": "/x"}


def test_variables_of_tensorflow_are_told_apart_from_those_of_terraform(tree: MachineTree) -> None:
    machine = tree.machine(TF_GPU_ALLOCATOR="cuda_malloc_async", TF_CPP_MIN_LOG_LEVEL="2", TF_CLI_CONFIG_FILE="/x")
    assert set(variables(machine)) == {"TF_GPU_ALLOCATOR", "TF_CPP_MIN_LOG_LEVEL"}


def test_the_values_to_be_hidden_are_gathered(tree: MachineTree) -> None:
    tree.write(
        {
            "/etc/hostname": "workbench.lab.example\n",
            "/etc/hosts": "127.0.0.1 localhost\n127.0.1.1 workbench.lab.example bench # mine\n9.9.9.9 other\n",
            "/sys/class/net/eth0/address": "52:54:00:12:34:56\n",
            "/sys/class/net/lo/address": "00:00:00:00:00:00\n",
            "/proc/net/fib_trie": "  |-- 10.1.2.3\n     /32 host LOCAL\n  |-- 127.0.0.1\n     /32 host LOCAL\n",
            "/proc/net/if_inet6": "fe800000000000000000000000000abc 02 40 20 80 eth0\n"
            "00000000000000000000000000000001 01 80 10 80 lo\n",
            "/etc/machine-id": "0123456789abcdef0123456789abcdef\n",
            "/sys/class/dmi/id/product_serial": "PF3ABCDE\n",
            "/sys/class/dmi/id/board_serial": "To be filled by O.E.M.\n",
        }
    )
    told = machine_values(tree.machine(USER="ada", HF_TOKEN="hf_abcdef", X_KEY="no"))
    assert "ada" in told["users"]
    assert {"workbench.lab.example", "workbench", "bench"} <= set(told["hosts"])
    assert socket.gethostname() in told["hosts"]
    assert "localhost" not in told["hosts"]
    assert "/home/ada" in told["homes"]
    assert told["ips"] == ["10.1.2.3", "fe80::abc"]
    assert told["macs"] == ["52:54:00:12:34:56"]
    assert {"0123456789abcdef0123456789abcdef", "PF3ABCDE"} <= set(told["ids"])
    assert told["secret_variables"] == {"HF_TOKEN": "hf_abcdef"}


def test_a_machine_that_tells_nothing_still_has_its_user(tree: MachineTree) -> None:
    told = machine_values(tree.machine())
    assert told["users"] or os.getuid() != 0
    assert told["secret_variables"] == {}


def test_under_wsl_the_windows_user_is_hidden_too(tree: MachineTree) -> None:
    tree.write(
        {"/proc/version": "Linux 6.6-microsoft-standard-WSL2", "/mnt/c/Users/AdaL/x": "", "/mnt/c/Users/Public/x": ""}
    )
    told = machine_values(tree.machine())
    assert "AdaL" in told["users"]
    assert "Public" not in told["users"]
    assert {"/mnt/c/Users/AdaL", "C:\\Users\\AdaL"} <= set(told["homes"])


def test_a_mac_has_two_more_names(tree: MachineTree) -> None:
    tree.program("scutil", 'case "$2" in ComputerName) echo "Ada\'s Mac mini";; *) echo Adas-Mac-mini;; esac')
    assert {"Ada's Mac mini", "Adas-Mac-mini"} <= set(machine_values(tree.machine("Darwin"))["hosts"])
