"""Whether a hypervisor is below this system, and which."""

from collections.abc import Iterator

from envkb.capture.probes.cpu_cpuinfo import CPUINFO
from envkb.capture.probes.cpu_lscpu import LSCPU
from envkb.capture.probes.cpu_sysctl import read_sysctl
from envkb.capture.probes.cpu_texts import CpuTexts
from envkb.capture.probes.environment_json import mapping
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.wording import first_line
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

DETECT = "systemd-detect-virt -v"
BARE_METAL = "bare-metal"
_XEN = "/sys/hypervisor/type"
_DMI = "/sys/class/dmi/id/"
# What `systemd-detect-virt` and `lscpu` call a hypervisor, in lower case, and what this program calls it.
_NAMES = {
    "kvm": "kvm",
    "amazon": "kvm",
    "google": "kvm",
    "qemu": "qemu",
    "vmware": "vmware",
    "microsoft": "hyper-v",
    "windows subsystem for linux": "hyper-v",
    "oracle": "virtualbox",
    "xen": "xen",
    "apple": "apple-virtualization",
    "parallels": "parallels",
    "bhyve": "bhyve",
    "acrn": "acrn",
    "powervm": "powervm",
    "phyp": "powervm",
    "ibm": "powervm",
    "zvm": "z-vm",
    "uml": "user-mode-linux",
    "user-mode linux": "user-mode-linux",
    "qnx": "qnx",
    "bochs": "bochs",
    "sre": "sre",
}
# What firmware says: words of maker or product that only virtual machines have.
_FIRMWARE = (
    ("vmware", "vmware"),
    ("virtualbox", "virtualbox"),
    ("innotek", "virtualbox"),
    ("parallels", "parallels"),
    ("apple virtualization", "apple-virtualization"),
    ("virtual machine", "hyper-v"),
    ("hvm domu", "xen"),
    ("google compute engine", "kvm"),
    ("openstack", "kvm"),
    ("alibaba cloud", "kvm"),
    ("digitalocean", "kvm"),
    ("kubevirt", "kvm"),
    ("rhev hypervisor", "kvm"),
    ("nutanix ahv", "kvm"),
    ("standard pc (", "kvm"),
    ("kvm", "kvm"),
    ("bhyve", "bhyve"),
)


def hypervisor(snapshot: Snapshot, notes: Observations) -> str | None:
    """Note which hypervisor this runs on, and return its name.

    Returns:
        The name; `bare-metal` where something says there is none; None where nothing tells.
    """
    texts = CpuTexts.of(snapshot)
    told = list(_told(texts))
    for name, source in told:
        notes.see("host", "hypervisor", name, source)
    if told:
        notes.see("host", "hypervisor_evidence", [source for _, source in told], told[0][1])
        return told[0][0]
    if "hypervisor" in texts.flags()[0] or _in_desktop(snapshot):
        notes.miss("host", "hypervisor", Status.ABSENT, "there is a hypervisor, but nothing names it", CPUINFO)
        return "hypervisor"
    denied = _denial(texts)
    if denied is not None:
        notes.miss("host", "hypervisor", Status.ABSENT, "this is no virtual machine", denied)
        return BARE_METAL
    notes.miss("host", "hypervisor", Status.NOT_READ, f"neither {DETECT} nor lscpu answered", DETECT)
    return None


def _in_desktop(snapshot: Snapshot) -> bool:
    # Kernels that exist only in the virtual machines by which macOS and Windows run containers.
    release = str(mapping(snapshot.json("kb:uname")).get("release"))
    return "linuxkit" in release or "orbstack" in release


def _told(texts: CpuTexts) -> Iterator[tuple[str, str]]:
    snapshot = texts.snapshot
    for word, source in (
        (first_line(snapshot.text(DETECT)), DETECT),
        (texts.lscpu.field("Hypervisor vendor", "Hypervisor"), LSCPU),
        (first_line(snapshot.text(_XEN)), _XEN),
    ):
        name = _NAMES.get((word or "").lower())
        if name is not None:
            yield name, source
    for file in ("product_name", "sys_vendor"):
        text = (snapshot.text(_DMI + file) or "").lower()
        name = next((name for mark, name in _FIRMWARE if mark in text), None)
        if name is not None:
            yield name, _DMI + file
            return


def _denial(texts: CpuTexts) -> str | None:
    if (texts.snapshot.text(DETECT) or "").strip() == "none":
        return DETECT
    sysctl = read_sysctl(texts.snapshot)
    if sysctl.values.get("kern.hv_vmm_present") == "0":
        return sysctl.source
    # x86 shows a hypervisor by a flag; other processors have none.
    return CPUINFO if "lm" in texts.flags()[0] and texts.cpuinfo.processors else None
