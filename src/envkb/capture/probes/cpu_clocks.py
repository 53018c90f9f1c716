"""How fast the CPU may run, who decides that, and what rules its idle states."""

import re
from collections.abc import Mapping

from envkb.capture.probes.cpu_cpuinfo import CPUINFO
from envkb.capture.probes.cpu_lscpu import LSCPU
from envkb.capture.probes.cpu_texts import CpuTexts
from envkb.capture.probes.cpu_topology import TOPOLOGY, topology
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.precedence import see_first
from envkb.capture.probes.quantities import decimal, whole
from envkb.capture.probes.reasons import explain
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

_CPU = "/sys/devices/system/cpu/"
_FREQUENCY = _CPU + "cpu0/cpufreq/"
_IN_NAME = r"@ ?(\d{1,2}\.\d{1,3}) ?GHz"
_SCALED = ("max_mhz", "governor", "turbo")


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note clocks in MHz, governor, driver, turbo and idle states."""
    texts = CpuTexts.of(snapshot)
    _limits(texts, notes)
    _base(texts, notes)
    _current(texts, notes)
    _policy(snapshot, notes)
    _turbo(texts, notes)
    _explain(texts, notes)


def _limits(texts: CpuTexts, notes: Observations) -> None:
    snapshot, lscpu, sysctl = texts.snapshot, texts.lscpu, texts.sysctl
    fastest = [khz for cpu in topology(snapshot) if (khz := whole(str(cpu.get("max_khz"))))]
    tops = [mhz for text in lscpu.every("CPU max MHz") if (mhz := decimal(text))]
    bottoms = [mhz for text in lscpu.every("CPU min MHz") if (mhz := decimal(text))]
    see_first(
        notes,
        "cpu",
        "max_mhz",
        (max(tops, default=None), LSCPU),
        (_mhz(max(fastest, default=None)), TOPOLOGY),
        _file(snapshot, "cpuinfo_max_freq"),
        (_of_hertz(sysctl.number("hw.cpufrequency_max")), sysctl.source),
    )
    see_first(
        notes,
        "cpu",
        "min_mhz",
        (min(bottoms, default=None), LSCPU),
        _file(snapshot, "cpuinfo_min_freq"),
        (_of_hertz(sysctl.number("hw.cpufrequency_min")), sysctl.source),
    )
    see_first(notes, "cpu", "limit_mhz", _file(snapshot, "scaling_max_freq"))


def _base(texts: CpuTexts, notes: Observations) -> None:
    snapshot, sysctl = texts.snapshot, texts.sysctl
    told = [khz for cpu in topology(snapshot) if (khz := whole(str(cpu.get("base_khz"))))]
    model, source = next(
        (
            (name, id_)
            for name, id_ in (
                (texts.lscpu.field("Model name"), LSCPU),
                (texts.cpuinfo.field("model name"), CPUINFO),
                (sysctl.values.get("machdep.cpu.brand_string"), sysctl.source),
            )
            if name and id_
        ),
        ("", ""),
    )
    named = re.search(_IN_NAME, model)
    see_first(
        notes,
        "cpu",
        "base_mhz",
        (_mhz(max(told, default=None)), TOPOLOGY),
        _file(snapshot, "base_frequency"),
        (_of_hertz(sysctl.number("hw.cpufrequency")), sysctl.source),
        (round(float(named[1]) * 1000, 3) if named else None, source),
    )


def _file(snapshot: Snapshot, name: str) -> tuple[float | None, str]:
    return _mhz(whole(snapshot.text(_FREQUENCY + name))), _FREQUENCY + name


def _mhz(khz: int | None) -> float | None:
    return khz / 1000 if khz else None


def _of_hertz(hertz: int | None) -> float | None:
    return hertz / 1e6 if hertz else None


def _current(texts: CpuTexts, notes: Observations) -> None:
    clocks = [mhz for cpu in texts.cpuinfo.processors if (mhz := decimal(_clock(cpu)))]
    see_first(
        notes,
        "cpu",
        "current_mhz",
        (max(clocks, default=None), CPUINFO),
        (decimal(texts.lscpu.field("CPU MHz", "CPU dynamic MHz")), LSCPU),
    )


def _clock(cpu: Mapping[str, str]) -> str | None:
    # x86, LoongArch, POWER and s390x, in this order.
    return next((cpu[name] for name in ("cpu MHz", "CPU MHz", "clock", "cpu MHz dynamic") if name in cpu), None)


def _policy(snapshot: Snapshot, notes: Observations) -> None:
    governors = sorted({str(told) for cpu in topology(snapshot) if (told := cpu.get("governor"))})
    see_first(
        notes,
        "cpu",
        "governor",
        (" + ".join(governors), TOPOLOGY),
        _text(snapshot, _FREQUENCY + "scaling_governor"),
    )
    for name, path in (
        ("scaling_driver", _FREQUENCY + "scaling_driver"),
        ("energy_preference", _FREQUENCY + "energy_performance_preference"),
        ("intel_pstate", _CPU + "intel_pstate/status"),
        ("amd_pstate", _CPU + "amd_pstate/status"),
        ("idle_driver", _CPU + "cpuidle/current_driver"),
        ("idle_governor", _CPU + "cpuidle/current_governor_ro"),
        ("idle_governor", _CPU + "cpuidle/current_governor"),
    ):
        see_first(notes, "cpu", name, _text(snapshot, path))


def _text(snapshot: Snapshot, path: str) -> tuple[str | None, str]:
    told = (snapshot.text(path) or "").strip()
    return (None if told in ("", "none", "<unknown>") else told), path


def _turbo(texts: CpuTexts, notes: Observations) -> None:
    snapshot = texts.snapshot
    off, boost = (_text(snapshot, _CPU + name) for name in ("intel_pstate/no_turbo", "cpufreq/boost"))
    see_first(
        notes,
        "cpu",
        "turbo",
        (off[0] == "0" if off[0] in ("0", "1") else None, off[1]),
        (boost[0] == "1" if boost[0] in ("0", "1") else None, boost[1]),
        ({"enabled": True, "disabled": False}.get(texts.lscpu.field("Frequency boost") or ""), LSCPU),
    )


def _explain(texts: CpuTexts, notes: Observations) -> None:
    snapshot = texts.snapshot
    if texts.sysctl.source is not None:
        for name in _SCALED:
            notes.miss("cpu", name, Status.NOT_APPLICABLE, "macOS does not tell it", texts.sysctl.source)
        return
    driver = snapshot.source(_FREQUENCY + "scaling_driver")
    for name, path in (
        ("max_mhz", _FREQUENCY + "cpuinfo_max_freq"),
        ("governor", _FREQUENCY + "scaling_governor"),
        ("turbo", _CPU + "cpufreq/boost"),
    ):
        if driver is not None and driver.status == "absent":
            reason = "the kernel shows no frequency scaling here; usual in a virtual machine"
            notes.miss("cpu", name, Status.NOT_APPLICABLE, reason, path)
        explain(snapshot, notes, "cpu", name, path)
    explain(snapshot, notes, "cpu", "base_mhz", _FREQUENCY + "base_frequency", LSCPU)
