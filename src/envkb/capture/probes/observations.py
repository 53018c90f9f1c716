"""Gathers what probes see, and settles it into facts."""

from collections.abc import Iterable

from pydantic import JsonValue

from envkb.model.fact import Fact, Status


class Observations:
    """What the probes saw of one snapshot.

    Several sources may tell the same thing. Where they agree the first one is named; where they do not, the fact
    is a conflict that shows every value. A value beats any reason for not having one.
    """

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._seen: dict[tuple[str, str], list[tuple[JsonValue, str]]] = {}
        self._missed: dict[tuple[str, str], tuple[Status, str, str | None]] = {}

    def see(self, subject: str, name: str, value: JsonValue, source: str) -> None:
        """Note a value; None, an empty text and an empty list are no values and are passed over."""
        if value is None or value in ("", []):
            return
        self._seen.setdefault((subject, name), []).append((value, source))

    def miss(self, subject: str, name: str, status: Status, reason: str, source: str | None = None) -> None:
        """Note that a value could not be had, and why; the first reason given is kept."""
        self._missed.setdefault((subject, name), (status, reason, source))

    def value(self, subject: str, name: str) -> JsonValue:
        """Return the value seen first, None where there is none: for probes that build on others."""
        seen = self._seen.get((subject, name))
        return seen[0][0] if seen else None

    def facts(self) -> tuple[Fact, ...]:
        """Return the facts, sorted by subject and name."""
        keys = sorted(self._seen.keys() | self._missed.keys())
        return tuple(self._fact(subject, name) for subject, name in keys)

    def _fact(self, subject: str, name: str) -> Fact:
        seen = self._seen.get((subject, name))
        if not seen:
            status, reason, source = self._missed[subject, name]
            return Fact(subject=subject, name=name, value=None, status=status, source=source, reason=reason)
        first, source = seen[0]
        if all(_same(first, value) for value, _ in seen):
            return Fact(subject=subject, name=name, value=first, status=Status.OK, source=source, reason=None)
        told: JsonValue = [{"source": where, "value": value} for value, where in _distinct(seen)]
        reason = "sources disagree"
        return Fact(subject=subject, name=name, value=told, status=Status.CONFLICT, source=None, reason=reason)


def _same(one: JsonValue, other: JsonValue) -> bool:
    # 1 == True and 1 == 1.0 in Python; a count is not a flag.
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _distinct(seen: Iterable[tuple[JsonValue, str]]) -> list[tuple[JsonValue, str]]:
    kept: list[tuple[JsonValue, str]] = []
    for value, source in seen:
        if (value, source) not in kept:
            kept.append((value, source))
    return kept
