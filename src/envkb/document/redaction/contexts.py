"""Whether a name or a dotted number stands where a user, a host or an address stands.

What stands before a place is matched backwards: that takes one attempt instead of one for every character before it.
"""

import re
from typing import Final

from envkb.document.redaction.names import is_word

_WINDOW: Final = 80


def backwards(words: str) -> str:
    """Return a pattern for any of the words, which are separated by `|`, read from their ends."""
    return "(?:" + "|".join(word[::-1] for word in words.split("|")) + ")"


_LABEL: Final = r"""["']?\\?[ ]*[:=][ ]*["']?\\?"""
_SCHEMES: Final = backwards(
    "http|https|ssh|sftp|ftp|tcp|udp|git|ws|wss|grpc|rsync|nfs|smb|redis|mysql|postgres|postgresql|mongodb|vnc|rdp"
)
_BEFORE_USER: Final = "|".join(
    (
        rf"(?:[/\\]{{1,4}}|f2%){backwards('home|users|spool/mail|crontabs|documents and settings')}[/\\]",
        rf"{_LABEL}{backwards('user|username|user name|user_name|login|logname|owner|sudo_user')}(?![a-z-])",
        r"\([0-9]+(?:=di[ug]|=spuorg|,)",
        r" *>(?:eman_?)?resu<",
        r"[ =]resu--",
        r" +(?:\S+ +)?[0-9]+ +[.+@]?[rwxst-]{9}[dlbcps-]",  # ls -l
    )
)
# `python@3.11` is a package at a version.
_AFTER_USER: Final = r"@(?!v?[0-9]+(?:\.[0-9]+){0,2}(?![0-9a-z.]))[a-z0-9<\[]|:[x*!]?:[0-9]+:[0-9]+:"
_BEFORE_HOST: Final = "|".join(
    (
        r"@[\w.%+-]+(?:$|[\s\"'(\[=,])",
        rf"//:{_SCHEMES}(?![a-z])",
        rf"{_LABEL}{backwards('host|hostname|host_name|host name|node|nodename|computer name|fqdn')}(?![a-z-])",
        rf"{_LABEL}{backwards('_host|_addr|_node')}",
        r" *>eman_?tsoh<",
        r"\\{2,4}(?![a-z0-9])",
        r" +hss(?![a-z-])",
    )
)
_BEFORE_RELEASE: Final = rf" {backwards('linux|darwin|freebsd')}(?![a-z])"
_RELEASE: Final = r" [0-9]+\.[0-9]"

_IP_WORDS: Final = "inet|inet6|ip|ipv4|ipv6|addr|address|gateway|via|src|dst|nameserver|brd|broadcast|ssh|ping|peer"
_IP_LABELS: Final = "host|hostname|server|client|remote|bind|listen|endpoint|proxy|node|dns|addresses|ips"
_BEFORE_IP: Final = "|".join(
    (
        r"\[?//:[a-z0-9]",
        r"\[?@",
        rf"[ \[(]+{backwards(_IP_WORDS)}(?![a-z])",
        rf"[\[(]*{_LABEL}{backwards(_IP_WORDS + '|' + _IP_LABELS)}(?![a-z])",
        rf" +{backwards('listening on|connect to|connected to|connecting to|connection from|accepted from')}",
        r"\[?:ffff::",
    )
)
_AFTER_IP: Final = r":[1-9][0-9]{1,4}(?![0-9.:])|/(?:[12]?[0-9]|3[0-2])(?![0-9./a-z])"


def stands_as_user(low: str, start: int, end: int) -> bool:
    """Tell whether a user name stands at this place of a text in lower case."""
    if _stands(low, start, end, _BEFORE_USER, _AFTER_USER):
        return True
    return not is_word(low[start:end]) and _is_path_component(low, start, end)


def stands_as_host(low: str, start: int, end: int) -> bool:
    """Tell whether a host name stands at this place of a text in lower case."""
    if re.match(_BEFORE_HOST, text_before(low, start)):
        return True
    # `Linux NAME 6.8.0`, as uname prints it.
    return bool(re.match(_RELEASE, low[end : end + _WINDOW]) and re.match(_BEFORE_RELEASE, text_before(low, start)))


def stands_as_ip(low: str, start: int, end: int) -> bool:
    """Tell whether an address stands at this place of a text in lower case, not a version."""
    return _stands(low, start, end, _BEFORE_IP, _AFTER_IP)


def _stands(low: str, start: int, end: int, before: str, after: str) -> bool:
    return bool(re.match(after, low[end : end + _WINDOW]) or re.match(before, text_before(low, start)))


def text_before(low: str, start: int) -> str:
    """Return what stands before a place, backwards."""
    return low[max(0, start - _WINDOW) : start][::-1]


def _is_path_component(low: str, start: int, end: int) -> bool:
    return low[start - 1 : start] in ("/", "\\") and low[end : end + 1] in ("", *"/\\ \n\"':;,")
