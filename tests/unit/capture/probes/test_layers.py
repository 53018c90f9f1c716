from typing import Any

import pytest

from envkb.capture.probes import cpu_topology, layers, memory
from envkb.capture.snapshot import Source
from host_probing import Seen, seen, x86_cpuinfo

MEMINFO = "MemTotal:       16777216 kB\n"
VIRT, BOX = "systemd-detect-virt -v", "systemd-detect-virt --container"
WSL_MARKS = {"wsl": True, "wsl_interop": True, "mnt_c": True, "workdir_on_windows": True}


def on(texts: dict[str, Any], **more: Any) -> Seen:
    base = {"/proc/cpuinfo": x86_cpuinfo(cores=8), "/proc/meminfo": MEMINFO}
    return seen({**base, **texts}, cpu_topology.probe, memory.probe, layers.probe, **more)


def layer_names(told: Seen) -> list[str]:
    return [told.value(f"layer/{place}", "name") for place in range(9) if told.value(f"layer/{place}", "name")]


def test_a_container_in_a_virtual_machine_is_two_layers_the_outermost_first() -> None:
    texts = {VIRT: "kvm\n", BOX: "docker\n", "kb:layers": {"dockerenv": True}, "lscpu": "Hypervisor vendor: KVM\n"}

    told = on(texts)

    assert told.value("host", "layers") == ["kvm", "docker"]
    assert told.value("host", "hypervisor_evidence") == [VIRT, "lscpu"]
    assert told.value("host", "container_evidence") == [f"docker ({BOX})", "docker (kb:layers)"]


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ({VIRT: "amazon\n"}, "kvm"),
        ({VIRT: "microsoft\n"}, "hyper-v"),
        ({VIRT: "oracle\n"}, "virtualbox"),
        ({"lscpu": "Hypervisor vendor:   VMware\n"}, "vmware"),
        ({"lscpu": "Hypervisor vendor:   pHyp\n"}, "powervm"),
        ({"/sys/hypervisor/type": "xen\n"}, "xen"),
        ({"/sys/class/dmi/id/product_name": "Google Compute Engine\n"}, "kvm"),
        ({"/sys/class/dmi/id/product_name": "Virtual Machine\n"}, "hyper-v"),
        ({"/sys/class/dmi/id/sys_vendor": "innotek GmbH\n"}, "virtualbox"),
    ],
)
def test_hypervisors_have_one_name_whoever_tells_of_them(texts: dict[str, str], name: str) -> None:
    assert on(texts).value("host", "hypervisor") == name


def test_sources_that_name_different_hypervisors_are_a_conflict() -> None:
    told = on({VIRT: "vmware\n", "lscpu": "Hypervisor vendor: KVM\n"})

    assert told.facts["host", "hypervisor"].status == "conflict"


def test_bare_metal_is_known_and_not_guessed() -> None:
    text = x86_cpuinfo().replace(" hypervisor ", " ")

    told = on({"/proc/cpuinfo": text, VIRT: "none\n", BOX: "none\n"})

    assert told.value("host", "layers") == ["bare-metal"]
    assert told.value("host", "virtual") is False
    assert told.why("host", "hypervisor") == ("absent", "this is no virtual machine")
    assert told.why("host", "container") == ("absent", "this runs in no container")


def test_a_hypervisor_that_nobody_names_is_one_all_the_same() -> None:
    told = on({})

    assert told.value("host", "layers") == ["hypervisor"]
    assert told.why("host", "hypervisor") == ("absent", "there is a hypervisor, but nothing names it")


def test_a_container_on_a_desktop_runs_in_a_virtual_machine() -> None:
    texts = {"kb:uname": {"release": "6.10.14-linuxkit"}, "kb:layers": {"dockerenv": True}}

    assert seen(texts, layers.probe).value("host", "layers") == ["hypervisor", "docker"]


def test_an_arm_board_that_tells_nothing_leaves_its_layers_unknown() -> None:
    told = seen({"/proc/cpuinfo": "processor : 0\nFeatures : fp asimd\n"}, layers.probe)

    assert told.why("host", "layers")[0] == "not_read"
    assert told.why("host", "container")[0] == "not_read"


def test_a_mac_says_that_it_is_no_virtual_machine() -> None:
    told = seen({"sysctl hw kern.hv_vmm_present": "kern.hv_vmm_present: 0\n"}, layers.probe)

    assert told.value("host", "layers") == ["bare-metal"]


@pytest.mark.parametrize(
    ("marks", "group", "kind"),
    [
        ({"containerenv": True}, "", "podman"),
        ({"apptainer": True}, "", "apptainer"),
        ({"container_manager": "systemd-nspawn"}, "", "systemd-nspawn"),
        ({"container_variable": "lxc"}, "", "lxc"),
        ({}, "0::/kubepods/besteffort/pod1/abc\n", "kubernetes"),
        ({}, "12:memory:/docker/0123abc\n", "docker"),
    ],
)
def test_containers_are_known_by_many_marks(marks: dict[str, Any], group: str, kind: str) -> None:
    assert on({"kb:layers": marks, "/proc/self/cgroup": group}).value("host", "container") == kind


def test_a_service_of_systemd_is_no_container() -> None:
    told = on({BOX: "none\n", "/proc/self/cgroup": "0::/machine.slice/x.service\n", "kb:layers": {}})

    assert told.value("host", "container") is None


