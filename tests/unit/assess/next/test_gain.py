from datetime import date

import pytest
from scipy import special

from envkb.assess.next.gain import look_ahead
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.settings import Thresholds
from risks import assess_one, experiment, write_risk

NUMBERS = Thresholds()


def width(alpha: float, beta: float) -> float:
    return float(special.betaincinv(alpha, beta, 0.95) - special.betaincinv(alpha, beta, 0.05))


def test_a_new_cluster_is_expected_to_narrow_the_interval_by_the_mean_over_both_outcomes(base: KnowledgeBase) -> None:
    write_risk(base.root, prior={"mean": 0.25, "weight": 4, "source": "told"})
    outlook = look_ahead(assess_one(base), None, NUMBERS)
    assert outlook.width == pytest.approx(width(1, 3))
    assert outlook.expected == pytest.approx(0.25 * width(2, 3) + 0.75 * width(1, 4))
    assert outlook.narrowing == pytest.approx(outlook.width - outlook.expected)


def test_a_cluster_that_is_tried_again_becomes_new_and_takes_in_one_more_record(base: KnowledgeBase) -> None:
    base.add(experiment(1, failed=True, created="2025-11-22T10:00:00Z"), {})
    write_risk(base.root, prior={"mean": 0.5, "weight": 2, "source": "told"})
    assessment = assess_one(base)
    (cluster,) = assessment.clusters
    assert (round(cluster.weight, 2), cluster.share) == (0.5, 1.0)
    now = assessment.likelihood
    assert now is not None
    chance = now.probability
    expected = chance * width(2, 1) + (1 - chance) * width(1.5, 1.5)
    assert look_ahead(assessment, cluster, NUMBERS).expected == pytest.approx(expected, abs=1e-3)


def test_what_is_known_well_has_less_to_gain(base: KnowledgeBase) -> None:
    write_risk(base.root)
    before = look_ahead(assess_one(base), None, NUMBERS).narrowing
    for number in range(1, 9):
        base.add(experiment(number, host=f"h{number}"), {})
    assert look_ahead(assess_one(base), None, NUMBERS).narrowing < before / 2


def test_a_level_that_one_outcome_would_change_is_at_stake_by_how_likely_that_is(base: KnowledgeBase) -> None:
    for number in range(1, 7):
        base.add(experiment(number, host=f"h{number}"), {})
    write_risk(base.root, prior={"mean": 0.2, "weight": 1, "source": "told"})
    assessment = assess_one(base, today=date(2026, 11, 22))
    outlook = look_ahead(assessment, None, NUMBERS)
    assert sum(outlook.levels.values()) == pytest.approx(1)
    assert outlook.change == pytest.approx(1 - outlook.levels.get(outlook.level, 0))


def test_clusters_and_newcomers_are_told_apart(base: KnowledgeBase) -> None:
    base.add(experiment(1), {})
    write_risk(base.root)
    assessment = assess_one(base)
    (fresh,) = assessment.clusters
    # What was shown today already has less to tell a second time.
    assert look_ahead(assessment, fresh, NUMBERS).narrowing < look_ahead(assessment, None, NUMBERS).narrowing
