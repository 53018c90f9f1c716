import pytest

from envkb.experiment.run.cache_verdict import judge_cache
from envkb.experiment.run.measurements import measurements_of
from envkb.experiment.run.sections import edge_cases_of, install_facts, install_section, outcome_of, title_of
from envkb.experiment.run.sizes import Size
from envkb.experiment.run.trial import TrialPhase
from envkb.managers import Tool
from envkb.model.edge_case import Phase
from run_plans import make_failure, make_import, make_plan, make_trial, one_of

WARM = one_of(make_plan("demo", caches=("warm",), bytecode=("parity",)))
UV = Tool("uv", ("/usr/bin/uv",), "0.13.9")


def test_every_quantity_has_the_samples_of_all_rounds_in_order() -> None:
    trials = [
        make_trial(WARM.key, order, wall_s=1.0 + order, imports=(make_import(),), role=role)
        for order, role in enumerate(("subject", "subject", "control"))
    ]
    found = {one.id: one for one in measurements_of(WARM, trials)}
    assert found["install.wall"].samples == (1.0, 2.0)
    assert found["install.wall"].orders == (0, 1)
    assert found["install.wall.control"].samples == (3.0,)
    assert found["first-import.total"].samples == (1.5, 2.5)
    assert [(row.name, row.value) for row in found["import.first"].benchmark.parameters] == [
        ("cache", "warm"),
        ("module", "demo"),
        ("requirements", ["demo"]),
    ]


def test_phases_are_those_that_the_manager_tells() -> None:
    trial = make_trial(phases=(TrialPhase(phase="resolve", seconds=0.25), TrialPhase(phase="link", seconds=0.5)))
    found = {one.id: one.samples for one in measurements_of(WARM, [trial])}
    assert (found["install.resolve"], found["install.link"]) == ((0.25,), (0.5,))
    assert "install.download" not in found


def test_what_was_not_measured_is_left_out_and_never_zero() -> None:
    trial = make_trial(cpu_s=None, peak_bytes=None, received_bytes=None)
    assert {one.id for one in measurements_of(WARM, [trial])} == {"install.wall"}


def test_failed_rounds_give_no_samples_and_one_edge_case() -> None:
    failed = {"failure": make_failure()}
    trials = [make_trial(order=0, **failed), make_trial(order=1), make_trial(order=2, **failed)]
    assert len(measurements_of(WARM, trials)[0].samples) == 1
    assert outcome_of(trials) == "partial"
    (edge,) = edge_cases_of(trials)
    assert (edge.class_, edge.phase, edge.fingerprint) == ("network", Phase.DOWNLOAD, "0123456789abcdef")


def test_an_environment_that_cannot_be_imported_is_a_partial_success() -> None:
    trials = [make_trial(imports=(make_import(first_s=None),))]
    assert outcome_of(trials) == "partial"
    (edge,) = edge_cases_of(trials)
    assert (edge.class_, edge.phase) == ("missing-shared-library", Phase.IMPORT)
    assert "libcuda.so.1" in edge.symptom


def test_a_failure_is_told_with_its_phase_and_its_words() -> None:
    trials = [make_trial(order=0, failure=make_failure(exit_status=None, signal=9))]
    section = install_section(WARM, trials, UV, None)
    assert (section.outcome, section.failed_phase) == ("failure", Phase.DOWNLOAD)
    assert (section.exit_status, section.signal) == (None, 9)
    assert (section.error, section.last_words) == ("network", "error: the index went away")
    assert (section.cache, section.cache_seen, section.bytecode) == ("warm", None, "compiled")


def test_figures_are_facts_and_what_is_unknown_is_none() -> None:
    size = Size(files=3, apparent_bytes=30, unique_bytes=10, disk_bytes=40, bytecode_bytes=5, link_mode=None)
    facts = {fact.name: fact.value for fact in install_facts(WARM, [make_trial()], size)}
    assert facts["unique_bytes"] == 10
    assert "link_mode" not in facts
    assert facts["cache_verdict"] == "the cache was filled before and did not grow, as it was meant to be"


def test_the_title_says_what_by_whom_and_how() -> None:
    assert title_of(WARM, UV) == "demo by uv 0.13.9, warm cache, all bytecode compiled"


@pytest.mark.parametrize(
    ("before", "after", "received", "seen"),
    [
        (0, 5_000_000, 5_000_000, "cold"),
        (10_000_000, 10_000_100, 30_000, "warm"),
        (10_000_000, 15_000_000, 5_000_000, "mixed"),
        (10_000_000, 10_000_000, 9_000_000, "mixed"),
        (10_000_000, 10_000_000, None, "warm"),
        (0, 0, 0, None),
    ],
)
def test_a_cache_is_judged_by_what_happened_and_not_by_what_was_wanted(
    before: int, after: int, received: int | None, seen: str | None
) -> None:
    trial = make_trial(cache_before_bytes=before, cache_after_bytes=after, received_bytes=received)
    assert judge_cache("warm", [trial]).seen == seen


@pytest.mark.parametrize("after", [0, 70_000_000])
def test_a_cache_is_not_cold_where_the_manager_has_another(after: int) -> None:
    verdict = judge_cache("cold", [make_trial(cache_before_bytes=0, cache_after_bytes=after, elsewhere=3)])
    assert verdict.seen == "mixed"
    assert "took 3 archives from another" in verdict.reason
    assert verdict.reason.endswith("which is not cold")
