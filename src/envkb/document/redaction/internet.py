"""IP addresses, told apart from versions, times, PCI addresses and the names of C++."""

import re
from collections.abc import Iterator
from typing import Final

from envkb.document.redaction.contexts import stands_as_ip
from envkb.document.redaction.spans import Kind, Span, Subject

# From the first dot or colon on: a plain character to start with is found much faster than a digit.
_IPV4: Final = r"\.(?<=[0-9]\.)[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9])"
_IPV6: Final = (
    r":(?<=(?<![0-9a-z:.])(?:[23][0-9a-f]{3}|fe[89ab][0-9a-f]|f[cd][0-9a-f]{2}):)"
    r"(?:[0-9a-f]{0,4}:){1,7}[0-9a-f]{0,4}(?![0-9a-z:])"
)
# Of the addresses of local networks, only those that start with 10 look like versions that exist.
_LOCAL: Final = r"192\.168\.|169\.254\.|172\.(?:1[6-9]|2[0-9]|3[01])\."
_KEPT: Final = r"127\.|0\.0\.0\.0$|255\."
_MORE: Final = r"[\w-]|\.\w"
_WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyz_-.")
_ESCAPES: Final = (r"\n", r"\r", r"\t")
_BYTE: Final = 255
_GROUPS: Final = 8
_FEW: Final = 3


def find_addresses_of_hosts(subject: Subject) -> Iterator[Span]:
    """Yield IPv4 and IPv6 addresses where addresses stand; loopback, masks and `0.0.0.0` are nobody's."""
    low = subject.low
    for match in re.finditer(_IPV4, low):
        start, end = _first_octet(low, match.start()), match.end()
        if not _is_ipv4(low[start:end]) or _is_part(low, start, end):
            continue
        if re.match(_LOCAL, low[start:end]) or stands_as_ip(low, start, end):
            yield Span(start, end, Kind.IP)
    for match in re.finditer(_IPV6, low):
        start = match.start() - 4
        value = low[start : match.end()]
        if value.endswith(":") and not value.endswith("::"):
            value = value[:-1]
        if _is_ipv6(value) and (not _is_slice(value) or stands_as_ip(low, start, start + len(value))):
            yield Span(start, start + len(value), Kind.IP)


def _first_octet(low: str, dot: int) -> int:
    start = dot
    while start > 0 and dot - start <= _FEW and low[start - 1] in "0123456789":
        start -= 1
    return start


def _is_ipv4(value: str) -> bool:
    octets = value.split(".")
    return not re.match(_KEPT, value) and all(int(octet) <= _BYTE and str(int(octet)) == octet for octet in octets)


def _is_part(low: str, start: int, end: int) -> bool:
    before = low[start - 1 : start] in _WORD and low[max(0, start - 2) : start] not in _ESCAPES
    return (start > 0 and before) or re.match(_MORE, low[end : end + 2]) is not None


def _is_ipv6(value: str) -> bool:
    groups = [group for group in value.split(":") if group]
    if "::" in value:
        return value.count("::") == 1 and ":::" not in value and len(groups) < _GROUPS
    return len(groups) == _GROUPS


def _is_slice(value: str) -> bool:
    # `samples[2000::2]`
    return value.replace(":", "").isdigit() and len(value.split(":")) <= _FEW
