"""Whatever a record holds, its page shows it and does nothing else."""

import pytest

from browser import Browser
from envkb.publish.render.text import visible
from hostile import ATTACK, LINES

pytestmark = pytest.mark.real

WATCH = "window.attacks = []; window.attacked = (what) => { window.attacks.push(what); };"
FOREIGN = """
    const allowed = new Set(['kb-explorer']);
    return [...document.querySelectorAll('.kb *')].filter((element) =>
        ['SCRIPT', 'IFRAME', 'IMG', 'STYLE', 'LINK', 'OBJECT', 'EMBED', 'FORM', 'TEXTAREA'].includes(element.tagName)
            && !(element.tagName === 'SCRIPT' && element.parentElement.matches('.kb-explorer'))
        || element.getAttributeNames().some((name) => name.startsWith('on') || name === 'style')
        || /^\\s*(javascript|data|vbscript):/i.test(element.getAttribute('href') || '')
    ).map((element) => element.outerHTML.slice(0, 200));
"""


@pytest.fixture
def watched(browser):
    script = browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    yield browser
    browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_no_text_of_a_record_becomes_an_element_or_runs(watched: Browser, site) -> None:
    for page in ("records", "hosts", "edge-cases", "."):
        watched.show(site.folder / "kb" / page / "index.html" if page != "." else site.folder / "index.html")
        assert watched.run("return window.attacks") == []
        assert watched.run(FOREIGN) == []
    watched.show(site.hostile)
    assert watched.run("document.querySelectorAll('details').forEach((fold) => { fold.open = true; });") is None
    assert watched.run("return window.attacks") == []
    assert watched.run(FOREIGN) == []


def test_every_page_of_an_attacking_edge_case_or_host_is_inert(watched: Browser, site) -> None:
    pages = [page for page in site.folder.glob("kb/*/*/index.html") if page.parent.parent.name != "records"]
    assert len(pages) > 5
    for page in pages:
        watched.show(page)
        assert watched.run("return window.attacks") == [], page
        assert watched.run(FOREIGN) == [], page


def test_the_text_of_an_attack_is_shown_as_it_is(watched: Browser, site) -> None:
    watched.show(site.hostile)
    title = watched.run("return document.querySelector('.kb h1').textContent")
    assert title.startswith(visible(ATTACK))
    assert "⟨U+202E⟩" in title
    symptom = watched.run("return document.querySelector('.kb-symptom').textContent")
    assert symptom.startswith(visible(LINES))


def test_the_page_around_an_attack_stays_whole(watched: Browser, site) -> None:
    watched.show(site.hostile)
    assert watched.run("return document.querySelectorAll('.kb').length") == 1
    assert watched.run("return document.querySelectorAll('.kb-record > .kb-cols > .kb-main').length") == 1
    assert watched.run("return document.querySelectorAll('h1').length") == 1
    assert watched.run("return document.querySelector('title').textContent").startswith(visible(ATTACK)[:40])
    assert watched.run("return document.querySelectorAll('.md-footer').length") == 1


def test_the_explorer_lists_and_filters_an_attack_as_text(watched: Browser, site) -> None:
    watched.show(site.folder / "kb/records/index.html")
    titles = watched.run("return [...document.querySelectorAll('.kb-row-title')].map((link) => link.textContent)")
    assert any(title.startswith(visible(ATTACK)) for title in titles)
    watched.run("document.querySelectorAll('.kb-facet').forEach((fold) => { fold.open = true; });")
    for box in range(watched.run("return document.querySelectorAll('.kb-facets input').length")):
        watched.run("document.querySelectorAll('.kb-facets input')[arguments[0]]?.click()", box)
    assert watched.run("return window.attacks") == []
    assert watched.run(FOREIGN) == []
