import pytest
from markupsafe import Markup
from mkdocs.utils.meta import get_data

from envkb.publish.render.page import Page
from hostile import ATTACK, LINES


def make_page(**changes: object) -> Page:
    fields = {"path": "x/index.md", "title": "T", "description": "D", "body": Markup("<div>x</div>")} | changes
    return Page(**fields)


@pytest.mark.parametrize("text", ["plain", ATTACK, LINES, "---", "a: b # c", "'", '\\ "', "{x: y}", "😀 \u2028"])
def test_front_matter_holds_any_title_as_one_text_that_is_safe_in_a_page(text: str) -> None:
    page = make_page(title=text, description=text)
    body, matter = get_data(page.source().decode())
    assert matter["title"] == page.title_markup
    assert matter["description"] == page.description_markup
    assert not set("<>\"'") & set(matter["title"])
    assert body.strip() == "<div>x</div>"


def test_a_page_is_left_out_of_the_search_of_the_theme_unless_it_says_otherwise() -> None:
    assert get_data(make_page().source().decode())[1]["search"] == {"exclude": True}
    assert "search" not in get_data(make_page(searchable=True).source().decode())[1]
