import gzip
from pathlib import Path

import pytest
from markupsafe import Markup

from envkb.errors import ToolFailedError
from envkb.publish.render.page import Page
from envkb.publish.stamp import shell_page, stamp_records

FRAME = '<title>{title} - S</title><link href="https://s.example/{path}"><meta content="{description}">{body}<footer>'
MAP = "<urlset>\n    <url><loc>https://s.example/</loc></url>\n    <url><loc>https://s.example/{path}</loc></url>\n</urlset>"


def frame(page: Page) -> str:
    path = page.path.replace(".md", ".html")
    return FRAME.format(title=page.title_markup, path=path, description=page.description_markup, body=page.body)


def built(site: Path) -> Path:
    shell = shell_page()
    page = site / "kb" / shell.path.replace(".md", ".html")
    page.parent.mkdir(parents=True)
    page.write_text(frame(shell))
    (site / "sitemap.xml").write_text(MAP.format(path=shell.path))
    (site / "sitemap.xml.gz").write_bytes(gzip.compress(b"old", mtime=7))
    return page


def record_page(name: str) -> Page:
    return Page(f"records/{name}/index.md", f"<b> {name}", "KB-SHELL-BODY {}", Markup(f"<div>{name}</div>"))


def test_a_stamped_page_is_what_the_builder_would_have_made(tmp_path: Path) -> None:
    shell = built(tmp_path)
    pages = [record_page("KB-2"), record_page("KB-1")]
    stamp_records(tmp_path, pages)
    for page in pages:
        assert (tmp_path / "kb" / page.path.replace(".md", ".html")).read_text() == frame(page)
    assert not shell.parent.exists()


def test_the_map_of_the_site_names_every_stamped_page(tmp_path: Path) -> None:
    built(tmp_path)
    stamp_records(tmp_path, [record_page("KB-2"), record_page("KB-1")])
    text = (tmp_path / "sitemap.xml").read_text()
    assert text.index("records/KB-1/") < text.index("records/KB-2/")
    assert text.count("<url>") == 3
    packed = (tmp_path / "sitemap.xml.gz").read_bytes()
    assert gzip.decompress(packed).decode() == text
    assert packed[4:8] == b"\x07\x00\x00\x00"


def test_a_site_without_a_map_gets_none(tmp_path: Path) -> None:
    built(tmp_path)
    (tmp_path / "sitemap.xml").unlink()
    stamp_records(tmp_path, [record_page("KB-1")])
    assert not (tmp_path / "sitemap.xml").exists()


def test_a_builder_that_lost_the_page_or_its_marks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ToolFailedError, match="left out or changed"):
        stamp_records(tmp_path, [])
    built(tmp_path).write_text("<title>something else</title>")
    with pytest.raises(ToolFailedError, match="left out or changed"):
        stamp_records(tmp_path, [])
