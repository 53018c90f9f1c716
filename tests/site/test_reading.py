"""Pages as readers meet them: opened from a folder or a server, on a phone, in the dark, with a keyboard."""

import functools
import http.server
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from browser import Browser
from built_site import TITLE, Site

pytestmark = pytest.mark.real

# Contrast by the formula of WCAG 2, of every text that is shown against what is behind it.
FAINT = """
    const number = (text) => text.match(/[\\d.]+/g).map(Number);
    const over = ([r, g, b, a = 1], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
    const luminance = (color) => color.map((part) => part / 255)
        .map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [.2126, .7152, .0722][i], 0);
    const ground = (element) => {
        if (!element) return [255, 255, 255];
        return over(number(getComputedStyle(element).backgroundColor), ground(element.parentElement));
    };
    const faint = [];
    for (const element of document.querySelectorAll('.kb *')) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!own || !element.checkVisibility({ opacityProperty: true }) || element.closest('svg')) continue;
        const behind = ground(element);
        const [a, b] = [luminance(over(number(getComputedStyle(element).color), behind)), luminance(behind)];
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (ratio < 4.5) faint.push([element.className || element.tagName, element.textContent.slice(0, 30), ratio]);
    }
    return faint;
"""


def wait_for(condition: Callable[[], bool]) -> bool:
    """Return whether a condition comes true within some seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def served(site: Site, tmp_path: Path) -> Iterator[str]:
    """Serve the site below a path, as a project's pages are, and give the address."""
    shutil.copytree(site.folder, tmp_path / "some/path")
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/some/path"
        server.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def test_pages_opened_from_a_folder_ask_for_nothing_outside_of_it(browser: Browser, site: Site) -> None:
    browser.requests()
    for page in site.pages():
        browser.show(page)
    asked = [address for address, _ in browser.requests() if not address.startswith(("data:", "about:"))]
    assert len(asked) > 20
    assert [address for address in asked if not address.startswith(site.folder.as_uri())] == []


def test_a_site_below_a_path_of_a_server_misses_nothing(browser: Browser, site: Site, served: str) -> None:
    browser.show(f"{served}/")
    browser.requests()
    for page in site.pages():
        browser.show(f"{served}/{page.parent.relative_to(site.folder).as_posix()}/".replace("/./", "/"))
    answers = [(address, status) for address, status in browser.requests() if address.startswith("http")]
    assert len(answers) > 10
    # What the next page interrupted has no status.
    assert [answer for answer in answers if answer[1] not in (200, 304, None)] == []
    assert [address for address, _ in answers if not address.startswith(served)] == []


def test_the_permanent_address_of_a_record_is_a_folder(browser: Browser, site: Site, served: str) -> None:
    browser.show(f"{served}/kb/records/{site.record.parent.name}/")
    assert browser.run("return document.querySelector('h1').textContent") == TITLE


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_no_page_is_wider_than_its_window(browser: Browser, site: Site, width: int) -> None:
    for page in site.pages():
        browser.show(page, width=width)
        browser.run("document.querySelectorAll('details').forEach((fold) => { fold.open = true; });")
        assert browser.run("return document.documentElement.scrollWidth") <= width, page


@pytest.mark.parametrize("width", [360, 390])
def test_the_matrix_of_risks_is_seen_whole_on_a_phone(browser: Browser, site: Site, width: int) -> None:
    browser.show(site.folder / "kb/risks/index.html", width=width)
    around = "document.querySelector('.kb-matrix').parentElement"
    assert browser.run(f"return {around}.scrollWidth <= {around}.clientWidth")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser: Browser, site: Site, *, dark: bool) -> None:
    scheme = "slate" if dark else "default"
    for page in site.pages():
        browser.show(page, dark=dark)
        assert wait_for(lambda: browser.run("return document.body.dataset.mdColorScheme") == scheme)
        browser.run("document.querySelectorAll('details').forEach((fold) => { fold.open = true; });")
        assert browser.run(FAINT) == [], page


def test_the_search_of_the_theme_finds_a_symptom_from_a_folder(browser: Browser, site: Site) -> None:
    browser.show(site.folder / "index.html")
    browser.run("document.querySelector('[data-md-toggle=search]').click()")
    typed = "const field = document.querySelector('.md-search__input'); field.focus(); field.value = arguments[0];"
    browser.run(
        typed + "field.dispatchEvent(new Event('keyup')); field.dispatchEvent(new Event('input'));", "libcuda.so"
    )
    found = "return [...document.querySelectorAll('.md-search-result__link')].map((link) => link.href)"
    assert wait_for(lambda: any("wsl-libcuda" in address for address in browser.run(found)))


def test_every_link_of_a_page_leads_to_a_page_also_from_a_folder(browser: Browser, site: Site) -> None:
    for page in site.pages():
        browser.show(page)
        absolute = "(link) => new URL(link.getAttribute('href'), location).href"  # what a picture's link has, too
        links = browser.run(f"return [...document.querySelectorAll('a[href]')].map({absolute})")
        inside = {re.split("[?#]", link)[0] for link in links if link.startswith(site.folder.as_uri())}
        assert inside
        for link in inside:
            assert Path(link.removeprefix("file://")).is_file(), (page, link)


def test_a_conflict_is_shown_open_with_all_values_and_their_sources(browser: Browser, site: Site) -> None:
    browser.show(site.record)
    shown = browser.run("return document.querySelector('#facts-cpu .kb-conflict').innerText").split()
    assert {"conflict", "microarchitecture", "zen4", "archspec", "icelake", "lscpu"} <= set(shown)
    assert browser.run("return document.querySelector('#facts-cpu').open") is True
    assert browser.run("return document.querySelector('#facts-memory').open") is False


def test_a_link_to_a_fold_opens_it(browser: Browser, site: Site) -> None:
    browser.show(f"{site.record.as_uri()}#facts-memory")
    assert wait_for(lambda: browser.run("return document.querySelector('#facts-memory').open") is True)


def test_the_digest_can_be_copied(browser: Browser, site: Site) -> None:
    browser.show(site.record)
    button = "document.querySelector('[data-kb-copy][aria-label=\"Copy the digest\"]')"
    assert browser.run(f"return {button}.hidden") is False
    assert browser.run(f"return {button}.dataset.kbCopy").isalnum()
    browser.run(f"{button}.click()")
    assert wait_for(lambda: browser.run(f"return {button}.textContent") == "Copied")


def test_a_long_table_can_be_filtered(browser: Browser, site: Site) -> None:
    browser.show(site.record)
    script = """
        const field = document.querySelector('.kb-filter');
        field.value = 'cudnn'; field.dispatchEvent(new Event('input'));
        return [...document.querySelectorAll('.kb-dists tbody tr')].filter((row) => !row.hidden).length;
    """
    assert browser.run(script) == 1


def test_an_old_evaluation_says_how_long_ago_it_was(browser: Browser, site: Site) -> None:
    clock = "Date.now = () => Date.parse('2026-12-03T12:00:00Z');"
    script = browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": clock})
    browser.show(site.folder / "index.html")
    shown = browser.run("return document.querySelector('[data-kb-evaluated]').parentElement.textContent")
    browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    assert shown.startswith("Evaluated on 2026-11-23 (10 days ago) from 7 records")
