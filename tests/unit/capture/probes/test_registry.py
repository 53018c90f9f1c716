"""Running all probes over anything at all."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from envkb.capture.probes.observations import Observations
from envkb.capture.probes.registry import HOST_PROBES, observe
from envkb.capture.snapshot import Snapshot, Source
from envkb.model.fact import Status
from envkb.model.vocabulary import term_for
from host_probing import APPLE_M4_SYSCTL, BIG_LITTLE_LSCPU, RASPBERRY_PI_5_CPUINFO, x86_cpuinfo

KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list,),
}
TEXTS = {
    "/proc/cpuinfo": x86_cpuinfo(),
    "lscpu": BIG_LITTLE_LSCPU,
    "sysctl hw machdep.cpu": APPLE_M4_SYSCTL,
    "/proc/meminfo": "MemTotal: 16 kB\nSwapTotal: 0 kB\n",
    "/proc/self/cgroup": "0::/a\n4:memory:/b\n",
    "/sys/fs/cgroup/a/cpu.max": "150000 100000\n",
    "/etc/os-release": 'ID=debian\nNAME="Debian"\n',
    "kb:uname": '{"system": "Linux", "release": "6.1.0-microsoft-standard-WSL2", "machine": "x86_64"}',
    "kb:layers": '{"wsl": true, "dockerenv": true}',
    "kb:storage": '{"environment": {"file_system": "ext4", "st_dev": "8:1"}}',
    "kb:cpu-topology": '{"cpus": [{"cpu": 0, "core_cpus_list": "0"}], "caches": {"0": [{"level": "1"}]}}',
    "kb:affinity": '{"cpus": [0, 1]}',
    "system_profiler -json SPHardwareDataType": '{"SPHardwareDataType": [{"number_processors": "proc 8:4:4"}]}',
    "vcgencmd get_throttled": "throttled=0x50005\n",
    "/sys/class/thermal/thermal_zone0/temp": "54000\n",
    "/sys/class/power_supply/BAT0/type": "Battery\n",
    "/sys/devices/system/cpu/vulnerabilities/meltdown": "Mitigation: PTI\n",
    "/proc/self/limits": "Max open files            1024                 4096                 files\n",
    "gcc --version": "gcc (GCC) 13.2.0\n",
    "pmset -g batt": "Now drawing from 'AC Power'\n -InternalBattery-0\t80%; charged; 0:00\n",
    "wmic cpu get": "Name=CPU\nCaption=Intel64 Family 6 Model 69 Stepping 1\n",
}
# Every key that a host probe reads from the collector's JSON, so that strange values land where they are looked at.
KEYS = (
    "affinity apptainer base_khz block caches conda container_manager container_variable core_cpus_list core_id cpu "
    "cpu_capacity cpus die_id environment file_system free_bytes governor level machine max_khz model mount_options "
    "mount_point mount_source name page_bytes physical_package_id pyvenv_cfg release rotational rtc shared_cpu_list "
    "size st_dev synchronized system total_bytes transport type version wsl 0"
).split()
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=24,
)


def assert_well_formed(sources: dict[str, Source]) -> None:
    for fact in observe(Snapshot(sources), HOST_PROBES):
        assert (fact.subject, fact.name) != ("kb", "probe_failed"), fact.reason
        term = term_for(fact.subject, fact.name)
        assert term is not None, f"{fact.subject} {fact.name} has no term"
        if fact.status is Status.OK:
            assert isinstance(fact.value, KINDS[term.kind]), f"{fact.subject} {fact.name}: {fact.value!r}"
            assert term.kind == "bool" or not isinstance(fact.value, bool)
        else:
            assert fact.reason


def test_what_a_probe_saw_stays_when_another_fails() -> None:
    def sees(_: Snapshot, notes: Observations) -> None:
        notes.see("cpu", "model", "A53", "lscpu")

    def fails(_: Snapshot, notes: Observations) -> None:
        notes.see("cpu", "cores", 4, "lscpu")
        raise ValueError("unforeseen")

    facts = {(fact.subject, fact.name): fact for fact in observe(Snapshot(), (fails, sees))}

    assert facts["cpu", "model"].value == "A53"
    assert facts["cpu", "cores"].value == 4
    assert facts["kb", "probe_failed"].status is Status.FAILED
    assert "ValueError: unforeseen" in str(facts["kb", "probe_failed"].reason)


def test_a_snapshot_of_nothing_gives_reasons_and_no_values() -> None:
    facts = observe(Snapshot(), HOST_PROBES)

    assert facts
    assert not [fact for fact in facts if fact.status is Status.OK]
    assert all(fact.reason for fact in facts)


def test_every_fact_of_full_texts_has_a_term_of_its_kind() -> None:
    assert_well_formed(dict(Snapshot.of(TEXTS).sources))
    assert_well_formed(dict(Snapshot.of({**TEXTS, "/proc/cpuinfo": RASPBERRY_PI_5_CPUINFO}).sources))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_texts_cut_anywhere_make_no_probe_fail(data: st.DataObject) -> None:
    cut = {name: text[: data.draw(st.integers(0, len(text)))] for name, text in TEXTS.items()}

    assert_well_formed(dict(Snapshot.of(cut).sources))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_texts_with_rubbish_in_them_make_no_probe_fail(data: st.DataObject) -> None:
    def spoil(text: str) -> str:
        place, rubbish = data.draw(st.integers(0, len(text))), data.draw(st.text(max_size=12))
        return text[:place] + rubbish + text[place + len(rubbish) :]

    assert_well_formed(dict(Snapshot.of({name: spoil(text) for name, text in TEXTS.items()}).sources))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([name for name in TEXTS if name.startswith("kb:")]), JSON)
def test_json_of_any_shape_makes_no_probe_fail(name: str, document: Any) -> None:
    assert_well_formed(dict(Snapshot.of({**TEXTS, name: json.dumps(document)}).sources))


def test_sources_of_every_status_make_no_probe_fail() -> None:
    for status in ("absent", "denied", "timeout", "failed", "not_applicable"):
        assert_well_formed({name: Source(name, status=status, text="half a li") for name in TEXTS})
