"""The placeholders of one record: one value has one placeholder, in all of the record and its attachments."""

import re
from typing import Final

from envkb.document.redaction.spans import Kind

_UNNUMBERED: Final = frozenset((Kind.HOME, Kind.PREFIX))
"""The first of these is `<home>`, the next `<home-2>`: nearly always there is one."""

_BLIND: Final = frozenset((Kind.USER, Kind.HOST, Kind.EMAIL, Kind.IP, Kind.SERIAL, Kind.INDEX))
_PLACEHOLDER: Final = r"<(" + "|".join(Kind) + r")(?:-([0-9]{1,6}))?>"


class Placeholders:
    """Gives each value its placeholder, numbered as they come."""

    def __init__(self) -> None:
        """Start with none given."""
        self._given: dict[tuple[Kind, str], str] = {}
        self._last: dict[Kind, int] = {}
        self._own: set[str] = set()

    def name(self, kind: Kind, value: str) -> str:
        """Return the placeholder of a value."""
        key = (kind, _canonical(kind, value))
        given = self._given.get(key)
        if given is None:
            number = self._last[kind] = self._last.get(kind, 0) + 1
            given = f"<{kind}>" if number == 1 and kind in _UNNUMBERED else f"<{kind}-{number}>"
            self._given[key] = given
            self._own.add(given)
        return given

    def reserve(self, text: str) -> None:
        """Leave out the numbers that a text brings along, lest two values get one placeholder."""
        if ">" not in text:
            return
        for match in re.finditer(_PLACEHOLDER, text):
            if match[0] not in self._own:
                kind = Kind(match[1])
                self._last[kind] = max(self._last.get(kind, 0), int(match[2] or 1))


def _canonical(kind: Kind, value: str) -> str:
    if kind in (Kind.UUID, Kind.MAC):
        return re.sub(r"[^0-9a-z]", "", value.lower())
    if kind in (Kind.HOME, Kind.PREFIX):
        return _canonical_path(value.lower())
    return value.lower() if kind in _BLIND else value


def _canonical_path(path: str) -> str:
    # One folder under Windows and WSL: `C:\Users\ada`, `/mnt/c/Users/ada`.
    plain = re.sub(r"[\\/]+|%2f", "/", path)
    return re.sub(r"^(?:([a-z]):|/(?:mnt|cygdrive)/([a-z])(?=/)|/([a-z])(?=/users/))", r"\1\2\3:", plain)
