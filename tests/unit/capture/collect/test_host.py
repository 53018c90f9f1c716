import json
from collections.abc import Mapping

import pytest

from envkb.capture.collect.host import (
    affinity,
    clock,
    host_jobs,
    in_container,
    layers,
    libc,
    machine_id,
    machine_key,
    uname,
)
from envkb.capture.collect.rows import UnreadableError
from machine_tree import MachineTree

MACHINE_ID = "0123456789ABCDEF0123456789abcdef"
# HMAC-SHA256 of `envkb/host/1`, keyed by the id above in lower case: any other implementation gives the same.
KEY = "896e6a74c9820cf303a0"
IOREG = """+-o J314sAP  <class IOPlatformExpertDevice, registered>
    {
      "IOPlatformSerialNumber" = "C02XXXXXXXXX"
      "IOPlatformUUID" = "564D2A6E-1111-2222-3333-444455556666"
    }"""
MAC_KEY = "e6508cd0ab799a12eca4"


def test_the_key_is_made_from_the_machine_id_and_does_not_show_it(tree: MachineTree) -> None:
    tree.write({"/etc/machine-id": f"{MACHINE_ID}\n"})
    assert machine_key(tree.machine()) == KEY
    texts = [job.read()["text"] for job in host_jobs(tree.machine())]
    assert not [text for text in texts if MACHINE_ID.lower() in text.lower()]


def test_the_older_place_of_the_id_gives_the_same_key(tree: MachineTree) -> None:
    tree.write({"/etc/machine-id": "uninitialized\n", "/var/lib/dbus/machine-id": MACHINE_ID})
    assert machine_key(tree.machine()) == KEY


def test_a_mac_has_its_platform_uuid(tree: MachineTree) -> None:
    tree.program("ioreg", f"cat <<'END'\n{IOREG}\nEND")
    assert machine_id(tree.machine("Darwin")) == "564d2a6e-1111-2222-3333-444455556666"
    assert machine_key(tree.machine("Darwin")) == MAC_KEY


def test_a_machine_without_an_id_has_no_key(tree: MachineTree) -> None:
    with pytest.raises(UnreadableError) as caught:
        machine_key(tree.machine())
    assert (caught.value.status, caught.value.reason) == ("absent", "this system has no machine id")


@pytest.mark.parametrize(
    ("files", "environ"),
    [
        ({"/.dockerenv": ""}, {}),
        ({"/run/.containerenv": ""}, {}),
        ({"/run/systemd/container": "lxc"}, {}),
        ({"/proc/1/cgroup": "0::/docker/c0ffee\n"}, {}),
        ({}, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}),
        ({}, {"container": "podman"}),
    ],
)
def test_a_container_has_no_key_of_its_host(
    tree: MachineTree, files: Mapping[str, str], environ: Mapping[str, str]
) -> None:
    tree.write({"/etc/machine-id": MACHINE_ID, **files})
    machine = tree.machine(**environ)
    assert in_container(machine)
    with pytest.raises(UnreadableError, match="container"):
        machine_key(machine)


def test_wsl_is_no_container(tree: MachineTree) -> None:
    tree.write({"/run/systemd/container": "wsl"})
    assert not in_container(tree.machine())


def test_the_layers_of_wsl_are_told(tree: MachineTree) -> None:
    tree.write({"/proc/version": "Linux 5.15-microsoft-standard-WSL2", "/mnt/c/x": ""})
    machine = tree.machine(WSL_DISTRO_NAME="Ubuntu", WSL_INTEROP="/run/WSL/8_interop")
    machine.cwd = "/mnt/c/work"
    told = layers(machine)
    assert told["wsl"]
    assert told["mnt_c"]
    assert told["wsl_distro"] == "Ubuntu"
    assert told["wsl_interop"]
    assert told["workdir_on_windows"]


def test_a_bare_machine_has_no_layers(tree: MachineTree) -> None:
    assert not [name for name, value in layers(tree.machine()).items() if value]


def test_a_hypervisor_shows_in_the_flags(tree: MachineTree) -> None:
    tree.write({"/proc/cpuinfo": "flags\t\t: fpu hypervisor sse\n"})
    assert layers(tree.machine())["hypervisor_flag"]


def test_the_node_name_is_not_told(tree: MachineTree) -> None:
    assert set(uname(tree.machine())) == {"system", "release", "version", "machine", "page_bytes"}


def test_the_c_library_is_told(tree: MachineTree) -> None:
    assert libc(tree.machine())["version"]


def test_affinity_counts_the_cpus_of_this_process() -> None:
    told = affinity()
    assert told["count"] == len(told["cpus"]) >= 1


def test_the_clock_says_what_speaks_for_it(tree: MachineTree) -> None:
    assert clock(tree.machine())["rtc"] is False
    tree.write({"/sys/class/rtc/rtc0/name": "x", "/run/systemd/timesync/synchronized": ""})
    told = clock(tree.machine())
    assert (told["rtc"], told["synchronized"]) == (True, True)
    assert clock(tree.machine("Darwin"))["rtc"] is None


def test_every_job_gives_json_or_a_reason(tree: MachineTree) -> None:
    for job in host_jobs(tree.machine()):
        row = job.read()
        assert row.get("reason") or json.loads(row["text"])
