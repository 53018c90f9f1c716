"""Addresses of indexes, channels and files, which are kept by name; and the hosts that other addresses tell."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Final, NamedTuple

from envkb.document.redaction.contexts import backwards, text_before
from envkb.document.redaction.mentions import FORGES
from envkb.document.redaction.names import is_public_name, is_word
from envkb.document.redaction.spans import Kind, Span, Subject

# Digests of well-known hosts without their top-level domain. So the source names no registry, and a stand-in below
# `.example` is read like the host that it stands for.
_NAMED: Final = {
    "cd88a6fb14237c16": ("/simple", "default"),
    "4ff05e3c263b36b1": ("/packages", "default/packages"),
    "311d24d3b39465e2": ("/pkgs", "defaults"),
    "9a44f7b723e96686": ("/whl", "pytorch"),
    "26c84f99ed91f532": ("/whl", "pytorch"),
    "16d1a1eff8a83cb3": ("", "nvidia"),
}
_CHANNEL_HOSTS: Final = frozenset(("39a3d3e6643931ce", "e7a2e8b216e5aec3", "293ba090206d0434"))
_PUBLIC_CHANNELS: Final = frozenset(
    ("conda-forge", "bioconda", "defaults", "main", "nvidia", "pytorch", "pytorch-nightly", "pyg", "rapidsai", "intel")
)
_TOP_DOMAINS: Final = frozenset(("org", "com", "dev", "io", "example"))
_PRIVATE_DOMAINS: Final = frozenset(("local", "lan", "internal", "corp", "intranet", "localdomain", "home"))

_WEB: Final = r"""https?://([^\s/"'<>\\`|\x00]+)([^\s"'<>\\`|\x00]*)"""
_FILE: Final = r"""file://([^\s"'<>\\`|#?\x00]*[^\s"'<>\\`|#?\x00/.,;)\]}])"""
# Where the public builders of packages build, and homes, which are found as such.
_FOLDERS_LEFT: Final = r"(?:localhost)?/(?:croot|tmp|private/tmp|build|io|home|users|[a-z]:/users)/"
_ARTEFACT: Final = r"(.*)/[^/]+\.(?:whl|conda|zip|tar\.\w+)$"
_USER_INFO: Final = r"""://([^\s/?#"'<>\\\x00]+)@"""
_REMOTE: Final = r"""(?:ssh|tcp|git|wss?|grpc|s?ftp|rsync)://(?:[^\s/@"'<>\x00]*@)?([a-z0-9][a-z0-9.-]*)"""

_PART_END: Final = r"(?![\w-]|\.\w)"
_CHANNEL: Final = r"/([\w-][\w.-]*)"
_PRIVATE_CHANNEL: Final = r"/t/([^/\s]{6,})/(?![0-9]+(?:/|$))[\w.-]+"  # with a number, it is a topic of a forum
_VARIANT: Final = r"/whl(?=/(?:nightly/|test/)?(?:cpu|cu[0-9]{2,3}|rocm[0-9.]+|xpu)(?![\w-]))"
_STRUCTURES: Final = (
    r"(.*?/whl)(?![\w.-])"
    r"|(.*/simple)(?:/[\w.-]+)?/?(?:[#?].*)?$"
    r"|(.*?)/packages/[0-9a-f]{2}/[0-9a-f]{2}/"
    r"|(.*?)/(?:noarch|(?:linux|osx|win)-[0-9a-z]+)/[^/]+\.(?:conda|tar\.bz2|json)"
    r"|(.*)/[^/]+\.whl(?![\w-])"
)
_LABEL: Final = (
    r"""["']?\\?[ ]*[:=]?[ ]*["']?\\?"""
    + backwards(
        "index|indexes|index-url|index_url|index url|find-links|find_links|registry|channel|channel_alias|channels"
    )
    + "(?![a-z])"
)
_LISTS: Final = ("looking in indexes:", "looking in links:")
_LONGEST_PATH: Final = 2000


class _Place(NamedTuple):
    """How much of a path belongs to an address that is replaced, and by which name; None: by a placeholder."""

    length: int
    name: str | None


