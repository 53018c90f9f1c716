"""Which machine it is: maker, model, firmware, and what a Raspberry Pi or a Mac tells beyond that."""

import re

from envkb.capture.probes.board_mac import read_overview
from envkb.capture.probes.board_raspberry import decode_revision
from envkb.capture.probes.cpu_cpuinfo import CPUINFO, parse_cpuinfo
from envkb.capture.probes.cpu_sysctl import read_sysctl
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.precedence import see_first
from envkb.capture.probes.quantities import whole
from envkb.capture.probes.reasons import explain
from envkb.capture.probes.wording import first_line, meaningful
from envkb.capture.snapshot import Snapshot

_TREE = "/proc/device-tree/"
_DMI = "/sys/class/dmi/id/"
_FIRMWARE = (
    ("vendor", "sys_vendor"),
    ("product", "product_name"),
    ("family", "product_family"),
    ("version", "product_version"),
    ("sku", "product_sku"),
    ("board_vendor", "board_vendor"),
    ("board_name", "board_name"),
    ("bios_vendor", "bios_vendor"),
    ("bios_version", "bios_version"),
    ("bios_date", "bios_date"),
    ("bios_release", "bios_release"),
)
# The SMBIOS numbers of what a person would call the machine.
_CHASSIS = {
    1: "other",
    3: "desktop",
    4: "desktop",
    5: "desktop",
    6: "tower",
    7: "tower",
    8: "laptop",
    9: "laptop",
    10: "laptop",
    11: "handheld",
    13: "all-in-one",
    14: "laptop",
    15: "desktop",
    16: "desktop",
    17: "server",
    23: "server",
    24: "desktop",
    28: "blade",
    29: "blade",
    30: "tablet",
    31: "convertible",
    32: "detachable",
    33: "gateway",
    34: "embedded",
    35: "mini-pc",
    36: "stick-pc",
}
_RASPBERRY = "Raspberry Pi"
_MAC = r"[A-Za-z]+\d{1,3},\d{1,3}"


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note maker, model, firmware and chassis; serial numbers are never looked at."""
    _of_tree(snapshot, notes)
    _of_dmi(snapshot, notes)
    _of_cpuinfo(snapshot, notes)
    _of_mac(snapshot, notes)
    _model(notes)
    version = re.search(r"version ([0-9a-f]{7,40})", snapshot.text("vcgencmd version") or "")
    notes.see("board", "firmware_revision", version[1] if version else None, "vcgencmd version")
    explain(snapshot, notes, "board", "model", _DMI + "product_name", _TREE + "model")


def _of_tree(snapshot: Snapshot, notes: Observations) -> None:
    model = first_line(snapshot.text(_TREE + "model"))
    notes.see("board", "device_tree_model", model, _TREE + "model")
    names = [name.strip() for name in (snapshot.text(_TREE + "compatible") or "").replace("\0", "\n").splitlines()]
    notes.see("board", "compatible", [name for name in names if name], _TREE + "compatible")


def _of_dmi(snapshot: Snapshot, notes: Observations) -> None:
    for name, file in _FIRMWARE:
        notes.see("board", name, meaningful(snapshot.text(_DMI + file)), _DMI + file)
    chassis = whole(snapshot.text(_DMI + "chassis_type"))
    # Hypervisors call themselves "other", which says nothing.
    kind = _CHASSIS.get(chassis) if chassis is not None and chassis > 1 else None
    notes.see("board", "chassis", kind, _DMI + "chassis_type")


def _of_cpuinfo(snapshot: Snapshot, notes: Observations) -> None:
    machine = parse_cpuinfo(snapshot.text(CPUINFO) or "").machine
    notes.see("board", "hardware", meaningful(machine.get("Hardware") or machine.get("machine")), CPUINFO)
    revision = meaningful(machine.get("Revision"))
    notes.see("board", "revision_code", revision, CPUINFO)
    tree, printed = notes.value("board", "device_tree_model"), machine.get("Model")
    see_first(notes, "board", "device_tree_model", (meaningful(printed), CPUINFO))
    named = f"{tree or ''} {printed or ''}"
    if revision is None or not (_RASPBERRY in named or machine.get("Hardware", "").startswith("BCM2")):
        return
    decoded = decode_revision(revision)
    if decoded is not None:
        notes.see("board", "pi_model", f"{_RASPBERRY} {decoded.model}" if decoded.model else None, CPUINFO)
        notes.see("board", "pi_revision", decoded.revision, CPUINFO)
        notes.see("board", "pi_memory_bytes", decoded.memory_bytes, CPUINFO)
        notes.see("board", "pi_manufacturer", decoded.manufacturer, CPUINFO)
        notes.see("board", "pi_processor", decoded.processor, CPUINFO)


def _of_mac(snapshot: Snapshot, notes: Observations) -> None:
    sysctl, overview = read_sysctl(snapshot), read_overview(snapshot)
    for name, keys in (
        ("product", ("machine_name", "Model Name")),
        ("model_identifier", ("machine_model", "Model Identifier")),
        ("firmware_version", ("boot_rom_version", "System Firmware Version", "Boot ROM Version")),
    ):
        see_first(notes, "board", name, (overview.field(*keys), overview.source))
    see_first(notes, "board", "chip", (overview.chip(), overview.source))
    # FreeBSD has the name too, for the model of the CPU.
    model = sysctl.values.get("hw.model", "")
    see_first(notes, "board", "model_identifier", (model if re.fullmatch(_MAC, model) else None, sysctl.source))
    if notes.value("board", "model_identifier") is not None:
        see_first(notes, "board", "vendor", ("Apple", overview.source or sysctl.source))


def _model(notes: Observations) -> None:
    value = notes.value
    product, version = value("board", "product"), value("board", "version")
    if value("board", "vendor") == "LENOVO" and version:
        # Lenovo's product name is a type number; people know the machine by what it calls the version.
        product = f"{version} ({product})"
    identifier = value("board", "model_identifier")
    mac = f"{product} ({identifier})" if identifier and product else identifier
    board = " ".join(str(part) for part in (value("board", "board_vendor"), value("board", "board_name")) if part)
    see_first(
        notes,
        "board",
        "model",
        (value("board", "device_tree_model"), _TREE + "model"),
        (mac, "system_profiler"),
        (value("board", "pi_model"), CPUINFO),
        (product, _DMI + "product_name"),
        (board, _DMI + "board_name"),
        (value("board", "hardware"), CPUINFO),
    )
