"""What a run is said to have shown is what `kb compare` says of it."""

import pytest

from run_answers import PIP, UV, answered, trials, usual, wobble

pytest.importorskip("scipy", reason="scipy is not here")


def test_the_headline_tells_both_the_default_and_bytecode_parity() -> None:
    (headline,) = usual().headlines
    ratios = {way: line.ratio for way, line in headline.ratios.items()}
    assert ratios == {"default": pytest.approx(3.2 / 1.2, rel=0.02), "parity": pytest.approx(3.2 / 2.2, rel=0.02)}
    assert {line.verdict for line in headline.ratios.values()} == {"slower"}


def test_nobody_wins_in_the_headline_where_the_control_fails() -> None:
    (headline,) = usual(control=1.3).headlines
    assert {line.verdict for line in headline.ratios.values()} == {"cannot tell"}
    assert "A/A control" in str(headline.ratios["default"].reason)


def test_without_a_control_nobody_wins() -> None:
    found = answered((UV, trials(UV, wobble(1.0), 0)), (PIP, trials(PIP, wobble(3.0), 2)))
    assert found.headlines[0].ratios["default"].verdict == "cannot tell"


def test_few_rounds_give_a_ratio_and_no_verdict() -> None:
    found = answered((UV, trials(UV, [1.0, 1.0], 0)), (PIP, trials(PIP, [3.0, 3.0], 2)))
    line = found.headlines[0].ratios["default"]
    assert (line.ratio, line.low, line.verdict) == (pytest.approx(3.2 / 1.2), None, "cannot tell")
    assert found.rows[0].total is None


def test_one_combination_alone_is_compared_with_nothing() -> None:
    found = answered((UV, trials(UV, [1.0], 0)))
    assert (found.comparison, found.unjudged, found.headlines) == (None, None, ())
