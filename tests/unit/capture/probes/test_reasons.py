from envkb.capture.probes.observations import Observations
from envkb.capture.probes.precedence import see_first
from envkb.capture.probes.reasons import explain
from envkb.capture.snapshot import Snapshot, Source
from envkb.model.fact import Fact, Status


def explained(*sources: Source, asked: tuple[str, ...] = ("lscpu", "/proc/cpuinfo")) -> Fact:
    notes = Observations()
    explain(Snapshot({source.id: source for source in sources}), notes, "cpu", "model", *asked)
    return notes.facts()[0]


def test_a_refusal_says_more_than_an_absence() -> None:
    fact = explained(Source("lscpu", status="absent"), Source("/proc/cpuinfo", status="denied"))

    assert (fact.status, fact.source) == (Status.DENIED, "/proc/cpuinfo")
    assert fact.reason == "reading /proc/cpuinfo is not permitted"


def test_the_collectors_own_reason_is_kept() -> None:
    fact = explained(Source("lscpu", status="timeout", reason="no answer within 3 s"))

    assert (fact.status, fact.reason) == (Status.TIMEOUT, "no answer within 3 s")


def test_a_source_that_was_read_and_says_nothing_is_named() -> None:
    fact = explained(Source("lscpu", text="Architecture: x86_64"))

    assert (fact.status, fact.reason) == (Status.ABSENT, "lscpu does not tell it")


def test_sources_nobody_read_are_named() -> None:
    fact = explained()

    assert (fact.status, fact.reason) == (Status.NOT_READ, "not collected: lscpu, /proc/cpuinfo")


def test_the_first_reading_that_holds_something_is_taken() -> None:
    notes = Observations()
    see_first(notes, "cpu", "model", ("", "a"), (None, "b"), ("told", None), ("A53", "c"), ("A72", "d"))
    see_first(notes, "cpu", "model", ("later", "e"))

    assert [(fact.value, fact.source) for fact in notes.facts()] == [("A53", "c")]


def test_zero_and_false_are_readings() -> None:
    notes = Observations()
    see_first(notes, "memory", "swap_devices", (0, "a"))
    see_first(notes, "cpu", "turbo", (False, "b"))

    assert [fact.value for fact in notes.facts()] == [False, 0]
