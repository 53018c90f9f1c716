"""What the kernel does about the CPU's vulnerabilities; some of it costs much speed."""

from envkb.capture.probes.cpu_lscpu import LSCPU
from envkb.capture.probes.cpu_texts import CpuTexts
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.reasons import explain
from envkb.capture.snapshot import Snapshot
from envkb.model.vocabulary.cpu import VULNERABILITIES

_FOLDER = "/sys/devices/system/cpu/vulnerabilities/"


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note the kernel's answer to every vulnerability it knows of."""
    lscpu = CpuTexts.of(snapshot).lscpu.starting("Vulnerability ")
    told = {label.lower().replace(" ", "_"): (_state(text), LSCPU) for label, text in lscpu.items()}
    told |= {source.id[len(_FOLDER) :]: (_state(source.text), source.id) for source in snapshot.matching(_FOLDER)}
    for name in VULNERABILITIES:
        if name in told:
            notes.see("mitigation", name, *told[name])
    source = next((told[name][1] for name in sorted(told)), None)
    if source is None:
        explain(snapshot, notes, "mitigation", "vulnerable", _FOLDER + "meltdown", LSCPU)
        return
    others = [f"{name}: {state}" for name, (state, _) in sorted(told.items()) if name not in VULNERABILITIES]
    exposed = [name for name, (state, _) in sorted(told.items()) if state.startswith("Vulnerable")]
    notes.see("mitigation", "others", [*others], source)
    notes.see("mitigation", "vulnerable", len(exposed), source)
    notes.see("mitigation", "vulnerable_to", [*exposed], source)


def _state(text: str) -> str:
    # lscpu prints the kernel's `Mitigation: PTI` as `Mitigation; PTI`, since its own lines hold a colon.
    state = " ".join(text.split())
    return state.replace("Mitigation; ", "Mitigation: ", 1).replace("Vulnerable; ", "Vulnerable: ", 1)
