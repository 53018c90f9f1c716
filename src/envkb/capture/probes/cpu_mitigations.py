"""What the kernel does about the CPU's vulnerabilities; some of it costs much speed."""

from envkb.capture.probes.cpu_lscpu import LSCPU
from envkb.capture.probes.cpu_texts import CpuTexts
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.reasons import explain
from envkb.capture.snapshot import Snapshot

FOLDER = "/sys/devices/system/cpu/vulnerabilities/"
# The names that Linux has given so far; newer ones are told together.
KNOWN = (
    "gather_data_sampling",
    "ghostwrite",
    "indirect_target_selection",
    "itlb_multihit",
    "l1tf",
    "mds",
    "meltdown",
    "mmio_stale_data",
    "old_microcode",
    "reg_file_data_sampling",
    "retbleed",
    "spec_rstack_overflow",
    "spec_store_bypass",
    "spectre_v1",
    "spectre_v2",
    "srbds",
    "tsa",
    "tsx_async_abort",
    "vmscape",
)


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note the kernel's answer to every vulnerability it knows of."""
    lscpu = CpuTexts.of(snapshot).lscpu.starting("Vulnerability ")
    told = {label.lower().replace(" ", "_"): (_state(text), LSCPU) for label, text in lscpu.items()}
    told |= {source.id[len(FOLDER) :]: (_state(source.text), source.id) for source in snapshot.matching(FOLDER)}
    for name in KNOWN:
        if name in told:
            notes.see("mitigation", name, *told[name])
    source = next((told[name][1] for name in sorted(told)), None)
    if source is None:
        explain(snapshot, notes, "mitigation", "vulnerable", FOLDER + "meltdown", LSCPU)
        return
    others = [f"{name}: {state}" for name, (state, _) in sorted(told.items()) if name not in KNOWN]
    exposed = [name for name, (state, _) in sorted(told.items()) if state.startswith("Vulnerable")]
    notes.see("mitigation", "others", [*others], source)
    notes.see("mitigation", "vulnerable", len(exposed), source)
    notes.see("mitigation", "vulnerable_to", [*exposed], source)


def _state(text: str) -> str:
    # lscpu prints the kernel's `Mitigation: PTI` as `Mitigation; PTI`, since its own lines hold a colon.
    state = " ".join(text.split())
    return state.replace("Mitigation; ", "Mitigation: ", 1).replace("Vulnerable; ", "Vulnerable: ", 1)
