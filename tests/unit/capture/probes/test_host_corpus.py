"""Real machines of the corpus: every text is read, and at least 95 % of what is known of them comes out right."""

from collections.abc import Callable
from typing import Any

import pytest

from corpus import Item, corpus_items
from envkb.capture.probes.quantities import decimal
from envkb.capture.probes.registry import HOST_PROBES, observe
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Fact

SOURCES = {
    "/proc/cpuinfo": "/proc/cpuinfo",
    "lscpu": "lscpu",
    "sysctl": "sysctl hw machdep.cpu",
    "wmic": "wmic cpu get /format:list",
}
Facts = dict[tuple[str, str], Fact]
ITEMS = [item for item in corpus_items("hw") if item.truth["kind"] in SOURCES]
pytestmark = pytest.mark.skipif(not ITEMS, reason="the corpus of real machines is not here")


def facts_of(item: Item) -> Facts:
    snapshot = Snapshot.of({SOURCES[item.truth["kind"]]: item.text})
    return {(fact.subject, fact.name): fact for fact in observe(snapshot, HOST_PROBES)}


def told(facts: Facts, name: str, subject: str = "cpu") -> list[Any]:
    """Return every value that was seen of a fact: one, or all of a conflict."""
    fact = facts.get((subject, name))
    if fact is None or fact.value is None:
        return []
    if fact.status == "conflict":
        return [row["value"] for row in fact.value]  # type: ignore[index, union-attr, call-overload]
    return [fact.value]


def is_number(name: str) -> Callable[[Facts, Any], bool]:
    return lambda facts, wanted: int(wanted) in told(facts, name)


def is_text(name: str) -> Callable[[Facts, Any], bool]:
    return lambda facts, wanted: wanted in told(facts, name)


def is_model(facts: Facts, wanted: Any) -> bool:
    names = wanted if isinstance(wanted, list) else [wanted]
    return " + ".join(names) in told(facts, "model")


CHECKS: dict[str, Callable[[Facts, Any], bool]] = {
    "arch": is_text("architecture"),
    "bios_model": is_text("bios_model"),
    "board": is_text("device_tree_model"),
    "cores": is_number("cores_per_socket"),
    "cores_per_socket": is_number("cores_per_socket"),
    "cpu_model": is_model,
    "cpus": is_number("threads"),
    "eff_cores": is_number("efficiency_cores"),
    "hardware": lambda facts, wanted: wanted in told(facts, "hardware", "board"),
    "hypervisor": is_text("hypervisor_vendor"),
    "implementer": is_text("implementer"),
    "max_mhz": lambda facts, wanted: decimal(wanted) in told(facts, "max_mhz"),
    "memsize": lambda facts, wanted: int(wanted) in told(facts, "total_bytes", "memory"),
    "microarch": is_text("microarchitecture"),
    "ncpu": is_number("threads"),
    "part": lambda facts, wanted: sorted(wanted) == sorted(*told(facts, "parts")),
    "perf_cores": is_number("performance_cores"),
    "physical_ids": is_number("sockets"),
    "processors": is_number("threads"),
    "revision": lambda facts, wanted: wanted in told(facts, "revision_code", "board"),
    "sockets": is_number("sockets"),
    "threads": is_number("threads_per_core"),
    "vendor": is_text("vendor"),
}


def judged() -> list[tuple[str, str, bool]]:
    rows = []
    for item in ITEMS:
        facts = facts_of(item)
        known = {key: value for key, value in item.truth.items() if key in CHECKS and value is not None}
        rows += [(item.file, key, CHECKS[key](facts, value)) for key, value in known.items()]
    return rows


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.file)
def test_no_real_text_makes_a_probe_fail(item: Item) -> None:
    assert ("kb", "probe_failed") not in facts_of(item)


def test_at_least_95_percent_of_the_known_values_come_out_right() -> None:
    rows = judged()
    wrong = [f"{file}: {key}" for file, key, right in rows if not right]

    assert len(wrong) / len(rows) <= 0.05, wrong


@pytest.mark.parametrize("key", sorted({key for _, key, _ in judged()}) if ITEMS else [])
def test_no_key_is_read_wrong_as_a_rule(key: str) -> None:
    answers = [right for _, name, right in judged() if name == key]

    assert sum(answers) / len(answers) >= 0.85
