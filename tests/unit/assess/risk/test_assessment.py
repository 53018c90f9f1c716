import os
from datetime import date

import pytest
from scipy import stats

from envkb.assess.risk.likelihood import load_scipy_special
from envkb.document.codec import decode_record, encode_record
from envkb.document.front_matter import set_line
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.record import Observed
from factory import make_fact, make_link, make_retraction
from risks import JUDGED, TODAY, assess, assess_one, experiment, write_risk


def test_without_evidence_it_is_the_prior_and_says_so(base: KnowledgeBase) -> None:
    write_risk(base.root)
    found = assess_one(base)
    assert (found.probability, found.weight, found.records) == (pytest.approx(0.3), 0, ())
    assert found.likelihood == found.prior
    assert found.mostly_prior
    assert found.insufficient
    assert found.status == "insufficient evidence"


def test_runs_of_one_host_manager_and_series_are_one_trial(base: KnowledgeBase) -> None:
    write_risk(base.root, scope="package torch", prior={"mean": 0.5, "weight": 2, "source": "x"})
    for number in range(9):
        base.add(experiment(number, failed=number < 3, torch=f"2.13.{number % 2}"), {})
    found = assess_one(base)
    (cluster,) = found.clusters
    assert (cluster.share, cluster.weight) == (pytest.approx(1 / 3), 1.0)
    assert found.probability == pytest.approx((1 + 1 / 3) / 3)
    assert (len(found.records_for), len(found.records_against)) == (3, 6)


@pytest.mark.parametrize(
    "changes", [{"host": "pi5"}, {"manager": "pip"}, {"torch": "2.14.0"}, {"torch": "3.0"}], ids=str
)
def test_another_host_manager_or_series_is_another_trial(base: KnowledgeBase, changes: dict[str, str]) -> None:
    write_risk(base.root, scope="package torch")
    base.add(experiment(1), {})
    base.add(experiment(2, **changes), {})
    assert [cluster.weight for cluster in assess_one(base).clusters] == [1.0, 1.0]


def test_versions_tell_apart_only_where_the_risk_names_the_package(base: KnowledgeBase) -> None:
    path = write_risk(base.root)
    base.add(experiment(1), {})
    base.add(experiment(2, torch="2.14.0"), {})
    assert len(assess_one(base).clusters) == 1
    path.write_bytes(set_line(path.read_bytes(), "packages", ["Torch"]))
    assert len(assess_one(base).clusters) == 2


def test_the_interval_holds_nine_tenths_of_the_distribution(base: KnowledgeBase) -> None:
    write_risk(base.root)
    for number, host in enumerate("abcd"):
        base.add(experiment(number, host=host, failed=host == "a"), {})
    found = assess_one(base).likelihood
    assert found is not None
    assert (found.alpha, found.beta) == (pytest.approx(1.6), pytest.approx(4.4))
    assert (found.low, found.high) == pytest.approx(stats.beta(1.6, 4.4).interval(0.9))
    assert found.confidence == pytest.approx(1 - 1.6 / 6)


def test_age_halves_a_trial_after_the_half_life_of_its_newest_record(base: KnowledgeBase) -> None:
    write_risk(base.root)
    base.add(experiment(1, created="2025-11-22T10:00:00Z"), {})
    base.add(experiment(2, created="2024-11-22T10:00:00Z"), {})
    (cluster,) = assess_one(base).clusters
    assert (cluster.age_days, cluster.weight) == (365, 0.5)


@pytest.mark.parametrize(
    ("start", "precision", "age"), [("2025-11-22", "day", 365), ("2026-11", "month", 21), ("2026", "year", 325)]
)
def test_it_is_as_old_as_what_happened_not_as_the_record(
    base: KnowledgeBase, start: str, precision: str, age: int
) -> None:
    write_risk(base.root)
    base.add(experiment(1, observed=Observed(start=start, end=None, precision=precision)), {})
    assert assess_one(base).clusters[0].age_days == age


def test_what_is_stated_or_imported_counts_less_than_what_was_captured(base: KnowledgeBase) -> None:
    write_risk(base.root)
    for number, origin in enumerate(("captured", "imported", "stated")):
        base.add(experiment(number, host=origin, origin=origin), {})
    weights = {cluster.key.host: cluster.weight for cluster in assess_one(base).clusters}
    assert weights == {"captured": 1.0, "imported": 0.5, "stated": 0.25}


def test_hearsay_weighs_less_within_a_cluster_too(base: KnowledgeBase) -> None:
    write_risk(base.root)
    base.add(experiment(1), {})
    base.add(experiment(2, origin="stated", failed=True), {})
    (cluster,) = assess_one(base).clusters
    assert (cluster.share, cluster.weight) == (pytest.approx(0.25 / 1.25), 1.0)


def test_factors_of_zero_leave_the_prior(base: KnowledgeBase) -> None:
    (base.root / "kb/kb.toml").write_text('id = "d"\ntitle = "D"\n[thresholds]\nstated_factor = 0.0\n', "utf-8")
    write_risk(base.root)
    base.add(experiment(1, origin="stated", failed=True), {})
    assert assess_one(KnowledgeBase.open(base.root)).probability == pytest.approx(0.3)


def test_only_the_head_of_a_chain_counts_and_nothing_retracted_or_forked(base: KnowledgeBase) -> None:
    write_risk(base.root)
    original = experiment(1, failed=True)
    base.add(original, {})
    assert len(assess_one(base).records_for) == 1
    head = base.add(experiment(2, links=(make_link("amends", original),)), {})
    found = assess_one(base)
    assert (found.records_for, found.records_against) == ((), (head.id,))
    base.add(experiment(3, links=(make_link("amends", original),)), {})  # a fork
    assert assess_one(base).records == ()


