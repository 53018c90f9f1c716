"""What an `@` joins: e-mail addresses, users at hosts, passwords before a proxy."""

import re
from collections.abc import Iterator
from typing import Final

from envkb.document.redaction.names import is_public_name
from envkb.document.redaction.spans import Kind, Span, Subject

FORGES: Final = frozenset(("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "git.sr.ht"))
"""Public hosts of source code: an address there tells nothing of a machine."""

_LOCAL: Final = r"[\w.%+-]+"
_DOMAIN: Final = r"[^\W_][\w-]*(?:\.[^\W_][\w-]*)*"
_LONGEST_LOCAL: Final = 64
_LONGEST_LINE: Final = 1000
# `icon@2x.png`, `user@1000.service`
_NO_DOMAINS: Final = frozenset(
    "png jpg jpeg gif svg webp js css html json service slice socket timer mount target scope device git".split()
)
_SHELLS: Final = ("ssh", "scp", "sftp", "rsync", "mosh")
_PROMPT: Final = r":[~/]| [^\n\]]{0,80}\][$#]"
_PROXY_USER: Final = r"[^\s@/:\"'=<>]+:[^\s@/:\"'=<>]+"
_PORT: Final = r":[0-9]{2,5}(?![0-9.])"
_KERNEL: Final = "linux version "


def find_mentions(subject: Subject) -> Iterator[Span]:
    """Yield e-mail addresses, and users and hosts of shells."""
    low = subject.low
    at = low.find("@")
    while at >= 0:
        domain = re.match(_DOMAIN, low[at + 1 : at + 254])
        local = re.match(_LOCAL, low[max(0, at - _LONGEST_LOCAL) : at][::-1])
        end = at + 1
        if domain and local:
            end += domain.end()
            start = at - local.end()
            if low[start - 1 : start] == "\\" and low[start] in "nrt":
                start += 1  # the line end of an escaped text
            if start < at:
                yield from _judge(low, start, at, end)
        at = low.find("@", end)


def _judge(low: str, start: int, at: int, end: int) -> Iterator[Span]:
    line = low[max(low.rfind("\n", 0, at) + 1, at - _LONGEST_LINE) : start]
    user, host = low[start:at], low[at + 1 : end]
    if user in ("git", "hg"):
        if host not in FORGES and low[end : end + 1] in (":", "/"):
            yield Span(at + 1, end, Kind.HOST)
    elif _KERNEL in line:
        return  # who built a kernel says nothing of who runs it
    elif proxy := _proxy_user(low, at, end):
        yield Span(at - proxy, at, Kind.CREDENTIAL)
    elif _is_mail(user, host, low[end : end + 1]):
        yield Span(start, end, Kind.EMAIL)
    elif re.match(_PROMPT, low[end : end + 100]) or any(shell in line for shell in _SHELLS):
        if not is_public_name(user):
            yield Span(start, at, Kind.USER)
        if not is_public_name(host) and not host.replace(".", "").isdigit():
            yield Span(at + 1, end, Kind.HOST)


def _proxy_user(low: str, at: int, end: int) -> int:
    """Return the length of `user:password` before a host with a port; 0 where there is none."""
    before = re.match(_PROXY_USER, low[max(0, at - _LONGEST_LOCAL) : at][::-1])
    return before.end() if before and re.match(_PORT, low[end : end + 8]) else 0


def _is_mail(user: str, host: str, following: str) -> bool:
    name, dot, top = host.rpartition(".")
    return (
        bool(dot)
        and len(top) > 1
        and top.isalpha()
        and top not in _NO_DOMAINS
        and not user.endswith(".git")
        and following not in ("(", "[")
        and len(user) + len(name) > 2  # noqa: PLR2004 - `x@w.weight` is code
    )
