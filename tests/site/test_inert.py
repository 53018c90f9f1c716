"""Whatever a record holds, its page shows it and does nothing else."""

from collections.abc import Iterator

import pytest

from browser import Browser
from built_site import Site
from envkb.publish.render.text import visible
from hostile import ATTACK, LINES

pytestmark = pytest.mark.real

WATCH = "window.attacks = []; window.attacked = (what) => { window.attacks.push(what); };"
FOREIGN = """
    const never = new Set(['IFRAME', 'IMG', 'STYLE', 'LINK', 'OBJECT', 'EMBED', 'FORM', 'TEXTAREA']);
    const ours = (script) => !script.textContent && script.matches('.kb-collect + [src="../../assets/cite.js"]');
    return [...document.querySelectorAll('.kb *')].filter((element) =>
        never.has(element.tagName)
        || (element.tagName === 'SCRIPT' && !element.parentElement.matches('.kb-explorer') && !ours(element))
        || element.getAttributeNames().some((name) => name.startsWith('on') || name === 'style')
        || /^\\s*(javascript|data|vbscript):/i.test(element.getAttribute('href') || '')
    ).map((element) => element.outerHTML.slice(0, 200));
"""


@pytest.fixture
def watched(browser: Browser) -> Iterator[Browser]:
    script = browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    yield browser
    browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_no_text_of_a_record_becomes_an_element_or_runs(watched: Browser, site: Site) -> None:
    below = [page for page in site.folder.glob("kb/*/*/index.html") if page.parent.parent.name != "records"]
    for page in {*site.pages(), *below}:
        watched.show(page)
        watched.run("document.querySelectorAll('details').forEach((fold) => { fold.open = true; });")
        assert watched.run("return window.attacks") == [], page
        assert watched.run(FOREIGN) == [], page


def test_the_text_of_an_attack_is_shown_as_it_is(watched: Browser, site: Site) -> None:
    for page in site.hostile:
        watched.show(page)
        title = watched.run("return document.querySelector('.kb h1').textContent")
        assert title.startswith(visible(ATTACK))
        assert "⟨U+202E⟩" in title
        symptom = watched.run("return document.querySelector('.kb-symptom').textContent")
        assert symptom.startswith(visible(LINES))


def test_the_page_around_an_attack_stays_whole(watched: Browser, site: Site) -> None:
    for page in site.hostile:
        watched.show(page)
        assert watched.run("return document.querySelectorAll('.kb').length") == 1
        assert watched.run("return document.querySelectorAll('.kb-record > .kb-cols > .kb-main').length") == 1
        assert watched.run("return document.querySelectorAll('h1').length") == 1
        assert watched.run("return document.querySelector('title').textContent").startswith(visible(ATTACK)[:40])
        assert watched.run("return document.querySelectorAll('.md-footer').length") == 1


def test_the_explorer_lists_and_filters_an_attack_as_text(watched: Browser, site: Site) -> None:
    watched.show(site.folder / "kb/records/index.html")
    titles = watched.run("return [...document.querySelectorAll('.kb-row-title')].map((link) => link.textContent)")
    assert any(title.startswith(visible(ATTACK)) for title in titles)
    for box in range(watched.run("return document.querySelectorAll('.kb-facets input').length")):
        watched.run("document.querySelectorAll('.kb-facets input')[arguments[0]]?.click()", box)
    assert watched.run("return window.attacks") == []
    assert watched.run(FOREIGN) == []