def test_a_record_that_is_retracted_no_longer_counts(base: KnowledgeBase) -> None:
    write_risk(base.root)
    data = experiment(1, failed=True)
    base.add(data, {})
    before = assess_one(base)
    base.add(encode_record(make_retraction(data, 2)), {})
    after = assess_one(base)
    assert (len(before.records), len(after.records)) == (1, 0)
    assert after.probability == pytest.approx(0.3)


def test_a_public_risk_counts_no_private_record(base: KnowledgeBase) -> None:
    write_risk(base.root)
    private = base.add(experiment(1, failed=True), {}, private=True)
    seen, all_of_them = assess_one(base), assess_one(base, public=False)
    assert (seen.records, seen.rests_on_private) == ((), False)
    assert (all_of_them.records_for, all_of_them.rests_on_private) == ((private.id,), True)


def test_silent_records_count_neither_way_and_are_listed(base: KnowledgeBase) -> None:
    write_risk(base.root)
    silent = base.add(experiment(1, outcome=None), {})
    found = assess_one(base)
    assert (found.records, found.silent) == ((), (silent.id,))


def test_a_judgement_is_never_computed_and_runs_out(base: KnowledgeBase) -> None:
    write_risk(base.root, content=JUDGED)
    base.add(experiment(1, failed=True), {})
    held, gone = assess_one(base), assess_one(base, today=date(2027, 1, 2))
    assert (held.judged, held.probability, held.status, held.records) == (True, 0.6, "high", ())
    assert gone.status == "insufficient evidence"


def test_the_same_records_give_the_same_assessment_in_any_order(
    base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = KnowledgeBase(tmp_path_factory.mktemp("other"))
    (other.root / "kb").mkdir()
    (other.root / "kb/kb.toml").write_bytes((base.root / "kb/kb.toml").read_bytes())
    records = [
        experiment(n, host="abc"[n % 3], failed=n % 4 == 0, created=f"2026-0{n + 1}-01T00:00:00Z") for n in range(8)
    ]
    for here, order in ((base, records), (other, list(reversed(records)))):
        write_risk(here.root)
        for data in order:
            here.add(data, {})
    one, two = assess_one(base), assess_one(other)
    assert one.likelihood == two.likelihood
    assert [(each.key, each.share) for each in one.clusters] == [(each.key, each.share) for each in two.clusters]
    assert one.records_for == two.records_for


def test_a_trend_tells_where_it_went_in_ninety_days(base: KnowledgeBase) -> None:
    write_risk(base.root)
    base.add(experiment(1, host="a", created="2026-05-01T00:00:00Z"), {})
    assert assess_one(base).trend == "steady"
    base.add(experiment(2, host="b", failed=True, created="2026-11-01T00:00:00Z"), {})
    base.add(experiment(3, host="c", failed=True, created="2026-11-02T00:00:00Z"), {})
    assert assess_one(base).trend == "rising"


def test_what_restricts_the_evidence_does_not_restrict_the_risks(base: KnowledgeBase) -> None:
    write_risk(base.root)
    base.add(experiment(1, host="pi5"), {})
    base.add(experiment(2, host="mini-m4"), {})
    matrix = assess(base, where="host = pi5")
    assert [cluster.key.host for cluster in matrix.assessments[0].clusters] == ["pi5"]


def test_each_risk_stands_in_the_cell_of_its_likelihood_and_impact(base: KnowledgeBase) -> None:
    write_risk(base.root, "rare", impact=5, prior={"mean": 0.01, "weight": 500, "source": "x"})
    write_risk(base.root, "likely", impact=2, prior={"mean": 0.9, "weight": 500, "source": "x"})
    write_risk(base.root, "bad", impact=5, prior={"mean": 0.5, "weight": 500, "source": "x"})
    matrix = assess(base)
    assert [each.file.slug for each in matrix.assessments] == ["bad", "rare", "likely"]
    assert [each.file.slug for each in matrix.cell(0, 5)] == ["rare"]
    assert [each.file.slug for each in matrix.cell(4, 2)] == ["likely"]
    assert [each.file.slug for each in matrix.cell(3, 5)] == ["bad"]
    assert (matrix.level(0, 5), matrix.level(4, 2), matrix.level(3, 5)) == ("medium", "medium", "high")
    assert matrix.today == TODAY


def test_every_listed_record_can_be_found_and_shows_what_is_said_of_it(base: KnowledgeBase) -> None:
    write_risk(base.root)
    for number in range(6):
        base.add(experiment(number, host="ab"[number % 2], failed=number < 2), {})
    found = assess_one(base)
    outcomes = {stored.id: decode_record(stored.data).outcome for stored in base.records()}
    assert {outcomes[name] for name in found.records_for} == {"failure"}
    assert {outcomes[name] for name in found.records_against} == {"success"}
    assert len(found.records) == len(outcomes)


def test_a_query_can_be_the_event_where_the_scope_leaves_out_what_does_not_tell(base: KnowledgeBase) -> None:
    scope = "manager = uv and fact torch/cuda_available"
    write_risk(base.root, scope=scope, event={"where": "fact torch/cuda_available = false"})
    seen = {
        answer: base.add(
            experiment(number, host=str(answer), facts=(make_fact("torch", "cuda_available", answer),)), {}
        )
        for number, answer in enumerate((True, False))
    }
    base.add(experiment(3, host="untold"), {})
    found = assess_one(base)
    assert (found.records_for, found.records_against) == ((seen[False].id,), (seen[True].id,))


def test_loading_scipy_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    before = dict(os.environ)
    assert load_scipy_special().betaincinv(1, 1, 0.25) == pytest.approx(0.25)
    assert dict(os.environ) == before
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    load_scipy_special()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
