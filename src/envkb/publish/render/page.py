"""A page as the builder takes it: front matter and one HTML block."""

import json
from dataclasses import dataclass

from markupsafe import Markup

from envkb.publish.render.markup import inert
from envkb.publish.render.text import one_line


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        path: Its source below the folder of generated pages, `…/index.md`: the page's address is the folder.
        title: Its title, as text.
        description: One sentence for search engines, as text.
        body: Its HTML: one block without empty lines.
        searchable: Whether the theme's search may find it.
    """

    path: str
    title: str
    description: str
    body: Markup
    searchable: bool = False

    @property
    def title_markup(self) -> Markup:
        """The title as the theme writes it into the page: themes do not escape it."""
        return inert(one_line(self.title, 500))

    @property
    def description_markup(self) -> Markup:
        """The description, likewise."""
        return inert(one_line(self.description, 300))

    def source(self) -> bytes:
        """Return the Markdown file. A JSON text is a YAML text, whatever it contains."""
        matter = [
            f"title: {json.dumps(self.title_markup, ensure_ascii=False)}",
            f"description: {json.dumps(self.description_markup, ensure_ascii=False)}",
            "hide: [navigation, toc, footer]",
        ]
        if not self.searchable:
            matter.append("search: {exclude: true}")
        return "\n".join(["---", *matter, "---", "", self.body, ""]).encode()
