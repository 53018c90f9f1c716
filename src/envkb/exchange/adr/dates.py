"""Dates as people write them."""

import re
import unicodedata
from datetime import date
from typing import Final

_MONTHS: Final = {
    1: "january jan januar jänner janvier janv enero ene janeiro gennaio gen januari stycznia ledna января января",
    2: "february feb februar février fév febrero fevereiro fev febbraio februari lutego února февраля",
    3: "march mar märz mrz mars marzo março maart marca března марта",
    4: "april apr avril avr abril abr aprile kwietnia dubna апреля",
    5: "may mai mayo maio maggio mag mei maja května мая",
    6: "june jun juni juin junio junho giugno giu czerwca června июня",
    7: "july jul juli juillet juil julio julho luglio lug lipca července июля",
    8: "august aug août aout agosto ago augustus sierpnia srpna августа",
    9: "september sep sept septembre septiembre setembro set settembre września září сентября",
    10: "october oct oktober okt octobre octubre outubro out ottobre ott października října октября",
    11: "november nov novembre noviembre novembro listopada listopadu ноября",
    12: "december dec dezember dez décembre déc diciembre dic dezembro dicembre grudnia prosince декабря",
}
_MONTH_OF: Final = {name: number for number, names in _MONTHS.items() for name in names.split()}

_YEAR_FIRST: Final = re.compile(r"(?<!\d)(\d{4})([-/.‐-―])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_CJK: Final = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_DAY_MONTH_YEAR: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?\s*(?:of|de|-)?\s*([^\W\d_]+)\.?,?\s*(?:de|-)?\s*(\d{4})"
)
_MONTH_DAY_YEAR: Final = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_NUMBERS: Final = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_LAST_MONTH: Final = 12


def read_date(text: str, *, day_first: bool | None = None) -> date | None:
    """Return the first date of a text; null where there is none, or where day and month could be either.

    Args:
        text: As somebody wrote it: `2018-07-23`, `June 19, 2018`, `7. März 2024`, `05/02/2018`.
        day_first: Whether `05/02/2018` is in February; null where nothing says so.
    """
    text = unicodedata.normalize("NFC", text)
    for pattern in (_YEAR_FIRST, _CJK, _COMPACT):
        if found := pattern.search(text):
            year, month, day = found.groups()[0], found.groups()[-2], found.groups()[-1]
            return _day(int(year), int(month), int(day))
    for found in _DAY_MONTH_YEAR.finditer(text):
        if month_number := _MONTH_OF.get(found[2].casefold()):
            return _day(int(found[3]), month_number, int(found[1]))
    for found in _MONTH_DAY_YEAR.finditer(text):
        if month_number := _MONTH_OF.get(found[1].casefold()):
            return _day(int(found[3]), month_number, int(found[2]))
    return _from_numbers(text, day_first=day_first)


def shows_day_first(text: str) -> bool | None:
    """Return whether a date of three numbers puts its day first; null where it cannot be told from this one."""
    found = _NUMBERS.search(text)
    if not found:
        return None
    first, second = int(found[1]), int(found[3])
    if (first > _LAST_MONTH) == (second > _LAST_MONTH):
        return None
    return first > _LAST_MONTH


def _from_numbers(text: str, *, day_first: bool | None) -> date | None:
    found = _NUMBERS.search(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    # Points stand between day, month and year in every country that writes them.
    known = True if found[2] == "." or first == second else shows_day_first(text)
    if known is None:
        known = day_first
    if known is None:
        return None
    return _day(year, second, first) if known else _day(year, first, second)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
