"""The explorer of records, opened from a folder."""

import pytest

from browser import Browser
from built_site import TITLE, Site

pytestmark = pytest.mark.real

TITLES = "return [...document.querySelectorAll('.kb-row-title')].map((link) => link.textContent)"
TYPE = "const field = document.querySelector('.kb-find input'); field.value = arguments[0];"
TYPED = TYPE + "field.dispatchEvent(new Event('input'));"
TICK = """
    const label = [...document.querySelectorAll('.kb-facets label')]
        .find((label) => label.querySelector('span').textContent === arguments[0]);
    label.querySelector('input').focus();
    label.querySelector('input').click();
"""


@pytest.fixture
def explorer(browser: Browser, site: Site) -> Browser:
    browser.show("about:blank")
    browser.show(site.folder / "kb/records/index.html")
    return browser


def own_titles(browser: Browser) -> list[str]:
    """Return the titles listed, those of attacks left out."""
    return [title for title in browser.run(TITLES) if "window.attacked" not in title]


def test_at_first_it_lists_what_counts_the_newest_first(explorer: Browser) -> None:
    assert own_titles(explorer) == [
        "pytorch from conda-forge on the same RTX 4070",
        TITLE,
        "torch 2.13.0 with Metal on a Mac mini M4",
        "torch CPU wheel on a Raspberry Pi 5: illegal instruction",
        "Second try, numbers corrected",
    ]
    assert explorer.run("return document.querySelector('[role=status]').textContent") == "7 of 10 records"


def test_text_filters_titles_tags_symptoms_and_ids(explorer: Browser, site: Site) -> None:
    for text, count in (("METAL mini", 1), ("illegal instr", 1), ("#conda", 0), ("conda", 1), ("linalg_eigh", 1)):
        explorer.run(TYPED, text)
        assert len(own_titles(explorer)) == count, text
    explorer.run(TYPED, site.record.parent.name)
    assert own_titles(explorer) == [TITLE]


def test_facets_narrow_the_list_and_count_what_they_would_give(explorer: Browser) -> None:
    explorer.run(TICK, "Apple M4")
    assert own_titles(explorer) == ["torch 2.13.0 with Metal on a Mac mini M4"]
    explorer.run(TICK, "NVIDIA GeForce RTX 4070")
    assert "pytorch from conda-forge on the same RTX 4070" in own_titles(explorer)
    assert explorer.run("return document.activeElement.id").startswith("kb-gpu-")


def test_the_address_holds_the_view_and_brings_it_back(explorer: Browser) -> None:
    explorer.run(TYPED, "torch")
    explorer.run(TICK, "pi5")
    address = explorer.run("return location.href")
    assert "q=torch" in address
    assert "host=pi5" in address
    explorer.show("about:blank")
    explorer.show(address)
    assert own_titles(explorer) == ["torch CPU wheel on a Raspberry Pi 5: illegal instruction"]
    assert explorer.run("return document.querySelector('.kb-find input').value") == "torch"


def test_a_tag_of_a_record_leads_to_the_records_that_have_it(explorer: Browser, site: Site) -> None:
    explorer.show(site.record)
    explorer.run("[...document.querySelectorAll('a.kb-chip')].find((link) => link.textContent === '#wsl2').click()")
    assert own_titles(explorer) == [TITLE]


def test_records_can_be_sorted(explorer: Browser) -> None:
    sort = "const order = document.querySelector('.kb-find select'); order.value = arguments[0];"
    explorer.run(sort + "order.dispatchEvent(new Event('change'));", "oldest")
    assert own_titles(explorer)[0] == "Second try, numbers corrected"
    explorer.run(sort + "order.dispatchEvent(new Event('change'));", "measured")
    assert own_titles(explorer)[0] == TITLE
    assert "sort=measured" in explorer.run("return location.href")


def test_clear_shows_also_what_does_not_count(explorer: Browser) -> None:
    explorer.run("[...document.querySelectorAll('.kb-find button')].find((b) => b.textContent === 'Clear').click()")
    assert len(explorer.run(TITLES)) == 10
    assert "standing=any" in explorer.run("return location.href")


def test_it_can_be_used_with_the_keyboard_alone(explorer: Browser) -> None:
    reachable = """
        const wanted = ['.kb-find input', '.kb-find select', '.kb-find button', '.kb-facets input', '.kb-row-title'];
        return wanted.filter((what) => [...document.querySelectorAll(what)].every((element) => element.tabIndex < 0));
    """
    assert explorer.run(reachable) == []


def test_without_scripts_every_record_is_in_a_list(site: Site) -> None:
    text = (site.folder / "kb/records/index.html").read_text("utf-8")
    fallback = text[text.index("<noscript>") : text.index("</noscript>")]
    assert fallback.count("kb-row-title") == 10
