import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.publish.render.quantities import Shown, duration, frequency, number, show, size, unit_of

FINITE = st.floats(min_value=-1e300, max_value=1e300)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("memory_bytes", 25276063744, Shown("23.5 GiB", "25276063744 B")),
        ("memory_bytes", 512, Shown("512 B")),
        ("free_bytes", 0, Shown("0 B")),
        ("rate_bytes_per_s", 3 * 2**20, Shown("3 MiB/s", "3145728 B/s")),
        ("max_mhz", 5881.0, Shown("5.88 GHz", "5881.0 MHz")),
        ("clock_mhz", 210, Shown("210 MHz")),
        ("temperature_c", 61.2, Shown("61.2 °C")),
        ("power_limit_w", 200.0, Shown("200 W", "200.0 W")),
        ("uptime_s", 93784, Shown("26 h 3 min", "93784 s")),
        ("fan_percent", 30, Shown("30 %")),
        ("cores", 16, Shown("16")),
        ("count", 1234567, Shown("1\u202f234\u202f567", "1234567")),
        ("virtual", True, Shown("yes")),
        ("virtual", False, Shown("no")),
        ("layers", ["kvm", "docker"], Shown("kvm, docker")),
        ("sizes_bytes", [1024, 2048], Shown("1 KiB, 2 KiB")),
        ("layers", [], Shown("none")),
        ("model", "Cortex-A76", Shown("Cortex-A76")),
        ("odd", {"b": 1, "a": None}, Shown('{"a": null, "b": 1}')),
    ],
)
def test_a_value_is_shown_for_people_with_the_exact_one_beside(name: str, value: object, shown: Shown) -> None:
    assert show(name, value) == shown


@pytest.mark.parametrize(
    ("value", "text"),
    [(12.3, "12.3"), (0.0, "0"), (0.0001234567, "0.0001235"), (1e-12, "1.000e-12"), (123456.7, "123\u202f457")],
)
def test_a_number_keeps_the_digits_that_matter(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (2.5e-9, "2.5 ns"),
        (1.5e-5, "15 µs"),
        (0.002405, "2.405 ms"),
        (74.2, "74.2 s"),
        (150, "2 min 30 s"),
        (3 * 86400 + 3600, "3 d 1 h"),
    ],
)
def test_a_duration_is_shown_in_the_unit_that_suits_it(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_sizes_and_clocks_have_no_needless_digits() -> None:
    assert [size(2**30), size(1.5 * 2**40), size(123 * 2**20)] == ["1 GiB", "1.5 TiB", "123 MiB"]
    assert [frequency(800), frequency(2400.0)] == ["800 MHz", "2.4 GHz"]


def test_the_unit_is_the_end_of_the_name() -> None:
    assert [unit_of("memory_bytes"), unit_of("model"), unit_of("rate_bytes_per_s")] == ["_bytes", "", "_bytes_per_s"]


@given(FINITE)
def test_any_number_is_shown_near_its_value(value: float) -> None:
    shown = float(number(value).replace("\u202f", ""))
    assert math.isclose(shown, value, rel_tol=1e-3, abs_tol=1e-300)


@given(st.one_of(st.none(), st.booleans(), st.integers(), FINITE, st.text(), st.lists(st.text())), st.text())
def test_any_value_of_any_name_can_be_shown(value: object, name: str) -> None:
    for suffix in ("", "_bytes", "_s", "_mhz"):
        assert isinstance(show(f"{name}{suffix}", value).text, str)
