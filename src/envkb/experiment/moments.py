"""Reads the dates that people write. Pure: the present and the time zone are passed in."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from envkb.errors import UsageError
from envkb.model.record import Observed, Precision

_FORMS: Final[tuple[tuple[str, str, Precision], ...]] = (
    (r"\d{4}", "%Y", "year"),
    (r"\d{4}-\d{2}", "%Y-%m", "month"),
    (r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d", "day"),
    (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", "%Y-%m-%dT%H:%M", "minute"),
    (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", "%Y-%m-%dT%H:%M:%S", "second"),
)
_HINT: Final = "write 2026, 2026-11, 2026-11-20, 2026-11-20T14:30 or a span such as 2026-11-01/2026-11-20"
_SLACK: Final = timedelta(minutes=5)  # clocks of two machines differ a little


def parse_when(text: str, *, now: datetime, zone: tzinfo) -> Observed:
    """Read a date, a time or a span of two.

    Args:
        text: `2026`, `2026-11`, `2026-11-20`, `2026-11-20T14:30[:05][Z|+01:00]`, `today`, `yesterday`, or two of
            them with a slash between.
        now: The present, with its time zone.
        zone: The zone of times that name none.

    Raises:
        UsageError: It cannot be read, is no date of the calendar, or lies in the future.
    """
    first, slash, last = text.strip().partition("/")
    start, precision, begin = _read(first, now, zone)
    if not slash:
        return Observed(start=start, end=None, precision=precision)
    end, end_precision, finish = _read(last, now, zone)
    if end_precision != precision or finish < begin:
        raise UsageError(f"{text!r} is no span", hint="a span has two dates of one form, the earlier one first")
    return Observed(start=start, end=end, precision=precision)


def _read(text: str, now: datetime, zone: tzinfo) -> tuple[str, Precision, datetime]:
    word = text.strip()
    if word in ("today", "yesterday"):
        word = (now.astimezone(zone) - timedelta(days=word == "yesterday")).strftime("%Y-%m-%d")
    word = re.sub(r"^(\d{4}-\d{2}-\d{2}) (\d)", r"\1T\2", word)
    match = re.fullmatch(r"([0-9T:-]*?\d)(Z|[+-]\d{2}:\d{2})?", word)
    form = next((form for form in _FORMS if match and re.fullmatch(form[0], match[1])), None)
    if match is None or form is None or (match[2] and form[2] not in ("minute", "second")):
        raise UsageError(f"{text!r} is no date", hint=_HINT)
    try:
        moment = datetime.strptime(match[1] + (match[2] or ""), form[1] + ("%z" if match[2] else ""))  # noqa: DTZ007
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        utc = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is no date of the calendar", hint=_HINT) from error
    if utc > now + _SLACK:
        raise UsageError(f"{text!r} lies in the future", hint="`--when` says when the experiment happened")
    if form[2] in ("minute", "second"):
        return utc.strftime(form[1] + "Z"), form[2], utc
    return match[1], form[2], utc
