"""Fills the generated parts of the pages in `docs/reference` from the code.

    python docs/generate            writes what has changed
    python docs/generate --check    writes nothing; lists the pages that are stale and exits with 1

A page marks each such part by two comments; what stands between them is replaced, the rest is written by hand:

    <!-- fields: made by docs/generate -->
    <!-- fields: end -->
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import command_line
import documents
import terms

REFERENCE: Final = Path(__file__).parent.parent / "reference"

PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "commands": command_line.commands,
    "exit-codes": command_line.exit_codes,
    "edge-case-classes": terms.edge_case_classes,
    "origins": terms.origins,
    "phases": terms.phases,
    "severities": terms.severities,
    "statuses": terms.statuses,
    "vocabulary": terms.vocabulary,
    "fields": terms.query_fields,
    "operators": terms.query_operators,
    "record": documents.record,
    "kb-toml": documents.settings,
    "stated": documents.stated,
    "risk": documents.risk,
    "printed": documents.printed,
}
"""Every part by its name."""

_PART: Final = re.compile(
    r"(?P<begin><!-- (?P<name>[a-z-]+): made by docs/generate -->\n).*?(?P<end><!-- (?P=name): end -->)", re.DOTALL
)


def fresh(text: str) -> str:
    """Return a page with its generated parts as the code has them now."""
    return _PART.sub(lambda part: f"{part['begin']}\n{PARTS[part['name']]().strip()}\n\n{part['end']}", text)


def pages() -> dict[Path, str]:
    """Return every page of the reference that has a generated part, as it should be."""
    texts = {page: page.read_text("utf-8") for page in sorted(REFERENCE.glob("*.md"))}
    return {page: fresh(text) for page, text in texts.items() if _PART.search(text)}


def main(arguments: list[str]) -> int:
    """Write the pages, or only check them."""
    stale = {page: text for page, text in pages().items() if page.read_text("utf-8") != text}
    for page, text in stale.items():
        if "--check" not in arguments:
            page.write_text(text, "utf-8")
        print(page.relative_to(REFERENCE.parent.parent))
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
