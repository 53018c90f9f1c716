"""Citations on the site, opened from a folder."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import rispy
from pybtex.database import parse_string

from browser import Browser
from built_site import Site
from envkb.cite.citation import cite_record
from envkb.cite.formats import FORMATS

pytestmark = pytest.mark.real

SHOWN = """
    const boxes = [...document.querySelectorAll('.kb-citing details')];
    return boxes.map((box) => [box.querySelector('summary').textContent, box.querySelector('pre').textContent]);
"""
OPEN_ALL = "for (const box of document.querySelectorAll('.kb-citing details')) box.open = true;"
# What a download would hold is kept in the page instead of a file.
CATCH = """
    window.caught = [];
    URL.createObjectURL = (blob) => { blob.text().then((text) => window.caught.push(text)); return 'about:blank#'; };
    HTMLAnchorElement.prototype.click = function () { window.named = this.download; };
"""
PRESS = """
    [...document.querySelectorAll('.kb-collect button, .kb-row-id button')]
        .filter((button) => button.textContent === arguments[0])[arguments[1] || 0].click();
"""
TRAY = "return document.querySelector('.kb-tray').hidden ? '' : document.querySelector('.kb-tray span').textContent"


def wait_for(condition: Callable[[], object]) -> bool:
    """Return whether something becomes true within ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_record_can_be_cited_in_every_format_and_each_can_be_copied(browser: Browser, site: Site) -> None:
    browser.show(site.record)
    browser.run(OPEN_ALL)
    assert wait_for(lambda: all(text for _, text in browser.run(SHOWN)))
    stored = site.base.read(site.record.parent.name)
    citation = cite_record(stored, site.base.settings)
    shown = {text.strip() for _, text in browser.run(SHOWN)}
    assert shown == {write([citation]).strip() for write in FORMATS.values()}
    button = "document.querySelectorAll('.kb-citing [data-kb-copy]')"
    assert browser.run(f"return [...{button}].every((each) => !each.hidden)")
    last = len(FORMATS) - 1
    browser.run(f"{button}[{last}].click()")
    assert wait_for(lambda: browser.run(f"return {button}[{last}].textContent") == "Copied")


def test_the_citation_of_an_attack_is_text(browser: Browser, site: Site) -> None:
    for page in site.hostile:
        browser.show(page)
        browser.run("window.attacked = () => { window.broken = true; };" + OPEN_ALL)
        assert wait_for(lambda: all(text for _, text in browser.run(SHOWN)))
        assert browser.run("return document.querySelectorAll('.kb-citing pre *').length") == 0
        assert browser.run("return window.broken || false") is False


def test_several_records_are_collected_and_downloaded_as_one_file(browser: Browser, site: Site) -> None:
    browser.show(site.folder / "kb/records/index.html")
    browser.run(CATCH)
    assert browser.run(TRAY) == ""
    browser.run(PRESS, "Collect")
    browser.run(PRESS, "Collect")
    assert browser.run(TRAY) == "2 records collected"
    browser.run(PRESS, "Download .bib")
    assert wait_for(lambda: browser.run("return window.caught.length"))
    entries = parse_string(browser.run("return window.caught[0]"), "bibtex").entries
    assert len(entries) == 2
    assert browser.run("return window.named") == f"{site.base.settings.id}.bib"
    browser.run(PRESS, "Download .ris")
    assert wait_for(lambda: browser.run("return window.caught.length") == 2)
    assert {entry["id"] for entry in rispy.loads(browser.run("return window.caught[1]"))} == set(entries)
    browser.run(PRESS, "Collected")
    assert browser.run(TRAY) == "1 record collected"
    browser.run(PRESS, "Clear")
    assert browser.run(TRAY) == ""


def test_a_record_that_is_no_longer_in_the_site_is_told(browser: Browser, site: Site) -> None:
    browser.show(site.record)
    browser.run(CATCH)
    stale = f'["KB-2026-WERC8-GMRZGT","{site.record.parent.name}","../../evil"]'
    key = f"kb-collected/{site.base.settings.id}"
    browser.run("localStorage.setItem(arguments[0], arguments[1]);", key, stale)
    browser.run("dispatchEvent(new StorageEvent('storage', { key: arguments[0] }));", key)
    assert browser.run(TRAY) == "2 records collected"
    browser.run(PRESS, "Download .bib")
    assert wait_for(lambda: browser.run("return window.caught.length"))
    assert len(parse_string(browser.run("return window.caught[0]"), "bibtex").entries) == 1
    assert browser.run("return document.querySelector('.kb-tray [role=status]').textContent") == (
        "1 of them is not in this site"
    )


def test_without_scripts_the_usual_formats_can_be_read(site: Site) -> None:
    page = site.record.read_text("utf-8")
    for label in ("Short, for a report", "APA", "IEEE", "ISO 690", "BibTeX", "RIS"):
        assert f"<summary>{label}</summary>" in page
    assert 'data-kb-collect="' in page
    assert "hidden></div>" in page


def test_nothing_of_a_citation_is_wider_than_a_phone(browser: Browser, site: Site, tmp_path: Path) -> None:
    for width in (360, 1280):
        browser.show(site.record, width=width)
        browser.run(OPEN_ALL)
        assert wait_for(lambda: all(text for _, text in browser.run(SHOWN)))
        browser.run(PRESS, "Collect")
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
        browser.run("document.querySelector('.kb-citing').scrollIntoView()")
        browser.driver.save_screenshot(str(tmp_path / f"{width}.png"))
