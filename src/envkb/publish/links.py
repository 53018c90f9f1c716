"""Checks a built site as a browser would see it: every link, also in raw HTML, and nothing loaded from elsewhere."""

import html
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Final
from urllib.parse import unquote, urlsplit

_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_RAW: Final = re.compile(r"(<(script|style)\b[^>]*>).*?</\2\s*>", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([a-zA-Z][\w:-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_STYLE_ADDRESS: Final = re.compile(r"(?:@import\s+|url\(\s*)[\"']?\s*([^\"')\s;]+)")
_LEADING: Final = {"a": "href", "area": "href", "form": "action"}
_LOADING: Final = {
    "audio": ("src",), "embed": ("src",), "iframe": ("src",), "img": ("src", "srcset"), "image": ("href", "xlink:href"),
    "input": ("src",), "link": ("href",), "object": ("data",), "script": ("src",), "source": ("src", "srcset"),
    "track": ("src",), "use": ("href", "xlink:href"), "video": ("src", "poster"),
}  # fmt: skip
_NAMES: Final = "|".join([*_LEADING, *_LOADING])
_TAG: Final = re.compile(
    # Most elements of a page neither lead nor load, nor can be led to: they are passed over by the cheapest test.
    rf"<(?:({_NAMES})\b|[a-z][\w-]*(?=[^<>]*\s(?:id|style)\s*=))"
    r"((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.IGNORECASE,
)
_NOT_LOADED: Final = {"canonical", "alternate", "author", "license", "next", "prev", "help", "search"}
"""Relations of `link` that a browser does not fetch."""
_STATE: Final = re.compile(r"[\w-]+=")
"""A fragment that holds a page's state, not a place on it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on one page.

    Attributes:
        page: The file below the site's folder.
        what: What is wrong, in a few words.
    """

    page: str
    what: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.page}: {self.what}"


@dataclass(slots=True)
class _Scan:
    anchors: set[str] = field(default_factory=set)
    leads: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)


def check_site(site: Path, expected: Sequence[str] = ()) -> list[Problem]:
    """Return everything that is wrong with a built site, sorted by page.

    Args:
        site: Its folder.
        expected: Files that have to be there, relative to the folder.
    """
    files = set(_files(site))
    problems = [Problem(path, "was not built") for path in expected if path not in files]
    scans = {
        path: _scan((site / path).read_text("utf-8", "replace")) for path in sorted(files) if path.endswith(".html")
    }
    for page, scan in scans.items():
        problems += (
            Problem(page, f"loads {address}, which is not part of the site")
            for address in scan.loads
            if _is_foreign(address)
        )
        problems += (
            Problem(page, what)
            for address in dict.fromkeys([*scan.leads, *scan.loads])
            if (what := _wrong(page, address, files, scans, _base_of(site) if page == "404.html" else ""))
        )
    for path in sorted(files):
        if path.endswith(".css"):
            problems += _check_style(path, (site / path).read_text("utf-8", "replace"), files)
    return sorted(problems, key=str)


def _files(site: Path) -> Iterator[str]:
    for folder, _, names in os.walk(site):
        place = Path(folder).relative_to(site).as_posix()
        yield from (name if place == "." else f"{place}/{name}" for name in names)


def _scan(text: str) -> _Scan:
    scan = _Scan()
    for tag in _TAG.finditer(_RAW.sub(r"\1", _COMMENT.sub("", text))):
        name = (tag[1] or "").lower()
        values = {
            found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "")
            for found in _ATTRIBUTE.finditer(tag[2])
        }
        scan.anchors |= {values[key] for key in ("id", "name") if key in values}
        if name in _LEADING and _LEADING[name] in values:
            scan.leads.append(values[_LEADING[name]])
        scan.loads += _loads(name, values)
    return scan


def _loads(tag: str, values: dict[str, str]) -> Iterator[str]:
    if tag == "link" and set(values.get("rel", "").lower().split()) & _NOT_LOADED:
        return
    for attribute in _LOADING.get(tag, ()):
        value = values.get(attribute, "")
        if attribute == "srcset":
            yield from (candidate.split()[0] for candidate in value.split(",") if candidate.strip())
        elif value:
            yield value
    if "style" in values:
        yield from _STYLE_ADDRESS.findall(values["style"])


def _is_foreign(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def _wrong(page: str, address: str, files: set[str], scans: dict[str, _Scan], base: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "javascript" and address != "javascript:void(0)":
        return f"has a link that runs {address[:60]}"
    if parts.scheme or parts.netloc:
        return ""
    target = _resolve(page, unquote(parts.path), base)
    if target not in files:
        target = normpath(join(target, "index.html"))
    if target not in files:
        return f"links to {address}, which does not exist"
    fragment = unquote(parts.fragment)
    if not fragment or target not in scans or _STATE.match(fragment) or fragment in scans[target].anchors:
        return ""
    return f"links to {address}, but {target} has no such place"


def _resolve(page: str, path: str, base: str) -> str:
    if path.startswith("/"):
        return normpath(path.removeprefix(base).lstrip("/") or ".")
    return normpath(join(dirname(page), path)) if path else page


def _base_of(site: Path) -> str:
    # The page for what is not found is served at any depth, so its links start at the site's root.
    found = re.search(r'"base":\s*"(/[^"]*)"', (site / "404.html").read_text("utf-8", "replace"))
    return found[1].rstrip("/") if found else ""


def _check_style(path: str, text: str, files: set[str]) -> Iterator[Problem]:
    for address in _STYLE_ADDRESS.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
        if _is_foreign(address):
            yield Problem(path, f"loads {address}, which is not part of the site")
        elif (
            not address.startswith(("data:", "#")) and _resolve(path, unquote(urlsplit(address).path), "") not in files
        ):
            yield Problem(path, f"loads {address}, which does not exist")
