"""A short or common name counts only where a name stands; any other name counts as a word."""

import pytest

from envkb.document.redaction import Gate, MachineValues
from envkb.document.redaction.names import is_common, is_distinctive, is_everyday, is_unmistakable


@pytest.mark.parametrize(
    "name",
    [
        "root",
        "pi",
        "python",
        "vm",
        "ubuntu",
        "ml",
        "h100",
        "rtx-4090",
        "gpu-server-01",
        "dgx-h100",
        "pi5",
        "raspberrypi",
    ],
)
def test_a_short_or_common_name_is_not_searched_for_everywhere(name: str) -> None:
    assert is_common(name)
    assert not is_distinctive(name)


@pytest.mark.parametrize("name", ["adam", "grace", "corgi", "ada-lovelace", "7f3c21459a01", "node-corgi", "jürgen"])
def test_any_other_name_is(name: str) -> None:
    assert is_distinctive(name)


def test_a_long_name_is_found_inside_of_words() -> None:
    assert is_unmistakable("adalovelace")
    assert not is_unmistakable("adam")
    assert Gate(MachineValues(users=("adalovelace",))).text("xadalovelace2", place="x") == "x<user-1>2"
    assert Gate(MachineValues(users=("adam",))).text("adam's Adam-env, madam adamw", place="x") == (
        "<user-1>'s <user-1>-env, madam adamw"
    )


def test_the_name_of_a_container_is_found_in_its_full_id() -> None:
    gate = Gate(MachineValues(hosts=("7f3c21459a01",)))

    assert gate.text("/docker/7f3c21459a01b2c3d4e5", place="x") == "/docker/<host-1>b2c3d4e5"


@pytest.mark.parametrize("word", ["true", "auto", "python3", "default", "none"])
def test_a_secret_that_is_a_common_word_is_not_searched_for(word: str) -> None:
    assert is_everyday(word)
    text = f"it is {word} that {word} counts"
    assert Gate(MachineValues(secrets={"A_KEY": word})).text(text, place="x") == text


@pytest.mark.parametrize(
    "text",
    [
        "/home/pi/x",
        "C:\\Users\\pi\\x",
        "pi@corgi",
        "pi@10.1.2.3",
        "user=pi",
        "USER: pi",
        '"login": "pi"',
        "LOGNAME=pi",
        "uid=1000(pi)",
        "--user pi",
        "-rw-r--r-- 1 pi pi 12 x",
        "pi:x:1000:1000::/:/bin/sh",
        "/var/spool/mail/pi",
        "<user>pi</user>",
    ],
)
def test_a_short_user_name_counts_where_a_user_stands(text: str) -> None:
    clean = Gate(MachineValues(users=("pi",))).text(text, place="x")

    assert "pi" not in clean.replace("spool", "").lower()


@pytest.mark.parametrize("text", ["pi 5", "torch.pi", "pi-hole", "pip", "a pi here"])
def test_a_short_user_name_does_not_count_elsewhere(text: str) -> None:
    assert Gate(MachineValues(users=("pi",))).text(text, place="x") == text


def test_a_short_name_that_is_no_word_counts_in_any_path() -> None:
    gate = Gate(MachineValues(users=("ada", "data")))

    assert gate.text("/scratch/ada/env and /scratch/data/env, ada", place="x") == (
        "/scratch/<user-1>/env and /scratch/data/env, ada"
    )


@pytest.mark.parametrize(
    "text",
    [
        "hostname: vm",
        "HOSTNAME=vm",
        '"host": "vm"',
        "ada@vm:~$",
        "https://vm/x",
        "tcp://vm:29500",
        "ssh vm",
        r"\\vm\share",
        "Linux vm 6.8.0-45",
        "<hostname>vm</hostname>",
        "MASTER_ADDR=vm",
    ],
)
def test_a_short_host_name_counts_where_a_host_stands(text: str) -> None:
    assert "vm" not in Gate(MachineValues(hosts=("vm",))).text(text, place="x")


@pytest.mark.parametrize("text", ["vm.swappiness = 60", "a vm", "/opt/vm/x", "llvm", "kvm: vm created"])
def test_a_short_host_name_does_not_count_elsewhere(text: str) -> None:
    assert Gate(MachineValues(hosts=("vm",))).text(text, place="x") == text
