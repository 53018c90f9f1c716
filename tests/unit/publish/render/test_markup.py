import html

from hypothesis import given
from hypothesis import strategies as st

from envkb.publish.render.markup import inert, neutral
from envkb.publish.render.text import visible


@given(st.text())
def test_any_text_is_shown_as_it_is_and_holds_nothing_that_means_something(text: str) -> None:
    markup = inert(text)
    assert html.unescape(markup) == visible(text)
    assert not set("<>\"'`{}\n") & set(markup)


def test_a_plain_text_stays_as_it_is() -> None:
    assert inert("/proc/cpuinfo: 12.4.5.8 (x86_64)") == "/proc/cpuinfo: 12.4.5.8 (x86_64)"


def test_markup_keeps_its_elements_but_no_line_that_markdown_could_take_for_its_own() -> None:
    assert neutral("<pre>```\n{{ x }}</pre>") == "<pre>&#96;&#96;&#96;&#10;&#123;&#123; x &#125;&#125;</pre>"
