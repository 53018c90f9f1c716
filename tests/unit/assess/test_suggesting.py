import pytest

from envkb.assess.compared import Compared, Contrast
from envkb.assess.comparison import compare
from envkb.assess.suggesting import MOST_ROUNDS, suggestions
from envkb.assess.verdicts import Options
from experiments import interleaved_run, side

pytest.importorskip("scipy", reason="scipy is not here")


def contrast_of(*intervals: tuple[float, float, float], seconds: float = 0.1) -> Contrast:
    """Return a contrast whose lines are open and have these ratios, each with its interval, from ten rounds."""
    pip, uv = interleaved_run(1.0, noise=0.1, rounds=10)
    (contrast,) = compare([(side(pip), side(uv))], Options()).contrasts
    (line,) = contrast.measurements

    def open_line(low: float, ratio: float, high: float) -> Compared:
        medians = {"baseline_median": seconds, "candidate_median": seconds * ratio}
        found = {"low": low, "ratio": ratio, "high": high, "count": 10, "verdict": "cannot tell", "reason": "wide"}
        return line.model_copy(update=medians | found)

    decide = "kb run numpy --with=pip --with=uv --rounds=900"
    return contrast.model_copy(update={"measurements": tuple(open_line(*each) for each in intervals), "decide": decide})


def test_what_is_decided_needs_nothing() -> None:
    assert suggestions(contrast_of().model_copy(update={"decide": None}), 0.05) == ()


def test_a_few_more_rounds_are_suggested_as_they_are_needed() -> None:
    (command,) = suggestions(contrast_of((0.95, 1.0, 1.06)), 0.05)
    start, _, rounds = command.partition(" --rounds=")
    assert start == "kb run numpy --with=pip --with=uv"
    assert 10 < int(rounds) <= MOST_ROUNDS
    assert int(rounds) % 2 == 0


def test_hundreds_of_rounds_are_suggested_to_nobody_where_a_wider_margin_tells() -> None:
    contrast = contrast_of((0.92, 1.03, 1.12))
    ids = f"{contrast.baseline.records[0].id} {contrast.candidate.records[0].id}"
    expected = f"kb compare {ids} --margin=0.12    # one is equivalent within 12%; less takes too many rounds"
    assert suggestions(contrast, 0.05) == (expected,)


def test_the_margin_that_is_suggested_would_hold() -> None:
    (command,) = suggestions(contrast_of((0.9, 1.03, 1.1), (0.93, 0.97, 1.1)), 0.05)
    margin = float(command.partition("--margin=")[2].split()[0])
    assert 1 / (1 + margin) <= 0.9
    assert "2 are equivalent" in command


def test_where_hardly_anything_is_known_a_quiet_machine_is_suggested() -> None:
    (remark,) = suggestions(contrast_of((0.3, 1.03, 3.6)), 0.05)
    assert remark.startswith("# more rounds hardly decide the rest")


def test_hours_of_one_benchmark_are_suggested_to_nobody() -> None:
    assert "--rounds" not in "".join(suggestions(contrast_of((0.95, 1.0, 1.06), seconds=300.0), 0.05))


def test_what_can_be_decided_and_what_cannot_are_both_told() -> None:
    command, rest = suggestions(contrast_of((0.95, 1.0, 1.06), (0.92, 1.03, 1.12)), 0.05)
    assert command.startswith("kb run ")
    assert rest.startswith("kb compare ")
