"""Finds the values of a machine in a text."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from envkb.document.redaction.contexts import stands_as_host, stands_as_user
from envkb.document.redaction.encodings import base64_cores, spellings
from envkb.document.redaction.machine import MachineValues
from envkb.document.redaction.names import is_distinctive, is_everyday, is_unmistakable
from envkb.document.redaction.spans import Kind, Rule, Span, Subject, find_all, lower, needle_of

_SHARED_PATHS: Final = frozenset(
    """
    usr usr/local home users opt opt/homebrew tmp var var/empty mnt mnt/c etc bin c: c:/users dev/null nonexistent
    srv media run library system proc lib
    """.split()
)
_FOLDERS: Final = tuple(f"{start}/" for start in "/etc /usr /opt /var /run /tmp /home /Users ~".split())
_LEAST_ANYWHERE: Final = 8
_LEAST_SECRET: Final = 4
_LEAST_NUMBER: Final = 6
_LEAST_ID: Final = 5
_UUID_DIGITS: Final = 32
_IPV4: Final = r"\d+(?:\.\d+){3}"
_BASE64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")


class _Name(NamedTuple):
    name: str
    kind: Kind
    value: str
    stands: Callable[[str, int, int], bool]

    def find(self, subject: Subject) -> Iterator[Span]:
        low, name = subject.low, self.name
        if not subject.has(needle_of(name)):
            return
        anywhere = is_distinctive(name)
        for match in re.finditer(_name_pattern(name), low):
            if anywhere or self.stands(low, match.start(), match.end()):
                yield Span(match.start(), match.end(), self.kind, self.value)


class ValueFinder:
    """Finds the values of a machine; made once for a record."""

    def __init__(self, machine: MachineValues) -> None:
        """Prepare the search; nothing is compiled before it is needed."""
        self._names = tuple(_names(machine))
        self._rules = tuple(_rules(machine))
        self._cores = tuple(_cores(machine))

    def known(self) -> Iterator[tuple[Kind, str]]:
        """Yield the values, so that each machine has the same placeholders in every record of it."""
        for name in self._names:
            yield name.kind, name.value
        for rule in self._rules:
            if rule.value is not None:
                yield rule.kind, rule.value

    def __call__(self, subject: Subject) -> Iterator[Span]:
        """Yield the places where a value of the machine stands."""
        yield from find_all(self._rules, subject)
        for name in self._names:
            yield from name.find(subject)
        for core in self._cores:
            if subject.has(core.lower()):
                yield from _find_encoded(subject.text, core)


def _names(machine: MachineValues) -> Iterator[_Name]:
    for user in filter(None, machine.users):
        yield _Name(lower(user), Kind.USER, user, stands_as_user)
    for host in filter(None, machine.hosts):
        short = host.partition(".")[0]
        if not re.fullmatch(_IPV4, host) and ":" not in host and short.lower() != "localhost":
            yield _Name(lower(host), Kind.HOST, short, stands_as_host)
            if short != host and short not in machine.hosts:
                yield _Name(lower(short), Kind.HOST, short, stands_as_host)


def _name_pattern(name: str) -> str:
    word = re.escape(name)
    if is_unmistakable(name):
        return word
    # A word may follow the `\n` of an escaped text directly.
    return rf"{word}(?:(?<![a-z0-9]{word})|(?<=\\[nrtbf]{word}))(?![a-z0-9])"


def _rules(machine: MachineValues) -> Iterator[Rule]:
    for kind, paths in ((Kind.PREFIX, machine.prefixes), (Kind.HOME, machine.homes)):
        for path in paths:
            yield from _path_rules(kind, path)
    for ip in filter(
        None, (*machine.ips, *(host for host in machine.hosts if ":" in host or re.fullmatch(_IPV4, host)))
    ):
        if not ip.startswith(("127.", "0.0.0.0")) and ip.strip("0:") != "1":  # noqa: S104 - compared, never bound
            address = re.escape(ip.lower())
            yield Rule(Kind.IP, ip.lower(), rf"{address}(?<![\w.:]{address})(?![\w:]|\.\w)|{address}(?=:\d)", value=ip)
    for mac in machine.macs:
        digits = re.sub(r"[^0-9a-f]", "", mac.lower())
        if digits.strip("0"):
            pairs = re.findall("..", digits)
            for spelling in (":".join(pairs), "-".join(pairs), digits):
                yield Rule(Kind.MAC, spelling, spelling, value=mac)
    for known in machine.ids:
        yield from _id_rules(known)
    for name in sorted(machine.secrets):
        yield from _secret_rules(machine.secrets[name])


def _path_rules(kind: Kind, path: str) -> Iterator[Rule]:
    parts = [part for part in re.split(r"[\\/]+", lower(path)) if part]
    if not parts or "/".join(parts) in _SHARED_PATHS:
        return
    end = r"(?![a-z0-9_-]|\.[a-z0-9])"
    between = r"[\\/]{1,4}"
    drive = _drive(parts)
    if drive:
        rest = between.join(map(re.escape, parts[len(drive) :]))
        letter = drive[-1].rstrip(":")
        for start in (f"{letter}:", f"/mnt/{letter}", f"/cygdrive/{letter}", f"/{letter}"):
            yield Rule(kind, needle_of(parts[-1]), start + between + rest + end, value=path)
        return
    first = re.escape(parts[0])
    # A lone `/lab` is a folder of many paths; it is the home only where a path starts.
    alone = (
        rf"(?:(?<![a-z0-9_.~-][\\/]{first})|(?<=-[il][\\/]{first})|(?<=\\[nrt][\\/]{first}))" if len(parts) == 1 else ""
    )
    yield Rule(
        kind,
        needle_of(parts[-1]),
        rf"{first}(?<=[\\/]{first})" + alone + "".join(between + re.escape(part) for part in parts[1:]) + end,
        before=1,
        value=path,
    )
    in_url = "".join(f"%2f{part}" for part in parts)
    yield Rule(kind, needle_of(in_url), re.escape(in_url), value=path)


def _drive(parts: list[str]) -> list[str]:
    if re.fullmatch("[a-z]:", parts[0]):
        return parts[:1]
    if parts[0] in ("mnt", "cygdrive") and len(parts) > 1 and len(parts[1]) == 1:
        return parts[:2]
    return []


def _id_rules(known: str) -> Iterator[Rule]:
    low = lower(known)
    digits = low.replace("-", "")
    if len(low) < _LEAST_ID:
        return
    if len(digits) == _UUID_DIGITS and re.fullmatch("[0-9a-f]+", digits):
        dashed = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        for spelling in (digits, dashed):
            yield Rule(Kind.UUID, spelling, spelling, value=known)
        return
    word = re.escape(low)
    yield Rule(
        Kind.SERIAL,
        needle_of(low),
        word if len(low) >= _LEAST_ANYWHERE else rf"{word}(?<![a-z0-9]{word})(?![a-z0-9])",
        value=known,
    )


def _secret_rules(secret: str) -> Iterator[Rule]:
    for value in _searchable(secret):
        if len(value) >= _LEAST_ANYWHERE and not value.isdigit():
            for spelling in spellings(value):
                yield Rule(Kind.SECRET, needle_of(spelling), re.escape(spelling), blind=False, value=secret)
        else:
            word = re.escape(value)
            before = r"[\w.]" if value.isdigit() else r"\w"
            alone = rf"{word}(?<!{before}{word})(?!\w|\.\w)"
            yield Rule(Kind.SECRET, needle_of(value), alone, blind=False, value=secret)


def _searchable(secret: str) -> Iterable[str]:
    """Return what of a secret can be searched for."""
    value = secret.strip()
    if value.startswith(_FOLDERS) and " " not in value:
        return ()  # the file that holds the secret; it is cleaned as a path
    lines = [line for line in value.splitlines() if len(line) >= 2 * _LEAST_ANYWHERE]
    if len(lines) > 1:
        return lines
    least = _LEAST_NUMBER if value.isdigit() else _LEAST_SECRET
    return () if len(value) < least or is_everyday(value) else (value,)


def _cores(machine: MachineValues) -> Iterator[str]:
    for secret in machine.secrets.values():
        for value in _searchable(secret):
            yield from base64_cores(value)
    for name in (*machine.users, *machine.hosts):
        if is_distinctive(name.lower()):
            yield from base64_cores(name)
    for home in machine.homes:
        yield from base64_cores(home)


def _find_encoded(text: str, core: str) -> Iterator[Span]:
    found = text.find(core)
    while found >= 0:
        start, end = found, found + len(core)
        while start > 0 and text[start - 1] in _BASE64:
            start -= 1
        if start < found and text[start - 1 : start] == "\\" and text[start] in "nrt":
            start += 1  # the line end of an escaped text
        while end < len(text) and text[end] in _BASE64:
            end += 1
        yield Span(start, end, Kind.SECRET)
        found = text.find(core, end)
