"""Text of a person, written in Markdown, as HTML that holds nothing but text and links."""

import re
from functools import cache
from typing import Final
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from envkb.publish.render.markup import inert, neutral
from envkb.publish.render.prose import Leads
from envkb.publish.render.text import visible

_TAGS: Final = frozenset(
    "a blockquote br code dd del dl dt em h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul".split()
)
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_MOST_CHARACTERS: Final = 200_000
_MOST_MARKS: Final = {"[": 2000, "<![": 50}
"""Marks that Markdown follows to the end of the text, each of them."""
_EXTENSIONS: Final = ("fenced_code", "tables", "sane_lists", "def_list")


class _Outline(Treeprocessor):
    """Moves headings below the page's own, and turns images, which would be loaded from elsewhere, into links."""

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for element in root.iter():
            if re.fullmatch("h[1-6]", element.tag):
                element.tag = f"h{min(6, int(element.tag[1]) + 2)}"
            elif element.tag == "img":
                element.tag, element.text = "a", element.get("alt") or "image"
                element.set("href", element.get("src") or "")


class _OutlineExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        # After inline patterns have made the images, before the tree is written.
        md.treeprocessors.register(_Outline(md), "kb-outline", 5)


@cache
def _converter() -> Markdown:
    return Markdown(extensions=[*_EXTENSIONS, _OutlineExtension()], output_format="html")


def render_note(text: str) -> Markup:
    """Return a note's Markdown as HTML without scripts, styles, images, ids and links into the site.

    A text that Markdown would take minutes over, or cannot follow so deep, is shown as it is.
    """
    return render_text(text, lambda _: None)


def render_text(text: str, leads: Leads) -> Markup:
    """Return Markdown as `render_note` does, but with links into the site.

    Args:
        text: The text.
        leads: Where its relative links lead to.
    """

    def keep(_tag: str, attribute: str, value: str) -> str | None:
        return value if attribute != "href" or _ADDRESS.match(value) else leads(value)

    if len(text) > _MOST_CHARACTERS or any(text.count(mark) > most for mark, most in _MOST_MARKS.items()):
        return _as_it_is(text)
    try:
        raw = _converter().reset().convert(visible(text))
    except RecursionError:
        return _as_it_is(text)
    clean = nh3.clean(
        raw,
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return neutral(clean)


def _as_it_is(text: str) -> Markup:
    return Markup('<p class="kb-pre">{}</p>').format(inert(text))
