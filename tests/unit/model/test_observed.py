import pytest

from envkb.model.record import Observed, Precision


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2026", "year"),
        ("2026-11", "month"),
        ("2026-11-20", "day"),
        ("2026-11-20T13:40Z", "minute"),
        ("2026-11-20T13:40:05Z", "second"),
    ],
)
def test_a_moment_is_written_as_precisely_as_it_is_meant(text: str, precision: Precision) -> None:
    assert Observed(start=text, end=text, precision=precision).start == text


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2026-02-30", "day"),
        ("2026-1-1", "day"),
        ("0001", "year"),
        ("2026-11-20T13:40", "minute"),
        ("2026-11-20T13:40:05", "second"),
        ("2026-11-20", "month"),
        ('"><script>', "day"),
    ],
)
def test_what_is_no_moment_is_refused(text: str, precision: Precision) -> None:
    with pytest.raises(ValueError, match=precision):
        Observed(start=text, end=None, precision=precision)
    with pytest.raises(ValueError, match=precision):
        Observed(start="2026", end=text, precision=precision)
