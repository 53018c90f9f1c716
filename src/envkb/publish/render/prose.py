"""Hand-written texts of a knowledge base, on its site."""

import re
from collections.abc import Callable, Collection
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

Leads = Callable[[str], str | None]
"""Returns where a text's own relative link leads on the site; null where it leads nowhere there."""

_HEADING: Final = re.compile(r"\A(?:\s*\n)*# +(?P<title>[^\n]*?)(?: +#+)? *(?:\n|\Z)")


def without_title(text: str, title: str) -> str:
    """Return a text without its first heading where that is the title, which the page has already."""
    found = _HEADING.match(text)
    return text[found.end() :] if found and found["title"].strip() == title else text


def leads_among(decisions: Collection[tuple[str, str]], risks: Collection[str], records: Collection[str]) -> Leads:
    """Return where the links of risks and decisions to each other's files lead, from a page of either.

    Args:
        decisions: Slug and name of the file of each decision, the name without its ending.
        risks: Slugs of the risks.
        records: Ids of the records.
    """
    addresses = {name: f"../../records/{name}/index.html" for name in records}
    addresses |= {slug: f"../../risks/{slug}/index.html" for slug in risks}
    addresses |= {name: f"../../decisions/{slug}/index.html" for slug, stem in decisions for name in (slug, stem)}

    def lead(address: str) -> str | None:
        path = PurePosixPath(urlsplit(address).path)
        return addresses.get(path.stem) if path.suffix in ("", ".md", ".json") else None

    return lead
