import pytest

from envkb.publish.render.measurement_section import MeasurementView, measurement_section, quantity
from factory import make_measurement


def section(**changes: object) -> MeasurementView:
    return measurement_section([make_measurement(**changes)])[0]


def test_one_sample_tells_nothing_of_variation() -> None:
    view = section(samples=(12.1,))
    assert (view.middle, view.spread, view.chart) == ("12.1 ms", "", "")
    assert view.remark == "one sample: nothing is known of how it varies"


def test_two_samples_have_a_range_but_are_said_to_be_few() -> None:
    view = section(samples=(12.1, 12.3))
    assert (view.middle, view.spread) == ("12.2 ms", "12.1 ms to 12.3 ms")
    assert view.remark == "too few samples to say how it varies"


def test_more_samples_have_a_chart_and_no_remark() -> None:
    view = section(samples=(1.0, 2.0, 3.0))
    assert view.chart.startswith("<svg")
    assert view.remark == ""


def test_discarded_samples_and_wrong_results_are_said() -> None:
    view = section(discarded=2, discard_reasons=("throttled",), verified=False)
    assert view.remark == "2 discarded: throttled; the result of the computation was wrong"


def test_controls_come_after_subjects() -> None:
    views = measurement_section([make_measurement("a", role="control"), make_measurement("b")])
    assert [view.value.id for view in views] == ["b", "a"]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(0.0024, "s", "2.4 ms"), (2**20, "B", "1 MiB"), (61.5, "tokens/s", "61.5 tokens/s"), (7, None, "7")],
)
def test_a_sample_is_shown_with_its_unit(value: float, unit: str | None, shown: str) -> None:
    assert quantity(value, unit) == shown
