from datetime import UTC, datetime, timedelta, timezone

import pytest

from envkb.errors import UsageError
from envkb.experiment.moments import parse_when

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BERLIN = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "start", "precision"),
    [
        ("2026", "2026", "year"),
        ("2026-10", "2026-10", "month"),
        ("2026-11-20", "2026-11-20", "day"),
        ("2026-11-20T14:30", "2026-11-20T13:30Z", "minute"),
        ("2026-11-20 14:30", "2026-11-20T13:30Z", "minute"),
        ("2026-11-20T14:30:05", "2026-11-20T13:30:05Z", "second"),
        ("2026-11-20T14:30Z", "2026-11-20T14:30Z", "minute"),
        ("2026-11-20T14:30:05-08:00", "2026-11-20T22:30:05Z", "second"),
        ("today", "2026-11-22", "day"),
        ("yesterday", "2026-11-21", "day"),
    ],
)
def test_a_date_is_kept_as_precisely_as_it_was_said(text: str, start: str, precision: str) -> None:
    observed = parse_when(text, now=NOW, zone=BERLIN)
    assert (observed.start, observed.end, observed.precision) == (start, None, precision)


def test_a_span_has_a_start_and_an_end() -> None:
    observed = parse_when("2026-11-01/2026-11-20", now=NOW, zone=UTC)
    assert (observed.start, observed.end) == ("2026-11-01", "2026-11-20")


def test_a_clock_a_little_ahead_is_no_future() -> None:
    assert parse_when("2026-11-22T12:04Z", now=NOW, zone=UTC).start == "2026-11-22T12:04Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-02-30",
        "2026-13",
        "20-11-2026",
        "2026-11-20T25:00",
        "0000",
        "9999-12-31T23:59:59-23:00",
        "2027-01-01",
        "2026-11-22T12:06Z",
        "2026-11-20Z",
        "2026-11-20/2026-11-01",
        "2026/2026-11-20",
        "\uff12\uff10\uff12\uff16-11-20",
    ],
)
def test_what_is_no_past_date_is_a_usage_error_with_a_hint(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_when(text, now=NOW, zone=UTC)
    assert caught.value.hint
