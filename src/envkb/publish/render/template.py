"""The templates, and the rule that everything put into them is inert."""

import re
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from envkb.publish.render.markup import inert
from envkb.publish.render.probability import interval, percent
from envkb.publish.render.quantities import number, size
from envkb.publish.render.text import one_line

_BETWEEN_LINES: Final = re.compile(r"\s*\n\s*")


def _settle(value: object) -> Markup:
    # Called on whatever an expression of a template gives, before it is written.
    if value is None:
        raise TypeError("a template was given nothing: what is not known needs words")
    return value if isinstance(value, Markup) else inert(str(value))


@cache
def environment(package: str = "envkb.publish.render") -> Environment:
    """Return the environment of the templates in a package, in which everything that is put into one is inert."""
    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        finalize=_settle,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"size": size, "number": number, "one_line": one_line, "percent": percent, "interval": interval}
    return made


def fill(template: str, **values: object) -> Markup:
    """Return a template filled with values.

    Markdown ends an HTML block at an empty line and takes indented lines for code: the result has neither.

    Args:
        template: File name below `templates/`.
        values: What it is filled with; only `Markup` is taken as HTML.
    """
    filled = environment().get_template(template).render(**values)
    return Markup(_BETWEEN_LINES.sub("\n", filled).strip())  # noqa: S704 - every value went through _settle