class AddressFinder:
    """Finds addresses; knows the names that the caller gives them."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Prepare the search.

        Args:
            known: Names by the start of the addresses that they stand for.
        """
        self._known: dict[str, list[tuple[str, str]]] = {}
        for address in sorted(known, key=len, reverse=True):
            authority, slash, path = address.lower().partition("://")[2].rstrip("/").partition("/")
            self._known.setdefault(authority.rpartition("@")[2], []).append((slash + path, known[address]))

    def __call__(self, subject: Subject) -> Iterator[Span]:
        """Yield indexes, channels and files; hosts of networks that are not public; users and passwords."""
        low = subject.low
        if "://" not in low:
            return
        for match in re.finditer(_WEB, low):
            yield from self._judge(low, match)
        for match in re.finditer(_FILE, low):
            yield from self._judge_file(match)
        for match in re.finditer(_REMOTE, low):
            if _is_private(match[1]):
                yield Span(*match.span(1), Kind.HOST)
        for match in re.finditer(_USER_INFO, low):
            if match[1] not in ("git", "hg", "svn"):
                login = low[max(0, match.start() - 3) : match.start()] == "ssh" and ":" not in match[1]
                yield Span(*match.span(1), Kind.USER if login else Kind.CREDENTIAL)

    def _judge(self, low: str, match: re.Match[str]) -> Iterator[Span]:
        authority, path = match.groups()
        host = authority.rpartition("@")[2].rstrip(",;.:)]}")
        token = re.match(_PRIVATE_CHANNEL, path)
        if token:
            yield Span(match.start(2) + token.start(1), match.start(2) + token.end(1), Kind.TOKEN)
        place = self._place(host, path, token)
        if place is None and _is_labelled(low, match.start()):
            place = _Place(len(path.rstrip("/,;.)")), None)
        start = match.start(1) + authority.rindex(host)
        if place:
            end = match.start(2) + place.length if place.length else start + len(host)
            value = host + path[: place.length]
            yield Span(match.start(), end, Kind.ADDRESS if place.name else Kind.INDEX, value, place.name)
        elif _is_private(host) or (low[match.start() - 4 : match.start()] == "git+" and host not in FORGES):
            yield Span(start, start + len(host.partition(":")[0]), Kind.HOST)

    def _judge_file(self, match: re.Match[str]) -> Iterator[Span]:
        path = match[1]
        place = self._known_place("", path)
        if place is None and not re.match(_FOLDERS_LEFT, path):
            artefact = re.match(_ARTEFACT, path)
            place = _Place(artefact.end(1) if artefact else len(path), None)
        if place:
            kind = Kind.ADDRESS if place.name else Kind.INDEX
            yield Span(match.start(), match.start(1) + place.length, kind, path[: place.length], place.name)

    def _known_place(self, host: str, path: str) -> _Place | None:
        for start, name in self._known.get(host, ()):
            if path.startswith(start) and re.match(_PART_END, path[len(start) : len(start) + 2]):
                return _Place(len(start), name)
        return None

    def _place(self, host: str, path: str, token: re.Match[str] | None) -> _Place | None:
        place = self._known_place(host, path) or _public_place(host, path)
        if place or host in FORGES or host.startswith("localhost"):
            return place
        if token:
            return _Place(token.end(), None)
        # In a sentence, what follows an address is no part of it.
        found = re.match(_STRUCTURES, path[:_LONGEST_PATH].rstrip(",;.:)]}"))
        if found is None or found.lastindex is None or found.group().endswith((".html", ".htm")):
            return None
        names = [name for _, name in self._known.get(host, ())]
        return _Place(found.end(found.lastindex), names[0] if names and "/packages/" in path else None)


def _public_place(host: str, path: str) -> _Place | None:
    digest = _digest(host)
    if digest in _CHANNEL_HOSTS:
        token = re.match(r"/t/[^/\s]+", path)
        start = token.end() if token else 0
        channel = re.match(_CHANNEL, path[start:])
        if channel is None or (token and channel[1] not in _PUBLIC_CHANNELS):
            return None
        return _Place(start + channel.end(), channel[1])
    if digest in _NAMED:
        start_of_path, name = _NAMED[digest]
        if re.match(re.escape(start_of_path) + _PART_END, path):
            return _Place(len(start_of_path), name)
    variant = re.match(_VARIANT, path)
    return _Place(variant.end(), "pytorch") if variant else None


@cache
def _digest(host: str) -> str:
    name, _, top = host.rpartition(".")
    return sha256(name.encode()).hexdigest()[:16] if top in _TOP_DOMAINS else ""


def _is_private(host: str) -> bool:
    name, dot, top = host.partition(":")[0].rpartition(".")
    if dot:
        return top in _PRIVATE_DOMAINS or name.endswith(".ts")
    return top[:1].isalnum() and not is_word(top) and not is_public_name(top)


def _is_labelled(low: str, start: int) -> bool:
    if re.match(_LABEL, text_before(low, start)):
        return True
    line = low[max(low.rfind("\n", 0, start) + 1, start - 1000) : start]
    return any(each in line for each in _LISTS)
