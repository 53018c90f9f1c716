from datetime import date

import pytest

from envkb.assess.risk.history import history_of
from envkb.knowledge.folder import KnowledgeBase
from risks import JUDGED, assess_one, experiment, write_risk


def test_a_history_goes_from_the_prior_to_today_and_says_what_moved_the_level(base: KnowledgeBase) -> None:
    write_risk(base.root)
    first = base.add(experiment(1, host="a", failed=True, created="2026-10-01T10:00:00Z"), {})
    second = base.add(experiment(2, host="b", failed=False, created="2026-11-01T10:00:00Z"), {})
    found = assess_one(base)
    prior, october, november, today = history_of(found, base.settings.thresholds)
    assert (prior.day, prior.level, prior.likelihood) == (None, "medium", found.prior)
    assert (october.day, october.level, october.records) == (date(2026, 10, 1), "high", (first.id,))
    assert october.sentence == f"On 2026-10-01 it moved from medium to high because of {first.id}."
    assert november.sentence == f"On 2026-11-01 it moved from high to medium because of {second.id}."
    assert (today.day, today.likelihood, today.sentence) == (found.today, found.likelihood, None)


def test_a_level_that_moves_as_evidence_ages_is_not_blamed_on_a_record(base: KnowledgeBase) -> None:
    write_risk(base.root)
    base.add(experiment(1, host="a", failed=True, created="2023-11-22T10:00:00Z"), {})
    base.add(experiment(2, host="b", origin="stated", created="2026-11-20T10:00:00Z"), {})
    _, _, late, _ = history_of(assess_one(base), base.settings.thresholds)
    assert late.sentence == "On 2026-11-20 it moved from high to medium as its evidence aged."


def test_the_last_point_is_what_was_assessed_however_many_records(base: KnowledgeBase) -> None:
    write_risk(base.root, scope="package torch")
    for number in range(30):
        base.add(
            experiment(
                number,
                host="abcd"[number % 4],
                torch=f"2.{number % 3}.0",
                failed=number % 5 == 0,
                origin=("captured", "stated")[number % 2],
                created=f"2026-{number % 10 + 1:02}-{number % 27 + 1:02}T10:00:00Z",
            ),
            {},
        )
    found = assess_one(base)
    history = history_of(found, base.settings.thresholds)
    assert found.likelihood is not None
    assert history[-1].likelihood.alpha == pytest.approx(found.likelihood.alpha)
    assert history[-1].likelihood.beta == pytest.approx(found.likelihood.beta)
    for point in history[1:]:
        assert point.day is not None
        then = assess_one(base, today=point.day).likelihood
        assert then is not None
        assert point.likelihood.probability == pytest.approx(then.probability)


def test_a_judgement_has_no_history(base: KnowledgeBase) -> None:
    write_risk(base.root, content=JUDGED)
    assert history_of(assess_one(base), base.settings.thresholds) == ()
