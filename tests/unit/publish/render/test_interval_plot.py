from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from envkb.publish.render.interval_plot import Bar, interval_plot
from hostile import LINES


def drawn(*bars: Bar) -> ET.Element:
    return ET.fromstring(interval_plot(bars, margin=0.05, title="t", description="d"))


def texts(svg: ET.Element, kind: str) -> list[str]:
    return [str(each.text) for each in svg.iter("text") if kind in str(each.get("class"))]


def x_of(each: ET.Element) -> float:
    return float(each.get("x1", "nan"))


def test_equal_factors_lie_equally_far_from_one() -> None:
    svg = drawn(Bar("a", 0.5, None, None, "faster"), Bar("b", 2.0, None, None, "slower"))
    first, second = (float(each.get("cx", "nan")) for each in svg.iter("circle"))
    one = next(x_of(each) for each in svg.iter("line") if each.get("class") == "kb-intervals-one")
    assert one - first == pytest.approx(second - one, abs=0.2)


def test_the_margin_is_shaded_around_one() -> None:
    svg = drawn(Bar("a", 1.0, 0.99, 1.01, "equivalent"))
    shade = next(each for each in svg.iter("rect") if each.get("class") == "kb-intervals-margin")
    one = next(x_of(each) for each in svg.iter("line") if each.get("class") == "kb-intervals-one")
    left = float(shade.get("x", "nan"))
    assert left < one < left + float(shade.get("width", "nan"))


def test_verdicts_differ_in_shape_and_in_words() -> None:
    svg = drawn(
        Bar("a", 0.5, 0.4, 0.6, "faster"),
        Bar("b", 1.0, 0.99, 1.01, "equivalent"),
        Bar("c", 1.2, None, None, "cannot tell"),
    )
    assert texts(svg, "kb-intervals-verdict") == ["faster", "equivalent", "cannot tell"]
    assert len(list(svg.iter("circle"))) == 2
    assert len([each for each in svg.iter("rect") if "dot" in str(each.get("class"))]) == 1
    assert len([each for each in svg.iter("line") if "kb-intervals-bar" in str(each.get("class"))]) == 2


@pytest.mark.parametrize("ratio", [1e-4, 0.03, 0.9, 1.0, 1.04, 37.0, 1e5])
def test_numbers_of_the_axis_never_touch_and_one_is_among_them(ratio: float) -> None:
    svg = drawn(Bar("a", ratio, ratio * 0.99, ratio * 1.01, "cannot tell"))
    places = sorted(float(each.get("x", "nan")) for each in svg.iter("text") if "number" in str(each.get("class")))
    assert "1" in texts(svg, "kb-intervals-number")
    assert all(right - left >= 30 for left, right in pairwise(places))
    assert all(0 <= place <= 360 for place in places)


def test_a_long_name_ends_where_the_verdict_begins_and_words_are_inert() -> None:
    svg = drawn(Bar("x" * 90, 1.0, None, None, "cannot tell"), Bar(LINES, 1.0, None, None, "faster"))
    name, hostile = texts(svg, "kb-intervals-name")
    assert name.endswith("…")
    assert len(name) < 50
    assert hostile.startswith('"><script>')