def test_wsl2_tells_both_of_its_sides() -> None:
    texts = {
        "kb:uname": {"release": "5.15.153.1-microsoft-standard-WSL2"},
        "kb:layers": WSL_MARKS,
        VIRT: "microsoft\n",
        BOX: "wsl\n",
        "cmd.exe /c ver": "\r\nMicrosoft Windows [Version 10.0.22631.4317]\r\n",
        "wsl.exe --version": "WSL-Version: 2.2.4.0\nKernelversion: 5.15.153.1-2\nWSLg-Version: 1.0.61\n"
        "Windows-Version: 10.0.22631.4317\n",
        "wmic.exe computersystem get TotalPhysicalMemory /value": "\r\n\r\nTotalPhysicalMemory=34216026112\r\n",
        "kb:wslconfig": "[wsl2]\nmemory=12GB\nprocessors=6\nswap=0\nnetworkingMode=mirrored\n",
    }

    told = on(texts)

    assert told.value("host", "layers") == ["hyper-v", "wsl2"]
    assert told.values("wsl") == {
        "custom_kernel": False,
        "interop": True,
        "kernel_package": "5.15.153.1-2",
        "memory_limit_bytes": 12 << 30,
        "networking_mode": "mirrored",
        "package_version": "2.2.4.0",
        "processors_limit": 6,
        "swap_limit_bytes": 0,
        "version": 2,
        "windows_drive_mounted": True,
        "windows_memory_bytes": 34216026112,
        "windows_version": "10.0.22631.4317",
        "workdir_on_windows": True,
    }
    assert told.values("layer/1") == {"cpus": 6, "kind": "wsl", "memory_bytes": 12 << 30, "name": "wsl2"}


def test_wsl1_has_no_kernel_of_its_own() -> None:
    told = on({"kb:uname": {"release": "4.4.0-19041-Microsoft"}, "kb:layers": WSL_MARKS})

    assert told.value("wsl", "version") == 1
    assert "wsl1" in told.value("host", "layers")


def test_utf_16_of_windows_is_read_all_the_same() -> None:
    texts = {
        "kb:uname": {"release": "5.15.0-microsoft-standard-WSL2"},
        "wsl.exe --version": "\0".join(
            "WSL version: 2.0.9.0\nKernel version: 5.15.133.1-1\nWindows version: 10.0.19045.3693\n"
        ),
    }

    assert on(texts).value("wsl", "windows_version") == "10.0.19045.3693"


def test_interop_that_does_not_answer_leaves_a_reason() -> None:
    broken = (Source("cmd.exe /c ver", status="timeout", reason="no answer within 2 s"),)

    told = on({"kb:uname": {"release": "5.15.0-microsoft-standard-WSL2"}}, broken=broken)

    assert told.why("wsl", "windows_version") == ("timeout", "no answer within 2 s")


def test_the_tightest_group_on_the_way_to_the_root_is_the_limit() -> None:
    texts = {
        BOX: "docker\n",
        "/proc/self/cgroup": "0::/a/b\n",
        "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
        "/sys/fs/cgroup/a/b/memory.max": "8589934592\n",
        "/sys/fs/cgroup/a/cpu.max": "150000 100000\n",
        "/sys/fs/cgroup/a/memory.max": "4294967296\n",
        "/sys/fs/cgroup/cpuset.cpus.effective": "0-3\n",
    }

    told = on(texts)

    assert told.values("cgroup") == {
        "cpu_limit": 1.5,
        "cpuset": "0-3",
        "cpuset_cpus": 4,
        "memory_limit_bytes": 4 << 30,
        "version": "v2",
    }
    assert told.value("host", "effective_cpus") == 1.5
    assert told.value("host", "effective_memory_bytes") == 4 << 30


def test_the_first_version_of_control_groups_tells_the_same_otherwise() -> None:
    texts = {
        "/proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/x\n1:name=systemd:/x\n",
        "/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "200000\n",
        "/sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "2147483648\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    }

    told = on(texts)

    assert told.value("cgroup", "version") == "v1"
    assert told.value("cgroup", "cpu_limit") == 2.0
    assert told.value("cgroup", "memory_limit_bytes") == 2 << 30
    assert "cgroup" in layer_names(told)


def test_no_limit_at_all_leaves_the_whole_machine() -> None:
    told = on(
        {"/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "max\n", "kb:affinity": {"cpus": list(range(8))}}
    )

    assert told.why("cgroup", "cpu_limit") == ("absent", "no limit is set")
    assert told.value("host", "effective_cpus") == 8.0
    assert told.value("host", "effective_memory_bytes") == 16 << 30
    assert layer_names(told) == ["hypervisor"]


def test_a_process_bound_to_some_cpus_has_a_layer_for_it() -> None:
    told = on({"kb:affinity": {"cpus": [0, 1, 2, 5], "count": 4, "cpu_count": 8}})

    assert told.value("host", "affinity") == "0-2,5"
    assert told.value("host", "effective_cpus") == 4.0
    assert layer_names(told) == ["hypervisor", "affinity"]


def test_the_environment_is_the_innermost_layer() -> None:
    told = on({"kb:environment": {"conda": None, "pyvenv_cfg": "home = /usr/bin\n"}})

    assert layer_names(told) == ["hypervisor", "venv"]
    assert layer_names(on({"kb:environment": {"conda": {"history": ""}}})) == ["hypervisor", "conda"]
