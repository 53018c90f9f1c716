"""Makes the pages of many records from one that the builder has built.

A builder takes milliseconds for each page, whatever is on it. So beyond some number of records it is given a single
page with marks in it, and that page is copied for each record with the record's own text in the marks' places.
"""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from markupsafe import Markup

from envkb.errors import ToolFailedError
from envkb.publish.render.page import Page

_ID: Final = "KB-SHELL-ID"
_TITLE: Final = "KB-SHELL-TITLE"
_DESCRIPTION: Final = "KB-SHELL-DESCRIPTION"
_BODY: Final = Markup("<div><h1>KB-SHELL-BODY</h1></div>")
_MARK: Final = re.compile(f"{_ID}|{_TITLE}|{_DESCRIPTION}|{_BODY}")
_PLACE: Final = "kb/records"
_SITEMAP_ENTRY: Final = re.compile(rf"\s*<url>(?:(?!</url>).)*{_ID}(?:(?!</url>).)*</url>", re.DOTALL)


def shell_page() -> Page:
    """Return the page with marks, which lies where a record's page would lie."""
    return Page(path=f"records/{_ID}/index.md", title=_TITLE, description=_DESCRIPTION, body=_BODY)


def stamp_records(site: Path, pages: Iterable[Page]) -> None:
    """Put a copy of the built page with marks for each record into a built site, and take the original away.

    Args:
        site: The folder of the built site.
        pages: The pages of the records.

    Raises:
        ToolFailedError: The builder did not build the page with marks, or changed the marks.
    """
    original = site / _PLACE / _ID / "index.html"
    shell = original.read_text("utf-8") if original.is_file() else ""
    if not all(mark in shell for mark in (_TITLE, _BODY)):
        raise ToolFailedError(
            "the builder left out or changed the page that record pages are made from",
            hint="a plugin may do so: try without plugins of your own",
        )
    names = [_stamp(site, shell, page) for page in pages]
    original.unlink()
    original.parent.rmdir()
    _extend_sitemap(site, sorted(names))


def _stamp(site: Path, shell: str, page: Page) -> str:
    name = page.path.split("/")[1]
    values = {_ID: name, _TITLE: page.title_markup, _DESCRIPTION: page.description_markup, _BODY: page.body}
    file = site / _PLACE / name / "index.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_MARK.sub(lambda mark: values[mark[0]], shell), "utf-8")
    return name


def _extend_sitemap(site: Path, names: Iterable[str]) -> None:
    sitemap = site / "sitemap.xml"
    if not sitemap.is_file():
        return
    text = sitemap.read_text("utf-8")
    entry = _SITEMAP_ENTRY.search(text)
    if entry is None:
        return
    entries = "".join(entry[0].replace(_ID, name) for name in names)
    extended = (text[: entry.start()] + entries + text[entry.end() :]).encode()
    sitemap.write_bytes(extended)
    packed = sitemap.with_suffix(".xml.gz")
    if packed.is_file():
        # The time in the header is the builder's: the same build gives the same bytes.
        time = int.from_bytes(packed.read_bytes()[4:8], "little")
        with packed.open("wb") as stream, gzip.GzipFile(sitemap.name, "wb", fileobj=stream, mtime=time) as archive:
            archive.write(extended)
