"""The one place where text from outside becomes HTML that does nothing but show.

Record pages are raw HTML inside Markdown files. So a text must be inert three times: as HTML, as Markdown (some
extensions of it look at raw lines before they know of HTML) and for the eye, which direction marks can deceive.
"""

import html
import re
from typing import Final

from markupsafe import Markup

from envkb.publish.render.text import visible

_PLAIN: Final = re.compile(r"[\w .,:;/+()=%-]*", re.ASCII)
# What begins a fence or a macro in some Markdown extension. Without line feeds no raw line starts with foreign text.
_MARKS: Final = re.compile("[`{}\n]")


def inert(text: str) -> Markup:
    """Return HTML that shows exactly this text, in an element or in a quoted attribute, whatever it contains."""
    if _PLAIN.fullmatch(text):
        return Markup(text)  # noqa: S704 - nothing in it means anything; most texts are so
    return neutral(html.escape(visible(text)))


def neutral(markup: str) -> Markup:
    """Return HTML with the same meaning that no Markdown extension recognises anything in.

    Args:
        markup: HTML that is safe already.
    """
    return Markup(_MARKS.sub(lambda found: f"&#{ord(found[0])};", markup))  # noqa: S704 - entities for characters
