from xml.etree import ElementTree as ET

from envkb.publish.render.svg import strip_plot
from hostile import LINES


def places(samples: list[float]) -> list[float]:
    svg = ET.fromstring(strip_plot(samples, title="t", description="d"))
    return [float(circle.get("cx", "nan")) for circle in svg.iter("circle")]


def test_every_sample_is_a_dot_between_the_smallest_and_the_largest() -> None:
    assert places([2.0, 1.0, 3.0]) == [110.0, 7.0, 213.0]


def test_equal_samples_lie_in_the_middle() -> None:
    assert places([4.2, 4.2]) == [110.0, 110.0]


def test_a_chart_says_in_words_what_it_shows_and_its_words_are_inert() -> None:
    svg = ET.fromstring(strip_plot([1.0, 2.0], title=LINES, description="Median 1.5"))
    assert svg.get("role") == "img"
    assert svg.findtext("title", "").startswith('"><script>')
    assert svg.findtext("desc") == "Median 1.5"
