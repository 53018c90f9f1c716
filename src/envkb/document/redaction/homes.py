"""Home folders of Linux, macOS, Windows and WSL, whoever they belong to."""

import re
from collections.abc import Iterator
from typing import Final

from envkb.document.redaction.spans import Kind, Span, Subject

_WINDOW: Final = 200

# A name ends where its path goes on. A Windows account may have blanks in it; then a path must go on.
_ACCOUNT: Final = r"""([^\s\\/:*?"'<>|$%{}()\[\],;&`=\x00]+)"""
_SPACED: Final = r"""([^\s\\/:*?"'<>|$%{}\x00]+(?: [^\s\\/:*?"'<>|$%{}\x00]+){1,3})(?=\\)"""
_FOLDERS: Final = (
    ("home", rf"home(?<=[\\/]home)[\\/]{{1,4}}{_ACCOUNT}"),
    ("users", rf"users(?<=[\\/]users)[\\/]{{1,4}}(?:(?<=\\){_SPACED}|{_ACCOUNT})"),
    (
        "documents",
        rf"documents and settings(?<=[\\/]documents and settings)[\\/]{{1,4}}(?:{_SPACED}|{_ACCOUNT})",
    ),
)
_IN_URLS: Final = (("%2fhome%2f", r"%2fhome%2f[\w.-]+"), ("%2fusers%2f", r"%2fusers%2f[\w.-]+"))
_NOBODYS: Final = frozenset(("shared", "public", "default", "all users", "linuxbrew"))
# Packages built by the public conda community name its build machine's folder.
_FEEDSTOCK: Final = "conda/feedstock_root"

_WORD_BACKWARDS: Final = r"""[^\s"'=,;()\[\]<>|&`\x00]*"""
_WEB: Final = r"(?:.*[^a-z])?https?://"
_DRIVE: Final = r"(?:.*[^a-z])?([a-z]:)"
_ABOVE: Final = r"(?:[\\/]{1,4}[^\\/]+){0,2}|[\\/]system[\\/]volumes[\\/]data"


def find_homes(subject: Subject) -> Iterator[Span]:
    """Yield the home folders that paths start with."""
    low = subject.low
    for needle, pattern in _FOLDERS:
        if not subject.has(needle):
            continue
        for match in re.finditer(pattern, low):
            account = match.group(match.lastindex or 0).rstrip(".")
            start = _start_of_path(low, match.start() - 1)
            if start is not None and _is_account(low, account, match.start(match.lastindex or 0)):
                yield Span(start, match.start(match.lastindex or 0) + len(account), Kind.HOME)
    for needle, pattern in _IN_URLS:
        if subject.has(needle):
            yield from (Span(*match.span(), Kind.HOME) for match in re.finditer(pattern, low))


def _is_account(low: str, account: str, start: int) -> bool:
    # `/users/42` is an address of a web service.
    return bool(account) and not account.isdigit() and account not in _NOBODYS and not low.startswith(_FEEDSTOCK, start)


def _start_of_path(low: str, separator: int) -> int | None:
    """Return where the path with this separator starts; None where it is relative or part of a web address."""
    while low[separator - 1 : separator + 1] == "\\\\":
        separator -= 1  # of a path that was escaped
    backwards = low[max(0, separator - _WINDOW) : separator][::-1]
    found = re.match(_WORD_BACKWARDS, backwards)
    word = found.group()[::-1] if found else ""
    if re.match(_WEB, word):
        return None
    drive = re.fullmatch(_DRIVE, word)
    if drive:
        return separator - len(drive.group(1))
    if "://" in word:
        return separator
    above = word.rpartition(":")[2]
    if re.fullmatch(_ABOVE, above):
        return separator - len(above)
    # `-I/home/ada`, `@/home/ada`, and a line end that was escaped.
    glued = above.startswith("-") or above.endswith((r"\n", r"\r", r"\t")) or not any(map(str.isalnum, above))
    return separator if glued and above[-1:] != "." and "~" not in above else None
